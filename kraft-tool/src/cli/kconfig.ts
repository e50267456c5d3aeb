/** The command line of `kraft kconfig`. */
import { Argument } from "commander";
import type { Command } from "commander";
import { makeKconfig } from "../commands/kconfig.ts";
import { KCONFIG_MODES } from "../kconfig/modes.ts";
import type { KconfigMode } from "../kconfig/modes.ts";
import { writeFile } from "../sys/files.ts";
import { print, printError } from "../sys/terminal.ts";

interface KconfigFlags {
  readonly kconfig: string;
  readonly config?: string;
  readonly out?: string;
  readonly header?: string;
  readonly constants?: string;
  readonly why?: string;
}

/** Adds the command. */
export function addKconfig(kraft: Command): void {
  kraft
    .command("kconfig")
    .description("Make a configuration of any Kconfig tree, Linux's included.")
    .addArgument(new Argument("<mode>", "how to answer").choices(KCONFIG_MODES))
    .option("--kconfig <file>", "first file of the tree", "Kconfig")
    .option("--config <file>", "existing configuration (default: .config, for the old… modes)")
    .option("--out <file>", "write the result there instead of printing it")
    .option("--header <file>", "write a C header too")
    .option("--constants <file>", "write TypeScript constants too")
    .option("--why <symbol>", "print why this symbol is on or off instead")
    .addHelpText(
      "after",
      `
Examples:
  ./kraft kconfig allyesconfig --out .config            # everything on
  ./kraft kconfig olddefconfig --config old --out new   # bring an old one up to date
  ./kraft kconfig alldefconfig --why NET                # why NET is off, and what to turn on
`,
    )
    .action(kconfigCommand);
}

function kconfigCommand(mode: KconfigMode, flags: KconfigFlags): void {
  const { kconfig, config, header, constants, why } = flags;
  const made = makeKconfig({ mode, kconfig, config, header, constants, why });
  for (const warning of made.warnings) printError(`${warning}\n`);
  if (flags.out === undefined || why !== undefined) print(made.text);
  else writeFile(flags.out, made.text);
}

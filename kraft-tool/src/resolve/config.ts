/** Puts together the configuration of a program: the options of its packages and what the user chose for them. */
import type { PoolPackage } from "../catalog/package.ts";
import type { Choice, ConfigValue } from "../kconfig/values.ts";
import { configure } from "../kconfig/values.ts";
import type { SymbolDefinition } from "../kconfig/syntax.ts";
import type { Kraftfile } from "../kraftfile/schema.ts";

/** Every program has this option; the kind of build sets it. */
const DEBUG_SYMBOL = "DEBUG";

/**
 * The value of each option. `definitions` are those of `packages`, whose own symbols (`LIB_ALLOC_BUDDY`) are on; `debug`
 * becomes `DEBUG`. Throws `KraftError` for impossible choices.
 */
export function programConfig(
  packages: readonly PoolPackage[],
  definitions: readonly SymbolDefinition[],
  kraftfile: Kraftfile,
  debug: boolean,
): Map<string, ConfigValue> {
  const fixed = new Map<string, ConfigValue>([[DEBUG_SYMBOL, debug]]);
  for (const { name } of packages) fixed.set(packageSymbol(name), true);
  const choices: Choice[] = [
    ...kraftfile.kconfig,
    ...kraftfile.libraries.flatMap(({ kconfig }) => kconfig),
  ];
  return configure(definitions, choices, fixed);
}

/** `LIB_ALLOC_BUDDY` of `@typekraft/alloc-buddy`. */
export function packageSymbol(name: string): string {
  return `LIB_${name
    .replace(/^@[^/]*\//, "")
    .replaceAll(/[^A-Za-z0-9]/g, "_")
    .toUpperCase()}`;
}

/** `kraft kconfig`: makes configurations of any Kconfig tree, as the kernel's `conf` does. */
import { KraftError } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import { cHeader, typeScriptConstants } from "../kconfig/constants.ts";
import { Configuration } from "../kconfig/evaluate.ts";
import { explainSymbol, unmetDependencies } from "../kconfig/explain.ts";
import { readKconfig } from "../kconfig/language.ts";
import type { KconfigTree, KconfigWarning } from "../kconfig/model.ts";
import { runMode } from "../kconfig/modes.ts";
import type { KconfigMode } from "../kconfig/modes.ts";
import { readText, writeFile } from "../sys/files.ts";
import { systemKconfigHost } from "../sys/kconfig-host.ts";

/** The modes that start from nothing; `--config` then names what has to stay as it is. */
const FRESH: readonly KconfigMode[] = [
  "alldefconfig",
  "allyesconfig",
  "allnoconfig",
  "allmodconfig",
];

/** What is asked of `kraft kconfig`. */
export interface KconfigRequest {
  readonly mode: KconfigMode;
  /** The first file of the tree. */
  readonly kconfig: string;
  /** An existing configuration; the modes that need one take `.config` without it. */
  readonly config: string | undefined;
  /** Files to write besides: a C header and TypeScript constants. */
  readonly header: string | undefined;
  readonly constants: string | undefined;
  /** A symbol to explain instead. */
  readonly why: string | undefined;
}

/** The resulting text, and remarks for standard error. Throws `KraftError` for mistakes in the tree. */
export function makeKconfig(request: KconfigRequest): {
  readonly text: string;
  readonly warnings: readonly string[];
} {
  const tree = readKconfig(request.kconfig, systemKconfigHost());
  const configuration = new Configuration(tree);
  const result = runMode(configuration, request.mode, input(request));
  const warnings = [...tree.warnings, ...result.warnings, ...unmetDependencies(configuration)];
  if (request.header !== undefined) writeFile(request.header, cHeader(configuration));
  if (request.constants !== undefined) {
    writeFile(request.constants, typeScriptConstants(configuration));
  }
  const text = request.why === undefined ? result.text : why(tree, configuration, request.why);
  return { text, warnings: warnings.map(warningText) };
}

function input({ mode, config }: KconfigRequest): { text: string; file: string } | undefined {
  if (config === undefined && FRESH.includes(mode)) return undefined;
  const file = config ?? ".config";
  const text = readText(file);
  if (text !== undefined) return { text, file };
  // Without any configuration everything is new.
  if (config === undefined && mode !== "savedefconfig") return undefined;
  throw new KraftError({
    code: "KR3046",
    what: `${file} does not exist`,
    next: "name an existing configuration with --config",
  });
}

function why(tree: KconfigTree, configuration: Configuration, name: string): string {
  const symbol = tree.symbols.get(name.replace(/^CONFIG_/, ""));
  if (symbol?.isDefined === true) return `${explainSymbol(configuration, symbol)}\n`;
  const known = tree.defined.map((defined) => defined.name);
  const near = suggestion(
    name,
    known.length > 50 ? known.filter((it) => it[0] === name[0]) : known,
  );
  throw new KraftError({
    code: "KR3020",
    what: `nothing in ${tree.root.place.file} defines ${name}`,
    next: near.length > 200 ? "search the Kconfig files for the name" : near,
  });
}

function warningText({ place, text }: KconfigWarning): string {
  if (place === undefined) return `warning: ${text}`;
  return `${place.file}(${String(place.line)},${String(place.column)}): warning: ${text}`;
}

/** Puts together the configuration of a program: the options of its packages and what the user chose for them. */
import type { Choice, ConfigValue } from "../kconfig/values.ts";
import { configure } from "../kconfig/values.ts";
import type { SymbolDefinition } from "../kconfig/syntax.ts";
import type { Kraftfile } from "../kraftfile/schema.ts";

/** Every program has this option; the kind of build sets it. */
export const DEBUG_SYMBOL = "DEBUG";

/**
 * The value of each option. `definitions` are those of the packages in the program; `debug` becomes `DEBUG`.
 * Throws `KraftError` for impossible choices.
 */
export function programConfig(
  definitions: readonly SymbolDefinition[],
  kraftfile: Kraftfile,
  debug: boolean,
): Map<string, ConfigValue> {
  const place = { file: "DEBUG", line: 1, column: 1 };
  const builtin: SymbolDefinition = {
    name: DEBUG_SYMBOL,
    type: "bool",
    prompt: undefined,
    defaults: [{ value: { kind: "text", value: debug ? "y" : "n" }, condition: undefined }],
    ranges: [],
    dependsOn: [],
    help: "Checks that are too dear for release builds.",
    place,
  };
  const others = definitions.filter(({ name }) => name !== DEBUG_SYMBOL);
  const choices: Choice[] = [
    ...kraftfile.kconfig,
    ...kraftfile.libraries.flatMap(({ kconfig }) => kconfig),
  ];
  return configure([builtin, ...others], choices);
}

/**
 * Throws broken Kconfig files and configurations at the reader. Whatever comes, it ends within a second, with a result
 * or a `KraftError`. Every input follows from a seed: `KCONFIG_FUZZ_SEED=N` repeats one, `KCONFIG_FUZZ_RUNS=N` runs more.
 */
import { describe, expect, it } from "vitest";
import { randomFrom, randomTree } from "../../test/kconfig-trees.ts";
import { KraftError } from "../diagnostics/error.ts";
import { Configuration } from "./evaluate.ts";
import { explainSymbol, unmetDependencies } from "./explain.ts";
import { memoryHost } from "./host.ts";
import { readKconfig } from "./language.ts";
import { KCONFIG_MODES, runMode } from "./modes.ts";

const RUNS = Number(process.env["KCONFIG_FUZZ_RUNS"] ?? "300");
const LIMIT_MS = 5000;
const PIECES = [
  ..."config menuconfig choice endchoice menu endmenu if endif comment mainmenu source".split(" "),
  ..."rsource osource bool tristate int hex string default def_bool depends on".split(" "),
  ..."select imply range visible optional modules option env prompt help A B S1".split(" "),
  ...["\n", "\n\t", "\n", '"x"', "'y'", '"', "(", ")", "&&", "||", "!", "=", "!=", "<", ">="],
  ...["y", "m", "n", "5", "0x1f", "\\\n", "#", "$(A)", "$(A,B)", "A = $(A)$(A)\n", "A := $(A)x\n"],
  ...["A += $(B)\n", "B = $(A)\n", "$(", "$", "$(shell,x)", "$(error-if,y,z)", '"Kconfig"', '"*"'],
  ...["CONFIG_S1=y\n", "\0", "\u{1f600}", "---help---\n\t  text\n", "+=", ",", "[", "*", "-"],
];

function soup(random: () => number, length: number): string {
  const words = Array.from({ length }, () => PIECES[Math.floor(random() * PIECES.length)] ?? "");
  return words.join(random() < 0.8 ? " " : "");
}

/** Pieces put into, taken out of, or doubled in a text that makes sense. */
function mutated(random: () => number, text: string): string {
  let result = text;
  for (let count = 1 + Math.floor(random() * 8); count > 0; count--) {
    const at = Math.floor(random() * result.length);
    const end = at + Math.floor(random() * 40);
    const kind = random();
    if (kind < 0.4) result = `${result.slice(0, at)}${soup(random, 3)}${result.slice(at)}`;
    else if (kind < 0.7) result = result.slice(0, at) + result.slice(end);
    else result = result.slice(0, end) + result.slice(at);
  }
  return result;
}

function run(seed: number): void {
  const random = randomFrom(seed);
  const tree = randomTree(seed);
  const text = random() < 0.3 ? soup(random, 60) : mutated(random, tree.kconfig);
  const files = { Kconfig: text, other: soup(random, 20), "deep/Kconfig": 'source "other"\n' };
  try {
    const read = readKconfig("Kconfig", memoryHost(files, { HOME: "$(HOME)" }));
    const configuration = new Configuration(read);
    const input = { text: mutated(random, `${tree.config}CONFIG_S0=y\n`), file: ".config" };
    for (const mode of KCONFIG_MODES) runMode(configuration, mode, input);
    unmetDependencies(configuration);
    for (const symbol of read.defined) explainSymbol(configuration, symbol);
  } catch (error) {
    if (!(error instanceof KraftError)) throw error;
  }
}

describe("hostile Kconfig files", () => {
  const only = process.env["KCONFIG_FUZZ_SEED"];
  const seeds =
    only === undefined ? Array.from({ length: RUNS }, (_, seed) => seed) : [Number(only)];
  it("never crash the reader", () => {
    for (const seed of seeds) {
      const start = performance.now();
      try {
        run(seed);
      } catch (error) {
        throw new Error(`KCONFIG_FUZZ_SEED=${String(seed)} fails`, { cause: error });
      }
      expect(performance.now() - start, `KCONFIG_FUZZ_SEED=${String(seed)}`).toBeLessThan(LIMIT_MS);
    }
  });

  const codeOf = (files: Record<string, string>): string => {
    try {
      readKconfig("Kconfig", memoryHost(files));
      return "accepted";
    } catch (error) {
      if (error instanceof KraftError) return error.code;
      throw error;
    }
  };

  it("cannot make macros grow without end", () => {
    const doubling = Array.from({ length: 60 }, (_, at) => {
      const name = `$(A${String(at)})`;
      return `A${String(at + 1)} = ${name}${name}\n`;
    });
    const bomb = `A0 = xxxxxxxxxx\n${doubling.join("")}config $(A60)\n`;
    expect(codeOf({ Kconfig: bomb })).toBe("KR3045");
    expect(codeOf({ Kconfig: "A = $(B)\nB = $(A)\nconfig $(A)\n" })).toBe("KR3041");
    expect(codeOf({ Kconfig: `config ${"$(".repeat(5000)}${")".repeat(5000)}\n` })).toBe("KR3041");
  });

  it("cannot include each other without end", () => {
    expect(codeOf({ Kconfig: 'source "Kconfig"\n' })).toBe("KR3015");
    const many = Array.from({ length: 40 }, (_, at) => {
      const next = `source "f${String(at + 1)}"\n`;
      return [`f${String(at)}`, next.repeat(10)] as const;
    });
    const files = { ...Object.fromEntries(many), f40: "", Kconfig: 'source "f0"\n' };
    expect(codeOf(files)).toBe("KR3016");
  });

  it("cannot exhaust the stack with long or nested expressions", () => {
    expect(codeOf({ Kconfig: `config A\n\tdepends on ${"!".repeat(10_000)}A\n` })).toBe("KR3004");
    expect(codeOf({ Kconfig: `config A\n\tbool\n\tdepends on ${"B && ".repeat(10_000)}B\n` })).toBe(
      "KR3004",
    );
    const lines = "\tdepends on B\n".repeat(20_000);
    expect(codeOf({ Kconfig: `config A\n\tbool "a"\n${lines}` })).toBe("KR3017");
  });
});

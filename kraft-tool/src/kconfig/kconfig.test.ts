/** Kconfig files of the pool: parsing, values, errors. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KraftError } from "../diagnostics/error.ts";
import { parseKconfig } from "./parser.ts";
import { configure } from "./values.ts";
import type { ConfigValue } from "./values.ts";

const place = { file: "Kraftfile", line: 1, column: 1 };

function values(text: string, choices: Record<string, string> = {}): Record<string, ConfigValue> {
  const chosen = Object.entries(choices).map(([symbol, value]) => ({ symbol, value, place }));
  return Object.fromEntries(configure(parseKconfig(text, "Kconfig"), chosen));
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    if (!(error instanceof KraftError)) throw error;
    const { line = 0, column = 0 } = error.place ?? {};
    return `${error.code} ${String(line)}:${String(column)}`;
  }
}

const LEVELS = `
# levels of the log
config LIB_LOG_LEVEL
\tint "Lowest level"
\tdefault 4 if DEBUG
\tdefault 2
\trange 0 4
\thelp
\t  What is below
\t    is left out.

\t  config INSIDE_HELP
config LIB_LOG_TIME
\tbool "Times"
\tdepends on LIB_LOG_LEVEL >= 2 && \\
\t           !DEBUG
\tdefault y
config DEBUG
\tbool
`;

describe("Kconfig", () => {
  it("parses attributes and help", () => {
    const [level, time, debug] = parseKconfig(LEVELS, "Kconfig");
    expect(level).toMatchObject({ name: "LIB_LOG_LEVEL", type: "int", prompt: "Lowest level" });
    expect(level?.help).toBe("What is below\n  is left out.\n\nconfig INSIDE_HELP");
    expect(time?.dependsOn).toHaveLength(1);
    expect(debug?.prompt).toBeUndefined();
  });

  it("computes values from defaults, conditions and choices", () => {
    expect(values(LEVELS)).toEqual({ DEBUG: false, LIB_LOG_LEVEL: 2n, LIB_LOG_TIME: true });
    expect(values(LEVELS, { LIB_LOG_LEVEL: "1" })["LIB_LOG_TIME"]).toBe(false);
    expect(values('config A\n\thex "x"\n\tdefault 0x1F')["A"]).toBe(31n);
    expect(values('config A\n\thex "x"', { A: "ff" })["A"]).toBe(255n);
    expect(values('config A\n\tstring "x"\n\tdefault "a \\"b"')["A"]).toBe('a "b');
    expect(
      values("config A\n\tdef_bool y\nconfig B\n\tint\n\tdefault 7 if (A || C) && A = y")["B"],
    ).toBe(7n);
  });

  it.each([
    ["choice\n", "KR3009 1:1"],
    ["config A\n\tbool\n\timply B\n", "KR3009 3:2"],
    ['menu "x"\nconfig A\n\tbool\n', "KR3011 1:1"],
    ["endmenu\n", "KR3011 1:1"],
    ['menu "x"\nendif\n', "KR3011 2:1"],
    ["config A\n\tboll\n", "KR3010 2:2"],
    ["config a\n\tbool\n", "KR3007 1:8"],
    ["config A\n", "KR3008 1:8"],
    ["config A\n\tbool\nconfig A\n\tbool\n", "KR3006 3:8"],
    ['config A\n\tbool "x\n', "KR3002 2:7"],
    ["config A\n\tbool\n\tdepends on (B\n", "KR3003 3:15"],
    ["config A\n\tbool\n\tdepends on B C\n", "KR3005 3:15"],
    ["config A\n\tbool\n\tdefault %\n", "KR3001 3:10"],
    [`config A\n\tbool\n\tdepends on ${"(".repeat(100)}A\n`, "KR3004"],
  ])("rejects %j", (text, expected) => {
    expect(codeOf(() => parseKconfig(text, "Kconfig"))).toContain(expected);
  });

  it("has menus whose dependencies hold for all within, and selections", () => {
    const text = `
menu "M"
\tdepends on LIB_M
config A
\tbool "a"
\tselect B if C
if LIB_M
config B
\tbool
endif
endmenu
config C
\tdef_bool y
`;
    const on = configure(
      parseKconfig(text, "Kconfig"),
      [{ symbol: "A", value: "y", place }],
      new Map([["LIB_M", true]]),
    );
    expect(Object.fromEntries(on)).toEqual({ A: true, B: true, C: true, LIB_M: true });
    expect(codeOf(() => values(text, { A: "y" }))).toContain("KR3022");
    const unmet = "config A\n\tdef_bool y\n\tselect B\nconfig B\n\tbool\n\tdepends on X\n";
    expect(codeOf(() => values(unmet))).toContain("KR3026");
  });

  it("explains impossible choices", () => {
    expect(codeOf(() => values(LEVELS, { LIB_LOG_LEVLE: "1" }))).toContain("KR3020");
    expect(codeOf(() => values(LEVELS, { LIB_LOG_LEVEL: "9" }))).toContain("KR3024");
    expect(codeOf(() => values(LEVELS, { LIB_LOG_LEVEL: "x" }))).toContain("KR3025");
    expect(codeOf(() => values(LEVELS, { LIB_LOG_LEVEL: "1", LIB_LOG_TIME: "y" }))).toContain(
      "KR3022",
    );
    expect(codeOf(() => values(LEVELS, { DEBUG: "y" }))).toContain("KR3023");
    const cycle =
      "config A\n\tdef_bool y\n\tdepends on B\nconfig B\n\tdef_bool y\n\tdepends on A\n";
    expect(codeOf(() => values(cycle))).toContain("KR3021");
  });

  it("survives any text", () => {
    const word = fc.constantFrom(
      "config",
      "A",
      "bool",
      "int",
      "default",
      "depends on",
      "if",
      "(",
      "&&",
      '"',
      "\n",
      "\t",
      "=",
      "5",
      "\\\n",
      "help\n",
      "#",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        codeOf(() => values(words.join(" ")));
      }),
      { numRuns: 1000 },
    );
  });
});

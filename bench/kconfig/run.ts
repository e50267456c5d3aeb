/**
 * `tsx bench/kconfig/run.ts [--json]`: how long a tree of 10,000 symbols takes from the start of the process to the written
 * `.config`, with `kraft kconfig` and with kconfiglib (Debian `python3-kconfiglib`). Both run alternately, so that the
 * machine's load hits both.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/process.ts";
import { median } from "../statistics.ts";

const REPETITIONS = 7;
const SYMBOLS = 10_000;
const MENU = 50;
const PYTHON = "/usr/bin/python3";
const SCRIPT = `
import kconfiglib, sys
kconf = kconfiglib.Kconfig("Kconfig", warn=False)
kconf.write_config(sys.argv[1], save_old=False)
`;

/** Menus of symbols that depend on, select and imply each other, a tenth of them numbers and texts. */
function largeTree(): string {
  const lines = ['mainmenu "Large"', ""];
  for (let index = 0; index < SYMBOLS; index++) {
    if (index % MENU === 0) {
      if (index > 0) lines.push("endmenu", "");
      lines.push(`menu "Menu ${String(index / MENU)}"`, "");
    }
    lines.push(...symbolLines(index), "");
  }
  lines.push("endmenu", "");
  return lines.join("\n");
}

function symbolLines(index: number): string[] {
  const name = (at: number): string => `SYMBOL_${String(at)}`;
  const prompt = `"Symbol number ${String(index)}"`;
  const lines = [`config ${name(index)}`];
  const logical = (at: number): boolean => at % 10 < 8;
  if (!logical(index)) {
    const value = index % 10 === 8 ? String(index) : `"text ${String(index)}"`;
    return [...lines, `\t${index % 10 === 8 ? "int" : "string"} ${prompt}`, `\tdefault ${value}`];
  }
  lines.push(`\tbool ${prompt}`);
  const earlier = index - 1 - (index % 7);
  if (earlier > 0 && logical(earlier)) lines.push(`\tdepends on ${name(earlier)} || !${name(0)}`);
  const later = index + 3;
  if (index % 5 === 0 && logical(later)) lines.push(`\tselect ${name(later)} if ${name(0)}`);
  lines.push(
    `\tdefault y${index === 0 ? "" : ` if ${name(0)}`}`,
    "\thelp",
    "\t  One sentence about what it does.",
    "",
  );
  return lines;
}

function timeMs(program: string, words: readonly string[], folder: string): number {
  const start = performance.now();
  execFileSync(program, words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return performance.now() - start;
}

const folder = join(root, "out/bench-kconfig");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "Kconfig"), largeTree());
const kraft = join(root, "kraft");
const times = { kraft: [] as number[], kconfiglib: [] as number[] };
for (let count = 0; count <= REPETITIONS; count++) {
  const words = ["kconfig", "alldefconfig", "--out", "kraft.config"];
  const own = timeMs(kraft, words, folder);
  const theirs = timeMs(PYTHON, ["-c", SCRIPT, "kconfiglib.config"], folder);
  // The first run fills caches.
  if (count === 0) continue;
  times.kraft.push(own);
  times.kconfiglib.push(theirs);
}
const values = (file: string): string =>
  readFileSync(join(folder, file), "utf8").replaceAll(/^#.*\n|^\n/gm, "");
if (values("kraft.config") !== values("kconfiglib.config")) {
  throw new Error(`kraft.config and kconfiglib.config in ${folder} differ`);
}
const result = {
  symbols: SYMBOLS,
  kraftMs: Math.round(median(times.kraft)),
  kconfiglibMs: Math.round(median(times.kconfiglib)),
  ratio: Number((median(times.kraft) / median(times.kconfiglib)).toFixed(2)),
};
if (process.argv.includes("--json")) console.log(JSON.stringify(result));
else {
  console.log(`${String(result.symbols)} symbols: kraft kconfig ${String(result.kraftMs)} ms`);
  console.log(`kconfiglib ${String(result.kconfiglibMs)} ms, ratio ${String(result.ratio)}`);
}

/**
 * `./kraft bench language [--checks] [--json]`: how fast and how large the compiler's code is beside hand-written C,
 * with the checks of releases; with `--checks` what each kind of checks costs.
 * Exit status 0 only where both sides computed the same and, without `--checks`, everything is within the limits.
 */
import { pathToFileURL } from "node:url";
import { buildLanguageBenchmark } from "./build.ts";
import { type ChecksReport, measureChecks, MODES } from "./checks.ts";
import { measureLanguage, type LanguageReport } from "./measure.ts";
import type { CodeSize } from "./size.ts";

/** The largest ratios of TypeScript to C that pass: the geometric mean of the times, one time, all of the code. */
const LIMITS = { mean: 1.1, one: 1.3, code: 1.25 } as const;

function codeRatio({ c, typescript }: CodeSize): number {
  return typescript / c;
}

function passes(report: LanguageReport): boolean {
  return (
    report.cases.every(({ equal, ratio }) => equal && ratio <= LIMITS.one) &&
    report.geometricMean <= LIMITS.mean &&
    codeRatio(report.codeBytes) <= LIMITS.code
  );
}

function sizeColumns(size: CodeSize): string {
  const bytes = [size.c, size.typescript].map((value) => String(value).padStart(8));
  return `${bytes.join("")}${codeRatio(size).toFixed(2).padStart(8)}`;
}

function asText(report: LanguageReport): string {
  const lines = report.cases.map(({ name, ratio, cNs, typescriptNs, equal, codeBytes }) => {
    const times = [cNs, typescriptNs].map((ns) => (ns / 1e6).toFixed(2).padStart(8));
    const columns = `${times.join("")}${ratio.toFixed(3).padStart(8)}${sizeColumns(codeBytes)}`;
    return `${name.padEnd(16)}${columns}${equal ? "" : "  DIFFERENT RESULTS"}`;
  });
  const head = ["C ms", "TS ms", "ratio", "C B", "TS B", "ratio"].map((text) => text.padStart(8));
  const mean = report.geometricMean.toFixed(3).padStart(24);
  return [
    `${"".padEnd(16)}${head.join("")}`,
    ...lines,
    `${"mean, total".padEnd(16)}${mean}${sizeColumns(report.codeBytes)}`,
    `Times: medians of ${String(report.repetitions)} interleaved runs; the mean is geometric. ` +
      `Limits: mean ${String(LIMITS.mean)}, each ${String(LIMITS.one)}, code ${String(LIMITS.code)}.`,
    "",
  ].join("\n");
}

function checksAsText(report: ChecksReport): string {
  const row = (name: string, values: readonly string[]): string =>
    `${name.padEnd(16)}${values.map((text) => text.padStart(10)).join("")}`;
  const ratios = (of: Readonly<Record<(typeof MODES)[number], number>>): string[] =>
    MODES.map((mode) => of[mode].toFixed(3));
  return [
    row("", MODES),
    ...report.cases.map((one) => row(one.name, ratios(one.ratios))),
    row("geometric mean", ratios(report.geometricMeans)),
    row(
      "code bytes",
      MODES.map((mode) => String(report.codeBytes[mode])),
    ),
    report.equal ? "Times over those of C." : "DIFFERENT RESULTS",
    "",
  ].join("\n");
}

/** Builds, runs and prints the benchmark; the result is the exit status. */
export async function runLanguageBenchmark(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  if (args.includes("--checks")) {
    const report = await measureChecks();
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : checksAsText(report));
    return report.equal ? 0 : 1;
  }
  const report = await measureLanguage(await buildLanguageBenchmark("release"));
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : asText(report));
  return passes(report) ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await runLanguageBenchmark(process.argv.slice(2));
}

/**
 * `./kraft bench language [--json]`: how fast the compiler's code is beside hand-written C, bounds checks on.
 * Exit status 0 only where both sides computed the same and the geometric mean is within the limit.
 */
import { pathToFileURL } from "node:url";
import { buildLanguageBenchmark } from "./build.ts";
import { measureLanguage, type LanguageReport } from "./measure.ts";

/** The largest geometric mean of TypeScript's time over C's that passes. */
const LIMIT = 1.25;

function asText(report: LanguageReport): string {
  const lines = report.cases.map(({ name, ratio, cNs, typescriptNs, equal }) => {
    const times = [cNs, typescriptNs].map((ns) => (ns / 1e6).toFixed(2).padStart(9));
    return `${name.padEnd(16)}${times.join("")}${ratio.toFixed(3).padStart(9)}${equal ? "" : "  DIFFERENT RESULTS"}`;
  });
  return [
    `${"".padEnd(16)}     C ms    TS ms    ratio   (medians of ${String(report.repetitions)} interleaved runs)`,
    ...lines,
    `geometric mean ${report.geometricMean.toFixed(3)}, limit ${String(LIMIT)}`,
    "",
  ].join("\n");
}

/** Builds, runs and prints the benchmark; the result is the exit status. */
export async function runLanguageBenchmark(args: readonly string[]): Promise<number> {
  const checks = args.includes("--unchecked") ? "none" : "release";
  const report = await measureLanguage(await buildLanguageBenchmark(checks));
  process.stdout.write(args.includes("--json") ? `${JSON.stringify(report)}\n` : asText(report));
  const same = report.cases.every(({ equal }) => equal);
  return same && report.geometricMean <= LIMIT ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await runLanguageBenchmark(process.argv.slice(2));
}

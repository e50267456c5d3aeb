/**
 * `npm test`: the gate, the tests of the Node side, the tests of all libraries, and the boot tests. Every part runs
 * whatever the others found; the last line is `N passed, N failed` over everything.
 *
 * With names of parts as arguments (`npm test -- unit boot`) only those run.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, runGate } from "./gate.ts";
import { root, run } from "./process.ts";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** What vitest's JSON reporter writes, as far as it matters here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

async function gate(): Promise<Count> {
  const outcomes = await runGate((outcome) => process.stdout.write(describe(outcome)));
  const failed = outcomes.filter(({ finished }) => finished.status !== 0).length;
  return { passed: outcomes.length - failed, failed };
}

async function vitest(project: string): Promise<Count> {
  const file = join(root, `out/vitest-${project}.json`);
  const { status } = await run(
    [
      ...["vitest", "run", "--project", project, "--reporter=default", "--reporter=json"],
      ...["--outputFile.json", file],
    ],
    { show: true, timeoutMs: 700_000 },
  );
  const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  // A file that could not be loaded, or whose preparation failed, has no failed test to count.
  const broken = report.testResults.filter(
    ({ status: end, assertionResults }) =>
      end === "failed" && assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = report.numFailedTests + broken;
  return { passed: report.numPassedTests, failed: status !== 0 && failed === 0 ? 1 : failed };
}

/** `./kraft test` ends with `N passed, N failed` too. */
async function libraries(): Promise<Count> {
  const { status, output } = await run(["./kraft", "test"], { show: true });
  const line = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1);
  if (line === undefined) return { passed: 0, failed: 1 };
  const failed = Number(line[2]);
  return { passed: Number(line[1]), failed: status !== 0 && failed === 0 ? 1 : failed };
}

const parts: ReadonlyMap<string, () => Promise<Count>> = new Map([
  ["gate", gate],
  ["unit", () => vitest("unit")],
  ["libraries", libraries],
  ["boot", () => vitest("boot")],
]);

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !parts.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `test: there is no part ${unknown.join(", ")}; parts: ${[...parts.keys()].join(", ")}\n`,
  );
  process.exit(2);
}
const started = performance.now();
const results: (Count & { readonly name: string })[] = [];
for (const [name, part] of parts) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n== ${name}\n`);
  const count = await part().catch((error: unknown) => {
    process.stdout.write(`${String(error)}\n`);
    return { passed: 0, failed: 1 };
  });
  results.push({ name, ...count });
}
process.stdout.write("\n");
for (const { name, passed, failed } of results) {
  process.stdout.write(
    `${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed\n`,
  );
}
const passed = results.reduce((sum, count) => sum + count.passed, 0);
const failed = results.reduce((sum, count) => sum + count.failed, 0);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
process.stdout.write(`in ${seconds} s\n${String(passed)} passed, ${String(failed)} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

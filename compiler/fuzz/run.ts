/**
 * The differential fuzzer's command: `tsx compiler/fuzz/run.ts --seed N --programs N [--jobs 2] [--builds all|rotate]`.
 *
 * Programs with the seeds N, N + 1, … are run by the reference interpreter and natively, with the checks of debug and of
 * release builds. `all` compares every batch in all builds with both kinds of checks; `rotate` takes one kind of checks
 * and two builds for each batch, all in turn, which is four times as fast. A difference is printed with its seed, and
 * its program written, in full and shrunk,
 * to the folder `out/fuzz`; the exit status is 1 then. `--seconds N` ends the run after that time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repository } from "../test/programs.ts";
import { type Build, BUILDS } from "./build.ts";
import {
  type Checks,
  compareBatch,
  type Finding,
  type Report,
  type Subject,
  subjectOf,
} from "./campaign.ts";
import { generate } from "./generate.ts";
import { shrink } from "./shrink.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    programs: { type: "string", default: "1000" },
    batch: { type: "string", default: "50" },
    jobs: { type: "string", default: "2" },
    builds: { type: "string", default: "all" },
    seconds: { type: "string", default: "1000000" },
    "shrink-seconds": { type: "string", default: "120" },
  },
});

const output = join(repository, "out/fuzz");
const start = Date.now();
const first = Number(values.seed);
const total = Number(values.programs);
const size = Number(values.batch);

/** What to compare the batch number `n` in. */
function plan(n: number): [Checks, Build[]][] {
  if (values.builds === "all")
    return [
      ["debug", [...BUILDS]],
      ["release", [...BUILDS]],
    ];
  const at = (n >> 1) % BUILDS.length;
  return [
    [
      n % 2 === 0 ? "debug" : "release",
      BUILDS.filter((_, i) => i === at || i === (at + 1) % BUILDS.length),
    ],
  ];
}

/** The programs of a batch; those that run too long are left out. */
function subjects(from: number, count: number): Subject[] {
  return Array.from({ length: count }, (_, i) => subjectOf(from + i, generate(from + i))).filter(
    (s) => s.expected.debug !== undefined && s.expected.release !== undefined,
  );
}

async function record(finding: Finding, checks: Checks): Promise<void> {
  console.log(
    `seed ${String(finding.seed)}: ${finding.kind} (${finding.where})\n${finding.detail}`,
  );
  mkdirSync(output, { recursive: true });
  const path = join(output, `${String(finding.seed)}-${finding.kind.replaceAll(" ", "-")}.ts`);
  const program = generate(finding.seed);
  writeFileSync(path, subjectOf(finding.seed, program).text);
  if (finding.kind === "rejected" || finding.kind === "broken") return;
  const build = BUILDS.find((b) => finding.where.endsWith(b.name)) ?? BUILDS[0];
  if (build === undefined) return;
  const small = await shrink(program, checks, build, Number(values["shrink-seconds"]) * 1000);
  writeFileSync(path.replace(/\.ts$/, "-small.ts"), small.text);
  console.log(`${small.text}expected ${small.expected[checks] ?? ""}`);
}

const report: Report = { findings: [], compared: new Map() };
let done = 0;
let tested = 0;
for (let n = 0; done < total && Date.now() - start < Number(values.seconds) * 1000; n++) {
  const batch = subjects(first + done, Math.min(size, total - done));
  done += Math.min(size, total - done);
  tested += batch.length;
  for (const [checks, builds] of plan(n)) {
    const before = report.findings.length;
    // The verifier takes as long as the compiler itself: one batch in four is enough here.
    await compareBatch(
      batch,
      checks,
      builds,
      Number(values.jobs),
      report,
      n % 4 < 1 || values.builds === "all",
    );
    // One program often differs in every build: it is shrunk once.
    const seen = new Set<number>(report.findings.slice(0, before).map((f) => f.seed));
    for (const finding of report.findings.slice(before)) {
      if (!seen.has(finding.seed)) await record(finding, checks);
      seen.add(finding.seed);
    }
  }
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(
    `seeds ${String(first)} to ${String(first + done - 1)}: ${String(tested)} programs, ` +
      `${String(report.findings.length)} findings, ${String(seconds)} s`,
  );
}
for (const [where, count] of report.compared)
  console.log(`${where}: ${String(count)} programs without a difference`);
process.exitCode = report.findings.some((f) => f.kind !== "rejected") ? 1 : 0;

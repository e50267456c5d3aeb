/** What each command does with its options: read them, run the operation, print the result. */
import { bench, type BENCHMARKS } from "../commands/bench.ts";
import { build, resolveProject, runTarget } from "../commands/build.ts";
import { check } from "../commands/check.ts";
import { clean } from "../commands/clean.ts";
import { saveCoverage } from "../commands/coverage.ts";
import { formatSourceDiagnostic } from "../commands/diagnose.ts";
import { loadProject } from "../commands/project.ts";
import { checkPorts, launch, runLaunch } from "../commands/run.ts";
import type { RunOptions } from "../commands/run.ts";
import { chooseTested, test } from "../commands/test.ts";
import type { TestOutcome } from "../commands/test.ts";
import { coverageTable, summariseCoverage } from "../image/coverage.ts";
import { ExitStatus } from "../diagnostics/error.ts";
import type { Target } from "../kraftfile/schema.ts";
import {
  parseDuration,
  parseMachine,
  parseMemory,
  parseNetwork,
  parsePort,
  parsePublish,
} from "../machine/options.ts";
import { quote } from "../sys/execute.ts";
import { print, printError, setExitStatus } from "../sys/terminal.ts";
import { describeFailure } from "./errors.ts";
import { Reporter } from "./reporter.ts";
import { buildJson, buildText, explainText, testSummary } from "./show.ts";

interface CommonFlags {
  readonly target?: Target;
  readonly checks: "debug" | "release" | "none";
  readonly debuggable?: true;
  readonly verbose?: true;
}

interface BuildFlags extends CommonFlags {
  readonly output?: string;
  readonly explain?: true;
  readonly json?: true;
}

/** `kraft build`. */
export async function buildCommand(path: string, flags: BuildFlags): Promise<void> {
  const project = loadProject(path);
  if (flags.explain === true) {
    const targets = flags.target === undefined ? project.kraftfile.targets : [flags.target];
    for (const target of targets) print(explainText(resolveProject(project, target)));
    return;
  }
  const reporter = new Reporter(flags.verbose === true, flags.json === true);
  try {
    const { target, checks, output } = flags;
    const options = { target, checks, output, debuggable: flags.debuggable === true };
    const built = await build(project, options, reporter);
    reporter.clear();
    for (const warning of built.flatMap(({ program }) => program.warnings)) reporter.line(warning);
    print(
      flags.json === true
        ? buildJson(project.kraftfile.name, built)
        : built.map(buildText).join(""),
    );
  } finally {
    reporter.clear();
  }
}

interface RunFlags extends CommonFlags {
  readonly machine: string;
  readonly memory: string;
  readonly publish: readonly string[];
  readonly network: string;
  readonly timeout?: string;
  readonly gdb?: string;
  readonly dryRun?: true;
}

/** `kraft run`. */
export async function runCommand(
  path: string,
  words: readonly string[],
  flags: RunFlags,
): Promise<void> {
  const project = loadProject(path);
  const options: RunOptions = {
    machine: parseMachine(flags.machine),
    memoryBytes: parseMemory(flags.memory),
    network: parseNetwork(flags.network),
    publish: flags.publish.map(parsePublish),
    gdbPort: flags.gdb === undefined ? undefined : parsePort(flags.gdb),
    timeoutMs: flags.timeout === undefined ? undefined : parseDuration(flags.timeout),
    words: words.length > 0 ? words : project.kraftfile.cmd,
  };
  const reporter = new Reporter(flags.verbose === true, flags.verbose !== true);
  const target = runTarget(project, flags.target);
  const [built] = await build(
    project,
    { target, checks: flags.checks, output: undefined, debuggable: flags.debuggable === true },
    reporter,
  ).finally(() => {
    reporter.clear();
  });
  if (built === undefined) return;
  for (const warning of built.program.warnings) reporter.line(warning);
  const ready = launch(built, options);
  if (flags.dryRun === true) {
    print(`${[ready.command, ...ready.args].map(quote).join(" ")}\n`);
    return;
  }
  await checkPorts(options);
  for (const note of ready.notes) reporter.line(`kraft: ${note}`);
  const { status, note } = await runLaunch(built, ready, options.timeoutMs);
  if (note !== undefined) reporter.line(`kraft: ${note} (exit status ${String(status)})`);
  setExitStatus(status);
}

/** `kraft check`. */
export async function checkCommand(
  paths: readonly string[],
  flags: { readonly json?: true; readonly verbose?: true },
): Promise<void> {
  const reporter = new Reporter(flags.verbose === true, flags.json === true);
  const report = await check(paths, reporter).finally(() => {
    reporter.clear();
  });
  const { diagnostics, packageCount, fileCount, base } = report;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (flags.json === true) {
    const { current } = report;
    const summary = { base, packages: packageCount, files: fileCount, current, diagnostics };
    print(`${JSON.stringify(summary, undefined, 2)}\n`);
  } else {
    for (const found of diagnostics) print(`${formatSourceDiagnostic(found, base)}\n`);
    print(
      `${plural(packageCount, "package")}, ${plural(fileCount, "file")}: ${plural(errors, "error")}\n`,
    );
  }
  setExitStatus(errors > 0 ? ExitStatus.Failed : ExitStatus.Ok);
}

function plural(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

interface TestFlags {
  readonly coverage?: true;
  readonly json?: true;
  readonly verbose?: true;
}

/** `kraft test`. */
export async function testCommand(libraries: readonly string[], flags: TestFlags): Promise<void> {
  const json = flags.json === true;
  const reporter = new Reporter(flags.verbose === true, json);
  const packages = chooseTested(libraries);
  const report = await test(packages, flags.coverage === true, reporter, (outcome) => {
    if (!json) showOutcome(outcome, reporter, flags.verbose === true);
  }).finally(() => {
    reporter.clear();
  });
  if (report.coverage !== undefined) {
    const path = saveCoverage(packages, report.coverage);
    if (!json) reporter.line(`lcov: ${path}`);
  }
  const broken = report.broken.map((found) => ({
    package: found.package,
    ...describeFailure(found.error),
  }));
  if (json) {
    const errors = broken.map((found) => ({ package: found.package, message: found.text }));
    const coverage = report.coverage && { coverage: summariseCoverage(report.coverage) };
    print(`${JSON.stringify({ tests: report.outcomes, errors, ...coverage }, undefined, 2)}\n`);
  } else {
    for (const found of broken) reporter.line(`${found.package}: tests not run\n${found.text}`);
    if (report.coverage !== undefined) print(coverageTable(summariseCoverage(report.coverage)));
    print(`${testSummary(report)}\n`);
  }
  const failed = broken.length > 0 || report.outcomes.some(({ passed }) => !passed);
  setExitStatus(failed ? ExitStatus.Failed : ExitStatus.Ok);
}

function showOutcome(outcome: TestOutcome, reporter: Reporter, all: boolean): void {
  if (outcome.passed) {
    if (all)
      reporter.line(`ok   ${outcome.package} ${outcome.name} (${String(outcome.milliseconds)} ms)`);
    return;
  }
  const output = (outcome.output ?? "").trimEnd().replaceAll(/^/gm, "    ");
  reporter.line(`FAIL ${outcome.package} ${outcome.name}: ${outcome.reason ?? ""}\n${output}`);
}

/** `kraft bench`. */
export async function benchCommand(
  name: (typeof BENCHMARKS)[number],
  flags: { readonly checks?: true; readonly json?: true },
): Promise<void> {
  const options = [flags.checks && "--checks", flags.json && "--json"];
  const { status, stdout, stderr } = await bench(
    name,
    options.filter((option) => option !== undefined),
  );
  printError(stderr);
  print(stdout);
  setExitStatus(status === 0 ? ExitStatus.Ok : ExitStatus.Failed);
}

/** `kraft clean`. */
export function cleanCommand(path: string): void {
  const removed = clean(loadProject(path));
  print(
    removed.length === 0
      ? "nothing to remove\n"
      : removed.map((name) => `removed ${name}\n`).join(""),
  );
}

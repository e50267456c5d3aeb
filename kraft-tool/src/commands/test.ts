/**
 * `kraft test`: compiles the `*.test.ts` files of libraries into test programs and runs each test in a process of its own.
 *
 * A test program is linked with the C library, AddressSanitizer and UndefinedBehaviorSanitizer. `--list` makes it print
 * `INDEX NAME` for each test, with ` panics TEXT` behind it for those that must panic with this text; `--test INDEX` runs one.
 */
import { join } from "node:path";
import type { PoolPackage } from "../catalog/package.ts";
import { reachFrom } from "../catalog/reach.ts";
import { ExitStatus, KraftError } from "../diagnostics/error.ts";
import { mergeCounts } from "../image/coverage.ts";
import type { LineCounts } from "../image/coverage.ts";
import { BacktraceFilter } from "../image/backtrace.ts";
import { defaultKraftfile } from "../kraftfile/schema.ts";
import { programConfig } from "../resolve/config.ts";
import { resolve } from "../resolve/resolve.ts";
import { symboliser } from "../sys/console.ts";
import { inParallel } from "../sys/execute.ts";
import type { Progress } from "../sys/execute.ts";
import { absolute, filesBelow, isFolder, readText } from "../sys/files.ts";
import { currentFolder, repositoryRoot, shownPath } from "../sys/paths.ts";
import { runProcess } from "../sys/process.ts";
import { nowMs } from "../sys/terminal.ts";
import { loadCatalog, loadDefinitions, loadPackage, packageReach, unknownLibrary } from "./pool.ts";
import { packageCoverage, Profiles } from "./coverage.ts";
import { buildProgram, compileOptions } from "./program.ts";
import type { ProgramRequest } from "./program.ts";
import { baseOf } from "./project.ts";

/** One test of a test program. */
export interface TestCase {
  readonly index: number;
  readonly name: string;
  /** The text with which it must panic. */
  readonly panics: string | undefined;
}

/** How one test ended. */
export interface TestOutcome {
  readonly package: string;
  readonly name: string;
  readonly passed: boolean;
  readonly milliseconds: number;
  /** Why it failed. */
  readonly reason?: string;
  readonly output?: string;
}

/** All of a test run. */
export interface TestReport {
  readonly outcomes: readonly TestOutcome[];
  /** Packages whose test program could not be built, with the reason. */
  readonly broken: readonly { readonly package: string; readonly error: unknown }[];
  /** How often each line of the libraries ran; undefined where nothing was counted. */
  readonly coverage: LineCounts | undefined;
}

const RUNNER = "@typekraft/test";
const TEST_TIMEOUT_MS = 60_000;
const PARALLEL_TESTS = 2;
/** Leak checks mean nothing here: memory comes from our own allocators. */
const SANITIZER_OPTIONS = {
  ASAN_OPTIONS: "detect_leaks=0:abort_on_error=0:exitcode=99:detect_stack_use_after_return=0",
  UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1:exitcode=99",
};

/** The libraries that the words name (folders or package names); without words, all that have tests. */
export function chooseTested(words: readonly string[]): PoolPackage[] {
  const catalog = loadCatalog(currentFolder());
  if (words.length === 0) return [...catalog.values()].filter((pkg) => testFiles(pkg).length > 0);
  return words.map((word) => {
    const found =
      catalog.get(word) ??
      catalog.get(`@typekraft/${word}`) ??
      (isFolder(word) ? loadPackage(absolute(word)) : undefined);
    if (found === undefined) throw unknownLibrary(word, catalog);
    if (testFiles(found).length > 0) return found;
    throw new KraftError({
      code: "KR8002",
      what: `${found.name} has no tests`,
      next: `write ${join(found.directory, "src/NAME.test.ts")} with functions that have the tag @test`,
    });
  });
}

/** Builds and runs the tests of these libraries. `report` is called as each test ends. */
export async function test(
  packages: readonly PoolPackage[],
  coverage: boolean,
  progress: Progress,
  report: (outcome: TestOutcome) => void,
): Promise<TestReport> {
  const outcomes: TestOutcome[] = [];
  const broken: { package: string; error: unknown }[] = [];
  const counts: LineCounts = new Map();
  for (const pkg of packages) {
    try {
      const request = testRequest(pkg, coverage);
      const { image } = await buildProgram(request, progress);
      const profiles = coverage ? new Profiles(join(request.buildFolder, "profiles")) : undefined;
      const cases = await listTests(image, pkg.name);
      let done = 0;
      await inParallel(cases, PARALLEL_TESTS, async (testCase) => {
        progress.step(`test ${pkg.name}`, done++, cases.length);
        const outcome = await runTest(image, pkg.name, testCase, profiles);
        outcomes.push(outcome);
        report(outcome);
      });
      if (profiles !== undefined && cases.length > 0) {
        const counted = await profiles.counts(image);
        mergeCounts(counts, await packageCoverage(pkg, compileOptions(request), counted));
      }
    } catch (error) {
      broken.push({ package: pkg.name, error });
    }
  }
  return { outcomes, broken, coverage: coverage ? counts : undefined };
}

function testFiles(pkg: PoolPackage): string[] {
  return filesBelow(join(pkg.directory, "src"), ".test.ts");
}

function testRequest(pkg: PoolPackage, coverage: boolean): ProgramRequest {
  const catalog = new Map(loadCatalog(pkg.directory)).set(pkg.name, pkg);
  const runner = catalog.get(RUNNER);
  if (runner === undefined) throw new Error(`the repository has no ${RUNNER}`);
  const tests = testFiles(pkg);
  const target = "linux/x86_64";
  const application = reachFrom([...tests, runner.entry], readText);
  const withRunner = new Map([
    ...application.packages,
    [RUNNER, { place: { file: runner.entry, line: 1, column: 1 }, typeOnly: false }] as const,
  ]);
  const resolution = resolve({
    target,
    catalog,
    reach: packageReach(),
    application: { ...application, packages: withRunner },
    libraries: [],
    tested: pkg,
  });
  const inRepository = baseOf(pkg.directory) === repositoryRoot();
  const workFolder = join(inRepository ? repositoryRoot() : pkg.directory, ".kraft");
  const name = pkg.name.replace(/^@/, "").replaceAll("/", "-") + (coverage ? "-coverage" : "");
  return {
    title: `the tests of ${pkg.name}`,
    kind: { target, hosted: true, lto: "none", coverage },
    resolution,
    main: runner.entry,
    tests,
    config: programConfig(
      resolution.packages,
      loadDefinitions(resolution.packages),
      defaultKraftfile(name, target),
      true,
    ),
    checks: "debug",
    base: baseOf(pkg.directory),
    buildFolder: join(workFolder, "test", name),
    cacheFolder: join(workFolder, "cache"),
    image: join(workFolder, "test", name, "tests"),
  };
}

async function listTests(image: string, name: string): Promise<TestCase[]> {
  const result = await runProcess(image, ["--list"], {
    timeoutMs: TEST_TIMEOUT_MS,
    environment: SANITIZER_OPTIONS,
  });
  if (result.status !== 0) {
    throw new KraftError({
      code: "KR8003",
      what: `the test program of ${name} failed with status ${String(result.status)} before any test`,
      why: (result.stdout + result.stderr).trim().split("\n").slice(0, 40).join("\n"),
      next: `debug it with: gdb --args ${image} --list`,
    });
  }
  return parseTestList(result.stdout);
}

/** The tests of a list as the test program prints it. */
export function parseTestList(text: string): TestCase[] {
  const cases: TestCase[] = [];
  for (const line of text.split("\n")) {
    const match = /^(\d+) (.+?)(?: panics (.*))?$/.exec(line);
    if (match !== null)
      cases.push({ index: Number(match[1]), name: match[2] ?? "", panics: match[3] });
  }
  return cases;
}

async function runTest(
  image: string,
  pkg: string,
  testCase: TestCase,
  profiles: Profiles | undefined,
): Promise<TestOutcome> {
  const began = nowMs();
  const result = await runProcess(image, ["--test", String(testCase.index)], {
    timeoutMs: TEST_TIMEOUT_MS,
    environment: { ...SANITIZER_OPTIONS, ...profiles?.environment(testCase.index) },
  });
  const milliseconds = Math.round(nowMs() - began);
  const outcome = { package: pkg, name: testCase.name, milliseconds };
  const reason = result.timedOut
    ? `it did not end within ${String(TEST_TIMEOUT_MS / 1000)} s`
    : failureReason(testCase, result.status, result.stdout + result.stderr);
  if (reason === undefined) return { ...outcome, passed: true };
  const filter = new BacktraceFilter(symboliser(image));
  const shown =
    (await filter.push(Buffer.from(result.stdout + result.stderr, "utf8").toString("latin1"))) +
    filter.end();
  const repeat = `${shownPath(image)} --test ${String(testCase.index)}`;
  return {
    ...outcome,
    passed: false,
    reason: `${reason} (${repeat})`,
    output: Buffer.from(shown, "latin1").toString("utf8"),
  };
}

/** Why a test with this end failed; undefined where it passed. */
export function failureReason(
  testCase: TestCase,
  status: number,
  output: string,
): string | undefined {
  if (testCase.panics === undefined) {
    if (status === 0) return undefined;
    return status === ExitStatus.Panic ? "it panicked" : `it ended with status ${String(status)}`;
  }
  if (status !== ExitStatus.Panic)
    return `it should panic with "${testCase.panics}", but ended with status ${String(status)}`;
  const panic = output.split("\n").find((line) => line.startsWith("PANIC "));
  if (panic?.includes(testCase.panics) === true) return undefined;
  return `it should panic with "${testCase.panics}", but: ${panic ?? "there is no line PANIC"}`;
}

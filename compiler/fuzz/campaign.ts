/** Runs programs natively in several builds and compares each with the reference interpreter. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Program } from "./ast.ts";
import { type Build, compileBatch, faulty, link, runImage } from "./build.ts";
import { interpret, type Outcome } from "./interpret.ts";
import { printProgram } from "./print.ts";

export type Checks = "debug" | "release";

/** A program with what the interpreter says about it. */
export interface Subject {
  readonly seed: number;
  readonly text: string;
  /** Undefined where the program is no test: it runs too long. */
  readonly expected: Readonly<Record<Checks, string | undefined>>;
}

export interface Finding {
  readonly seed: number;
  readonly kind:
    "difference" | "rejected" | "broken" | "does not compile" | "crash of the compiler";
  /** The build, or where the compiler stopped. */
  readonly where: string;
  readonly detail: string;
}

export interface Report {
  readonly findings: Finding[];
  /** Programs run natively and compared, by checks and build: `debug clang-O0`. */
  readonly compared: Map<string, number>;
}

const FUEL = 20_000;

/** What the native program should print. */
function describe(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined) return undefined;
  return outcome.panic === undefined
    ? `ok ${String(outcome.hash)}`
    : `panic ${String(outcome.hash)} ${outcome.panic}`;
}

export function subjectOf(seed: number, program: Program): Subject {
  const run = (trapping: boolean): string | undefined =>
    describe(interpret(program, trapping, FUEL));
  return { seed, text: printProgram(program), expected: { debug: run(true), release: run(false) } };
}

/** Which object was null depends on the words of the source: only that one was is compared. */
const normal = (line: string): string => line.replace(/(null dereference).*/, "$1");

/** Compiles the subjects together and compares them in the builds; those with errors are left out and reported. */
export async function compareBatch(
  subjects: readonly Subject[],
  checks: Checks,
  builds: readonly Build[],
  jobs: number,
  report: Report,
  verifying = true,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kraft-fuzz-"));
  try {
    await compareIn(folder, subjects, checks, builds, jobs, report, verifying);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compareIn(
  folder: string,
  subjects: readonly Subject[],
  checks: Checks,
  builds: readonly Build[],
  jobs: number,
  report: Report,
  verifying: boolean,
): Promise<void> {
  if (subjects.length === 0) return;
  const again = (part: readonly Subject[]): Promise<void> =>
    compareBatch(part, checks, builds, jobs, report, verifying);
  const halves = async (finding: Omit<Finding, "seed">): Promise<void> => {
    const [only] = subjects;
    if (subjects.length === 1 && only !== undefined) {
      report.findings.push({ seed: only.seed, ...finding });
      return;
    }
    const middle = subjects.length >> 1;
    await again(subjects.slice(0, middle));
    await again(subjects.slice(middle));
  };
  let compiled: ReturnType<typeof compileBatch>;
  try {
    compiled = compileBatch(
      folder,
      subjects.map((s) => s.text),
      checks,
      verifying,
    );
  } catch (error) {
    await halves({
      kind: "crash of the compiler",
      where: checks,
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return;
  }
  if (compiled.broken.length > 0) {
    await halves({ kind: "broken", where: checks, detail: compiled.broken.slice(0, 3).join("\n") });
    return;
  }
  const internal = compiled.result.diagnostics.find((d) => d.code === "TK9001");
  if (internal !== undefined) {
    await halves({ kind: "crash of the compiler", where: checks, detail: internal.message });
    return;
  }
  const wrong = faulty(compiled.result.diagnostics, subjects.length);
  if (wrong.size > 0) {
    const elsewhere = wrong.get(-1);
    if (elsewhere !== undefined) {
      await halves({ kind: "rejected", where: checks, detail: elsewhere.slice(0, 3).join("\n") });
      return;
    }
    for (const [index, messages] of wrong) {
      report.findings.push({
        seed: subjects[index]?.seed ?? -1,
        kind: "rejected",
        where: checks,
        detail: messages.slice(0, 3).join("\n"),
      });
    }
    await again(subjects.filter((_, i) => !wrong.has(i)));
    return;
  }
  const queue = [...builds];
  const stuck: Omit<Finding, "seed">[] = [];
  const worker = async (): Promise<void> => {
    for (let build = queue.shift(); build !== undefined; build = queue.shift()) {
      const failure = await compareBuild(
        folder,
        subjects,
        checks,
        build,
        compiled.result.units,
        report,
      );
      if (failure !== undefined)
        stuck.push({ kind: "does not compile", where: `${checks} ${build.name}`, detail: failure });
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const [failure] = stuck;
  if (failure !== undefined) await halves(failure);
}

/** Compares in one build; gives what the C compiler says where it does not compile. */
async function compareBuild(
  folder: string,
  subjects: readonly Subject[],
  checks: Checks,
  build: Build,
  units: Parameters<typeof link>[1],
  report: Report,
): Promise<string | undefined> {
  let image: string;
  try {
    image = await link(folder, units, build);
  } catch (error) {
    return (error as { stderr?: string }).stderr?.slice(0, 2000) ?? String(error);
  }
  if (subjects.every((s) => s.expected[checks] === undefined)) return undefined;
  const lines = await runImage(image, subjects.length);
  const where = `${checks} ${build.name}`;
  subjects.forEach((s, i) => {
    const expected = s.expected[checks];
    if (expected === undefined) return;
    const found = normal(lines[i] ?? "");
    if (found !== expected) {
      report.findings.push({
        seed: s.seed,
        kind: "difference",
        where,
        detail: `expected ${expected}\nfound    ${found}`,
      });
      return;
    }
    report.compared.set(where, (report.compared.get(where) ?? 0) + 1);
  });
  return undefined;
}

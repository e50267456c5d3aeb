/** Runs the built language benchmark and turns its raw numbers into ratios. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { geometricMean, median } from "../statistics.ts";
import type { Built } from "./build.ts";
import { type Case, CASES } from "./cases.ts";
import { type CodeSize, measureSizes } from "./size.ts";

/** One benchmark: TypeScript's time over C's, both medians in nanoseconds, and whether they computed the same. */
export interface CaseResult {
  readonly name: string;
  readonly ratio: number;
  readonly cNs: number;
  readonly typescriptNs: number;
  readonly equal: boolean;
  readonly codeBytes: CodeSize;
}

/** What `bench language --json` prints. */
export interface LanguageReport {
  readonly benchmark: "language";
  readonly repetitions: number;
  readonly cases: readonly CaseResult[];
  readonly geometricMean: number;
  /** Of all programs together. */
  readonly codeBytes: CodeSize;
}

/** Runs the executable. Throws where it crashes or writes something else than measurements. */
export async function measureLanguage(built: Built): Promise<LanguageReport> {
  const { executable, objectOf } = built;
  const { stdout } = await promisify(execFile)(executable, [], {
    encoding: "buffer",
    timeout: 120_000,
  });
  const words = readWords(stdout);
  const repetitions = words[0] ?? 0;
  const stride = 3 + 2 * repetitions;
  if (words.length !== stride * CASES.length) {
    throw new Error(
      `the benchmark wrote ${String(words.length)} numbers, which is no whole report`,
    );
  }
  const sizes = await measureSizes(executable, objectOf);
  const results = CASES.map((one, index) => {
    const codeBytes = sizes.programs.get(one.program) ?? { c: 0, typescript: 0 };
    return caseResult(one, codeBytes, words.slice(index * stride, (index + 1) * stride));
  });
  return {
    benchmark: "language",
    repetitions,
    cases: results,
    geometricMean: geometricMean(results.map(({ ratio }) => ratio)),
    codeBytes: sizes.total,
  };
}

function caseResult({ name }: Case, codeBytes: CodeSize, words: readonly number[]): CaseResult {
  const [, resultC, resultTs, ...nanoseconds] = words;
  const c = nanoseconds.filter((_, index) => index % 2 === 0);
  const typescript = nanoseconds.filter((_, index) => index % 2 === 1);
  return {
    name,
    ratio: median(typescript.map((ns, index) => ns / (c[index] ?? Number.NaN))),
    cNs: median(c),
    typescriptNs: median(typescript),
    equal: resultC === resultTs,
    codeBytes,
  };
}

function readWords(data: Buffer): readonly number[] {
  const words: number[] = [];
  for (let at = 0; at + 8 <= data.length; at += 8) words.push(Number(data.readBigUInt64LE(at)));
  return words;
}

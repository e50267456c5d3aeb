/** Runs the built language benchmark and turns its raw numbers into ratios. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { geometricMean, median } from "../statistics.ts";

/** In the order in which programs/harness.ts measures. */
const cases = [
  "allocator",
  "checksum 1500 B",
  "checksum 40 B",
  "header parse",
  "ring",
  "list",
  "closures",
  "hash table",
  "sort",
  "dispatch",
  "siphash",
] as const;

/** One benchmark: TypeScript's time over C's, both medians in nanoseconds, and whether they computed the same. */
export interface CaseResult {
  readonly name: string;
  readonly ratio: number;
  readonly cNs: number;
  readonly typescriptNs: number;
  readonly equal: boolean;
}

/** What `bench language --json` prints. */
export interface LanguageReport {
  readonly benchmark: "language";
  readonly repetitions: number;
  readonly cases: readonly CaseResult[];
  readonly geometricMean: number;
}

/** Runs the executable. Throws where it crashes or writes something else than measurements. */
export async function measureLanguage(executable: string): Promise<LanguageReport> {
  const { stdout } = await promisify(execFile)(executable, [], {
    encoding: "buffer",
    timeout: 120_000,
  });
  const words = readWords(stdout);
  const repetitions = words[0] ?? 0;
  const stride = 3 + 2 * repetitions;
  if (words.length !== stride * cases.length) {
    throw new Error(
      `the benchmark wrote ${String(words.length)} numbers, which is no whole report`,
    );
  }
  const results = cases.map((name, index) =>
    caseResult(name, words.slice(index * stride, (index + 1) * stride)),
  );
  return {
    benchmark: "language",
    repetitions,
    cases: results,
    geometricMean: geometricMean(results.map(({ ratio }) => ratio)),
  };
}

function caseResult(name: string, words: readonly number[]): CaseResult {
  const [, resultC, resultTs, ...nanoseconds] = words;
  const c = nanoseconds.filter((_, index) => index % 2 === 0);
  const typescript = nanoseconds.filter((_, index) => index % 2 === 1);
  return {
    name,
    ratio: median(typescript.map((ns, index) => ns / (c[index] ?? Number.NaN))),
    cNs: median(c),
    typescriptNs: median(typescript),
    equal: resultC === resultTs,
  };
}

function readWords(data: Buffer): readonly number[] {
  const words: number[] = [];
  for (let at = 0; at + 8 <= data.length; at += 8) words.push(Number(data.readBigUInt64LE(at)));
  return words;
}

/** What the checks of each kind of build cost: the same programs with all of them, with those of releases and with none. */
import type { Checks } from "@typekraft/compiler";
import { geometricMean } from "../statistics.ts";
import { buildLanguageBenchmark } from "./build.ts";
import { measureLanguage } from "./measure.ts";

/** In the order of the columns. */
export const MODES: readonly Checks[] = ["none", "release", "debug"];

/** TypeScript's time over C's with each kind of checks. */
export interface CheckedCase {
  readonly name: string;
  readonly ratios: Readonly<Record<Checks, number>>;
}

/** What `bench language --checks --json` prints. */
export interface ChecksReport {
  readonly benchmark: "language checks";
  readonly cases: readonly CheckedCase[];
  readonly geometricMeans: Readonly<Record<Checks, number>>;
  /** TypeScript's machine code in bytes. */
  readonly codeBytes: Readonly<Record<Checks, number>>;
  /** Whether both sides computed the same, always. */
  readonly equal: boolean;
}

/** C does not change between the builds, so that the ratios to it can be compared with each other. */
export async function measureChecks(): Promise<ChecksReport> {
  const reports = {
    none: await measureLanguage(await buildLanguageBenchmark("none")),
    release: await measureLanguage(await buildLanguageBenchmark("release")),
    debug: await measureLanguage(await buildLanguageBenchmark("debug")),
  };
  const each = <T>(of: (mode: Checks) => T): Record<Checks, T> => ({
    none: of("none"),
    release: of("release"),
    debug: of("debug"),
  });
  const cases = reports.release.cases.map(({ name }, i) => ({
    name,
    ratios: each((mode) => reports[mode].cases[i]?.ratio ?? Number.NaN),
  }));
  return {
    benchmark: "language checks",
    cases,
    geometricMeans: each((mode) => geometricMean(cases.map(({ ratios }) => ratios[mode]))),
    codeBytes: each((mode) => reports[mode].codeBytes.typescript),
    equal: MODES.every((mode) => reports[mode].cases.every(({ equal }) => equal)),
  };
}

/** A small run of the differential fuzzer and of the mutations; `run.ts` and `mutants.ts` run as many as one likes. */
import { describe, expect, it } from "vitest";
import { BUILDS } from "./build.ts";
import { compareBatch, type Report, subjectOf } from "./campaign.ts";
import { generate } from "./generate.ts";
import { checkMutants } from "./mutants.ts";

const PROGRAMS = 40;
const MUTANTS = 30;

describe("generated programs do what the reference interpreter says", () => {
  const subjects = Array.from({ length: PROGRAMS }, (_, i) => subjectOf(i, generate(i)));

  it.each(["debug", "release"] as const)("checks: %s", async (checks) => {
    const report: Report = { findings: [], compared: new Map() };
    const builds = BUILDS.filter(
      (b) => b.name === (checks === "debug" ? "clang-sanitized" : "clang-O2-lto"),
    );
    await compareBatch(subjects, checks, builds, 1, report);
    expect(report.findings).toEqual([]);
    expect([...report.compared.values()]).toEqual([PROGRAMS]);
  });

  it("is deterministic", () => {
    expect(subjectOf(7, generate(7))).toEqual(subjectOf(7, generate(7)));
  });
});

describe("mutated sources", () => {
  it("give diagnostics or C that compiles", async () => {
    const { findings, rejected } = await checkMutants(1, MUTANTS);
    expect(findings).toEqual([]);
    expect(rejected).toBeLessThan(MUTANTS);
  });
});

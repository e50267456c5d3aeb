/** The compiler's code computes what hand-written C computes, and is not much slower. */
import { expect, it } from "vitest";
import { buildLanguageBenchmark } from "../../bench/language/build.ts";
import { measureLanguage } from "../../bench/language/measure.ts";

const LIMIT = 1.25;

it("emitted code is within the limit of C, with equal results", async () => {
  const report = await measureLanguage(await buildLanguageBenchmark("release"));
  for (const { name, equal } of report.cases) expect(equal, name).toBe(true);
  expect(report.geometricMean, JSON.stringify(report.cases)).toBeLessThanOrEqual(LIMIT);
});

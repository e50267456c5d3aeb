/** The statistics of the benchmarks against values worked out by hand. */
import { expect, it } from "vitest";
import { geometricMean, median } from "./statistics.ts";

it("takes the middle, or the mean of the two middle values", () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it("multiplies and takes the root", () => {
  expect(geometricMean([1, 4])).toBeCloseTo(2, 12);
  expect(geometricMean([0.5, 1, 2])).toBeCloseTo(1, 12);
  expect(geometricMean([])).toBeNaN();
});

/** Line coverage from what the C compiler recorded. */
import { describe, expect, it } from "vitest";
import {
  addCounts,
  coverageOf,
  coverageTable,
  formatLcov,
  mergeCounts,
  parseLcov,
  sourceLines,
  summariseCoverage,
} from "./coverage.ts";
import type { LineCounts } from "./coverage.ts";

const C = `typedef unsigned u32;
/* f */
#line 10 "a.ts"
static u32 f(u32 l_x) {
  u32 l_y;
#line 12
  l_y = l_x;
  if (l_y) {
    return 1;
  } else {
#line 30 "b.ts"
    return 2;
  }
}`;

describe("coverage of the sources", () => {
  it("follows #line and leaves out what stands for no source line", () => {
    expect(sourceLines(C).map((place) => place && `${place.file}:${String(place.line)}`)).toEqual([
      ...[undefined, undefined, undefined, "a.ts:10", undefined, undefined],
      ...["a.ts:12", "a.ts:13", "a.ts:14", undefined, undefined, "b.ts:30", undefined, undefined],
    ]);
  });

  it("has for each line with code the count of its busiest C line", () => {
    const counts: LineCounts = new Map();
    const trace = "SF:/x/u.c\nDA:7,5\nDA:8,5\nDA:9,0\nDA:12,2\nDA:99,1\nend_of_record\n";
    for (const lines of parseLcov(trace).values()) addCounts(counts, C, lines);
    const code = new Map([
      ["c.ts", new Set([1])],
      ["a.ts", new Set([14, 12, 13, 20])],
    ]);
    const covered = coverageOf(code, counts);
    expect([...covered].map(([file, lines]) => [file, [...lines]])).toEqual([
      [
        "a.ts",
        [
          [12, 5],
          [13, 5],
          [14, 0],
          [20, 0],
        ],
      ],
      ["c.ts", [[1, 0]]],
    ]);
    expect(summariseCoverage(covered)[0]).toEqual({
      file: "a.ts",
      lines: 4,
      covered: 2,
      missing: ["14-20"],
    });
  });

  it("is written as an lcov trace that reads back, and as a table", () => {
    const counts: LineCounts = new Map([
      [
        "a.ts",
        new Map([
          [1, 2],
          [3, 0],
        ]),
      ],
    ]);
    expect(parseLcov(formatLcov(counts))).toEqual(counts);
    expect(formatLcov(counts)).toContain("LF:2\nLH:1\n");
    mergeCounts(counts, new Map([["a.ts", new Map([[3, 4]])]]));
    expect(counts.get("a.ts")?.get(3)).toBe(4);
    expect(coverageTable(summariseCoverage(counts)).split("\n").at(-2)).toMatch(
      /^total +100\.0% +2 of +2$/,
    );
    expect(coverageTable([])).toContain("total");
  });
});

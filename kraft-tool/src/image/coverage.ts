/**
 * Line coverage of TypeScript from clang's coverage of the C: clang counts lines of the C file itself, and the `#line` directives
 * in it say what they stand for. Pure.
 */

/** How often each line ran, by file and line from 1. */
export type LineCounts = Map<string, Map<number, number>>;

/** The counts of an lcov trace (`SF:`, `DA:LINE,COUNT`); those of a line that occurs twice are added. */
export function parseLcov(text: string): LineCounts {
  const counts: LineCounts = new Map();
  let lines = new Map<number, number>();
  for (const row of text.split("\n")) {
    if (row.startsWith("SF:")) {
      const file = row.slice(3);
      lines = counts.get(file) ?? new Map<number, number>();
      counts.set(file, lines);
    }
    const found = /^DA:(\d+),(\d+)/.exec(row);
    if (found !== null) add(lines, Number(found[1]), Number(found[2]));
  }
  return counts;
}

/** What line of which source each line of a C file stands for; undefined where it stands for none. */
export function sourceLines(text: string): ({ file: string; line: number } | undefined)[] {
  let file: string | undefined;
  let line = 0;
  return text.split("\n").map((row) => {
    const directive = /^#line (\d+)(?: "(.*)")?$/.exec(row);
    if (directive !== null) {
      line = Number(directive[1]);
      file = directive[2] ?? file;
      return undefined;
    }
    const place = file === undefined || isMadeUp(row) ? undefined : { file, line };
    line += 1;
    return place;
  });
}

/** Braces and the declarations of locals follow wherever the writer is; their line numbers mean nothing. */
function isMadeUp(row: string): boolean {
  return /^\s*([{}].*|(?!return |goto )(struct )?\w+ \*?\w+(\[\d+\])*;|\/\*.*\*\/|)$/.test(row);
}

/** Adds the counts of a C file to those of the sources that it was made from; a source line has that of its busiest C line. */
export function addCounts(
  to: LineCounts,
  cText: string,
  cCounts: ReadonlyMap<number, number>,
): void {
  const places = sourceLines(cText);
  for (const [cLine, count] of cCounts) {
    const place = places[cLine - 1];
    if (place === undefined) continue;
    const lines = to.get(place.file) ?? new Map<number, number>();
    to.set(place.file, lines);
    lines.set(place.line, Math.max(lines.get(place.line) ?? 0, count));
  }
}

/** For exactly the lines that hold code, how often they ran; a line that is in no C file never did. */
export function coverageOf(
  code: ReadonlyMap<string, ReadonlySet<number>>,
  counts: LineCounts,
): LineCounts {
  const covered: LineCounts = new Map();
  for (const [file, lines] of [...code].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ran = counts.get(file);
    const sorted = [...lines].sort((a, b) => a - b);
    covered.set(file, new Map(sorted.map((line) => [line, ran?.get(line) ?? 0])));
  }
  return covered;
}

/** Adds all counts of `from` to `to`. */
export function mergeCounts(to: LineCounts, from: LineCounts): void {
  for (const [file, lines] of from) {
    const known = to.get(file) ?? new Map<number, number>();
    to.set(file, known);
    for (const [line, count] of lines) add(known, line, count);
  }
}

/** As an lcov trace, which editors and report makers read. */
export function formatLcov(counts: LineCounts): string {
  return [...counts]
    .map(([file, lines]) => {
      const rows = [...lines].map(([line, count]) => `DA:${String(line)},${String(count)}\n`);
      const hit = [...lines.values()].filter((count) => count > 0).length;
      const totals = `LF:${String(lines.size)}\nLH:${String(hit)}\n`;
      return `TN:\nSF:${file}\n${rows.join("")}${totals}end_of_record\n`;
    })
    .join("");
}

/** Lines with code and those of them that ran. */
export interface FileCoverage {
  readonly file: string;
  readonly lines: number;
  readonly covered: number;
  /** Lines that never ran, adjoining ones together: `12-15`. */
  readonly missing: readonly string[];
}

/** One row for each file, sorted by name. */
export function summariseCoverage(counts: LineCounts): FileCoverage[] {
  return [...counts]
    .map(([file, lines]) => ({
      file,
      lines: lines.size,
      covered: [...lines.values()].filter((count) => count > 0).length,
      missing: missingRanges([...lines]),
    }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** A table for people, with the total in its last line. */
export function coverageTable(files: readonly FileCoverage[]): string {
  const sum = (of: (file: FileCoverage) => number): number =>
    files.reduce((total, file) => total + of(file), 0);
  const total = {
    file: "total",
    lines: sum(({ lines }) => lines),
    covered: sum(({ covered }) => covered),
    missing: [],
  };
  const width = Math.max(...[...files, total].map(({ file }) => file.length));
  const rows = [...files, total].map(({ file, lines, covered, missing }) => {
    const share = lines === 0 ? "" : `${((100 * covered) / lines).toFixed(1)}%`;
    const shown = missing.slice(0, 8).join(" ") + (missing.length > 8 ? " …" : "");
    return `${file.padEnd(width)} ${share.padStart(7)} ${String(covered).padStart(6)} of ${String(lines).padStart(6)}  ${shown}`.trimEnd();
  });
  return `${rows.join("\n")}\n`;
}

function missingRanges(lines: readonly (readonly [number, number])[]): string[] {
  const ranges: { from: number; to: number }[] = [];
  let open = false;
  for (const [line, count] of lines) {
    const last = ranges.at(-1);
    if (count > 0) open = false;
    else if (open && last !== undefined) last.to = line;
    else {
      ranges.push({ from: line, to: line });
      open = true;
    }
  }
  return ranges.map(({ from, to }) =>
    from === to ? String(from) : `${String(from)}-${String(to)}`,
  );
}

function add(lines: Map<number, number>, line: number, count: number): void {
  lines.set(line, (lines.get(line) ?? 0) + count);
}

/**
 * Rejection: every line of reject/*.ts with a comment `// TK2001 TS2322` gives exactly the errors that it names, and no
 * other line gives one. Together the files name every code that a source can cause.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CODES } from "../src/diagnostics/codes.ts";
import { compileForTest, repository } from "./programs.ts";

const folder = join(repository, "compiler/test/reject");
const files = readdirSync(folder).filter((f) => f.endsWith(".ts"));

function expected(file: string): string[] {
  return readFileSync(join(folder, file), "utf8")
    .split("\n")
    .flatMap((line, i) => {
      const codes = /\/\/ ((?:T[SK]\d+ ?)+)$/.exec(line)?.[1]?.trim().split(" ") ?? [];
      return codes.map((c) => `${file}:${String(i + 1)} ${c}`);
    })
    .sort();
}

describe("rejection", () => {
  // What is found in the IR is found only where everything before is right.
  const late = ["escape.ts", "initializers.ts"].map((f) => join(folder, f));
  const early = files.map((f) => join(folder, f)).filter((f) => !late.includes(f));
  const diagnostics = [
    ...compileForTest(folder, { roots: early, main: early[0] ?? "" }).diagnostics,
    ...late.flatMap((main) => compileForTest(folder, { main }).diagnostics),
  ];
  const found = diagnostics.map(
    (d) => `${(d.file ?? "").split("/").at(-1) ?? ""}:${String(d.line)} ${d.code}`,
  );

  it.each(files)("%s", (file) => {
    const own = [...new Set(found.filter((f) => f.startsWith(`${file}:`)))].sort();
    expect(own).toEqual(expected(file));
  });

  it("covers every code that a source can cause", () => {
    const elsewhere = [
      "TK3003",
      "TK4001",
      "TK4002",
      "TK4003",
      "TK4004",
      "TK4005",
      "TK4007",
      "TK9001",
    ];
    const covered = new Set(files.flatMap(expected).map((e) => e.split(" ")[1]));
    expect(Object.keys(CODES).filter((c) => !covered.has(c) && !elsewhere.includes(c))).toEqual([]);
  });
});

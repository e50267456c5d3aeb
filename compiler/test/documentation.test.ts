/** The documentation is right: its examples compile, or give the errors that they name, and every code has its page. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CODES } from "../src/diagnostics/codes.ts";
import { compileAlone, compileExamples, examplesOf, type Example } from "./examples.ts";
import { compileForTest, repository } from "./programs.ts";

const reference = join(repository, "docs/reference");
const pages = [
  join(reference, "language.md"),
  join(repository, "docs/guide/for-typescript-programmers.md"),
  join(repository, "docs/guide/for-c-programmers.md"),
];
const codePages = readdirSync(join(reference, "diagnostics")).map((f) =>
  join(reference, "diagnostics", f),
);
const all = [...pages, ...codePages].flatMap(examplesOf);
const name = (e: Example): string => `${e.page}.md:${String(e.line)}`;

/** Codes that no source can cause; their pages say how they come about. */
const WITHOUT_EXAMPLE = ["TK4004", "TK9001"];

function expectEach(examples: readonly Example[], found: ReadonlyMap<Example, unknown>): void {
  const wanted = examples.map((e) => [name(e), e.expected]);
  expect(examples.map((e) => [name(e), found.get(e)])).toEqual(wanted);
}

describe("examples in the documentation", () => {
  it("that are right compile", () => {
    const right = all.filter((e) => e.kind === "" && e.expected.length === 0);
    const outcome = compileExamples(right);
    expect(outcome.diagnostics).toEqual([]);
    expect(outcome.verifier).toEqual([]);
    expect(right.length).toBeGreaterThan(40);
  });

  it("that are wrong give the errors that they name", () => {
    const wrong = all.filter((e) => e.kind === "" && e.expected.length > 0);
    expectEach(wrong, compileExamples(wrong).found);
  });

  it("with errors that are found in the whole program give these", () => {
    for (const e of all.filter((x) => x.kind === "late")) {
      expectEach([e], compileExamples([e]).found);
    }
  });

  it("that are programs of their own give the errors that they name", () => {
    for (const e of all.filter((x) => x.kind === "alone")) {
      const { diagnostics } = compileAlone(e);
      expect([name(e), diagnostics.map((d) => d.code)]).toEqual([name(e), [e.page]]);
    }
  });
});

describe("reference of the diagnostics", () => {
  const index = readFileSync(join(reference, "diagnostics.md"), "utf8");

  it.each(Object.keys(CODES))("%s has a page, and an example that gives it", (code) => {
    const page = join(reference, `diagnostics/${code}.md`);
    expect(existsSync(page)).toBe(true);
    const text = readFileSync(page, "utf8");
    expect(text.split("\n")[0]).toMatch(new RegExp(`^# ${code}: `));
    for (const part of ["## Why", "## Instead"]) expect(text).toContain(part);
    expect(index).toContain(`(diagnostics/${code}.md)`);
    if (WITHOUT_EXAMPLE.includes(code)) return;
    const examples = all.filter((e) => e.page === code);
    const gives = examples.some(
      (e) => e.kind === "alone" || e.expected.some((x) => x.endsWith(` ${code}`)),
    );
    expect(gives).toBe(true);
    expect(examples.some((e) => e.expected.length === 0 && e.kind !== "alone")).toBe(true);
  });

  it("has no page for a code that does not exist", () => {
    expect(codePages.map((p) => p.slice(-9, -3)).filter((c) => !(c in CODES))).toEqual([]);
  });

  it("TK4004: a module that does not exist", () => {
    const main = join(repository, "missing.ts");
    expect(compileForTest(repository, { main }).diagnostics.map((d) => d.code)).toContain("TK4004");
  });
});

describe("misspelt names", () => {
  const main = join(repository, "compiler/test/reject/proposals.ts");
  const texts = compileForTest(join(repository, "compiler/test/reject"), { main }).diagnostics.map(
    (d) => d.message,
  );

  it.each([
    "did you mean length?",
    "did you mean release?",
    "did you mean sub?",
    "did you mean ok?",
    "did you mean @noinline?",
    "did you mean device?",
  ])("%s", (proposal) => {
    expect(texts.filter((t) => t.includes(proposal) && !t.includes("Did"))).toHaveLength(1);
  });

  it("of options of the configuration", () => {
    const page = all.filter((e) => e.page === "TK4003" && e.expected.length > 0);
    const found = compileExamples(
      page.map((e) => ({ ...e, text: e.text.replaceAll("LIB_EXAMPLE_SLOTS", "LIB_LOG_LEVL") })),
    );
    expect(found.diagnostics.map((d) => d.message).join()).toContain("did you mean LIB_LOG_LEVEL?");
  });
});

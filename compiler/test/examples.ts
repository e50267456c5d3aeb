/**
 * Examples in the documentation: every block fenced as `ts` is a module of its own, compiled by the tests.
 *
 * A line that ends with `// TK2001` (several codes with blanks between, text after a colon) gives exactly these errors.
 * A block fenced as `ts late` has errors that are found only in a program without others, `ts alone` is a program by
 * itself. Modules are written so that their lines have the numbers that they have in the page.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { verify } from "../src/ir/verify.ts";
import type { CompileResult, Diagnostic, StageHook } from "../src/driver/index.ts";
import { BINDINGS, compileForTest, poolPackages } from "./programs.ts";

/** One fenced block of a page. */
export interface Example {
  /** The page's file name without `.md`. */
  readonly page: string;
  /** Line of the page that its first line is. */
  readonly line: number;
  readonly text: string;
  /** What follows `ts` at the fence. */
  readonly kind: string;
  /** `line CODE`, sorted. */
  readonly expected: readonly string[];
}

/** The examples of a page, in order. */
export function examplesOf(path: string): Example[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const found: Example[] = [];
  for (let i = 0; i < lines.length; i++) {
    const fence = /^```ts\b ?(.*)$/.exec(lines[i] ?? "");
    if (fence === null) continue;
    const start = i + 1;
    while (i + 1 < lines.length && lines[i + 1] !== "```") i++;
    const own = lines.slice(start, i + 1);
    found.push({
      page: basename(path, ".md"),
      line: start + 1,
      text: own.join("\n"),
      kind: fence[1] ?? "",
      expected: own.flatMap((text, n) => expectedAt(text, start + n + 1)).sort(),
    });
  }
  return found;
}

function expectedAt(text: string, line: number): string[] {
  const codes = /\/\/ ((?:T[SK]\d+ ?)+)(?::.*)?$/.exec(text)?.[1]?.trim().split(" ") ?? [];
  return codes.map((code) => `${String(line)} ${code}`);
}

const nameOf = (e: Example): string => `${e.page}-${String(e.line)}`;

/** The diagnostics of each example, as `line CODE`, sorted; and what the IR's verifier says of the whole. */
export interface Outcome {
  readonly found: ReadonlyMap<Example, readonly string[]>;
  readonly diagnostics: readonly Diagnostic[];
  readonly verifier: readonly string[];
}

/** Compiles the examples as modules of one program. */
export function compileExamples(examples: readonly Example[]): Outcome {
  return inFolder(examples, (folder, paths, hook) => {
    const main = join(folder, "main.ts");
    writeFileSync(main, "export function main(): void {}\n");
    return compileForTest(folder, { roots: rootsOf(paths), main }, hook);
  });
}

/** Compiles one example as a whole program; the API of its package is bound to one that has none of its exports. */
export function compileAlone(example: Example): Outcome {
  return inFolder([example], (folder, [main = ""], hook) =>
    compileForTest(
      folder,
      {
        roots: rootsOf([]),
        main,
        bindings: new Map([...BINDINGS, ["under-test", "@typekraft/panic"]]),
      },
      hook,
    ),
  );
}

function inFolder(
  examples: readonly Example[],
  compile: (folder: string, paths: readonly string[], hook: StageHook) => CompileResult,
): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "typekraft-examples-"));
  try {
    const paths = examples.map((e) => {
      const path = join(folder, `${nameOf(e)}.ts`);
      writeFileSync(path, `${"\n".repeat(e.line - 1)}${e.text}\nexport {};\n`);
      return path;
    });
    const verifier: string[] = [];
    const { diagnostics } = compile(folder, paths, (stage, program) =>
      verifier.push(...verify(program).map((e) => `${stage}: ${e.where}: ${e.message}`)),
    );
    const found = examples.map((e): [Example, string[]] => {
      const own = diagnostics.filter((d) => basename(d.file ?? "") === `${nameOf(e)}.ts`);
      return [e, [...new Set(own.map((d) => `${String(d.line)} ${d.code}`))].sort()];
    });
    return { found: new Map(found), diagnostics, verifier };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The examples, and what every program for Linux has. */
function rootsOf(paths: readonly string[]): string[] {
  const always = ["@typekraft/panic", "@typekraft/log", "@typekraft/plat-linux"];
  const packages = poolPackages().filter((p) => always.includes(p.name));
  return [...packages.map((p) => p.entry), ...paths];
}

/** The scan of sources for what they import. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importsOf } from "./imports.ts";
import { reachFrom } from "./reach.ts";

function names(source: string): string[] {
  return importsOf(source).map(({ specifier, typeOnly }) =>
    typeOnly ? `type ${specifier}` : specifier,
  );
}

describe("imports", () => {
  it("are found in every form", () => {
    const source = `
      import { a, type B } from "@typekraft/sched";
      import type { C } from './c.ts';
      import * as d from "./d.ts"; import "./e.ts"
      export { f } from "./f.ts"; export * from "./g.ts";
      export type { H } from "./h.ts";
      import {
        long, // from "./comment.ts"
      } from "./i.ts";`;
    expect(names(source)).toEqual([
      "@typekraft/sched",
      "type ./c.ts",
      "./d.ts",
      "./e.ts",
      "./f.ts",
      "./g.ts",
      "type ./h.ts",
      "./i.ts",
    ]);
  });

  it("are not found in comments, texts and templates", () => {
    const source = `
      // import "./a.ts"
      /* import "./b.ts" */
      const s = 'import "./c.ts"';
      log\`import "./d.ts" \${f("import './e.ts'", \`\${"from"} "./f.ts"\`)} from "./g.ts"\`;
      export const from = "./h.ts";
      const x = { import: "./i.ts" };
      import { z } from "./z.ts";`;
    expect(names(source)).toEqual(["./z.ts"]);
  });

  it("survive any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        importsOf(text);
      }),
    );
    const hostile = fc.array(
      fc.constantFrom("`", "${", "}", '"', "import", "from", "/*", "//", "\n", "\\"),
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        importsOf(parts.join(""));
      }),
    );
  });
});

describe("reach", () => {
  it("follows relative imports, once each, and keeps apart what is only for types", () => {
    const files: Record<string, string> = {
      "/p/main.ts": 'import "./lib/a.ts"; import type { T } from "@typekraft/x";',
      "/p/lib/a.ts":
        'import "../main.ts"; import { y } from "@typekraft/y/testing"; import "./none.ts";',
    };
    const reach = reachFrom(["/p/main.ts"], (path) => files[path]);
    expect(reach.modules).toEqual(["/p/lib/a.ts", "/p/main.ts"]);
    expect([...reach.packages].sort()).toEqual([
      ["@typekraft/x", { place: { file: "/p/main.ts", line: 1, column: 45 }, typeOnly: true }],
      ["@typekraft/y", { place: { file: "/p/lib/a.ts", line: 1, column: 40 }, typeOnly: false }],
    ]);
  });
});

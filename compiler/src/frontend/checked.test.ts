/** What the front end remembers between builds, and when it must forget it. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkProgram } from "./checked.ts";
import { writeRecord } from "./record.ts";

const OPTIONS: ts.CompilerOptions = {
  noLib: true,
  types: [],
  strict: true,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  noEmit: true,
};
const GLOBALS = `interface Array<T> { length: T } interface Boolean {} interface CallableFunction {} interface Function {}
interface IArguments {} interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-check-"));
  write("globals.d.ts", GLOBALS);
  write("base.ts", "export function size(): number { return 1; }\n");
  write("user.ts", 'import { size } from "./base.ts";\nexport const twice: number = size();\n');
  write("other.ts", "export const alone: number = 1;\n");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** Codes of what tsc says, and how many files it looked at. */
function check(cache: string | undefined = join(folder, "cache")): [number[], number] {
  const roots = ["globals.d.ts", "user.ts", "other.ts"].map((name) => join(folder, name));
  const resolve = (name: string): ts.ResolvedModuleFull => ({
    resolvedFileName: join(folder, name),
    extension: ts.Extension.Ts,
    isExternalLibraryImport: false,
  });
  const { diagnostics, checkedCount } = checkProgram(roots, OPTIONS, resolve, cache);
  return [diagnostics.map(({ code }) => code), checkedCount];
}

const NOT_ASSIGNABLE = 2322;

describe("incremental checking", () => {
  it("checks nothing again where nothing has changed", () => {
    expect(check()).toEqual([[], 4]);
    expect(check()).toEqual([[], 0]);
  });

  it("finds what a change of a dependency breaks in a file that is unchanged", () => {
    check();
    write("base.ts", 'export function size(): string { return ""; }\n');
    const [codes, count] = check();
    expect(codes).toEqual([NOT_ASSIGNABLE]);
    expect(count).toBeLessThan(4);
    write("base.ts", "export function size(): number { return 2; }\n");
    expect(check()[0]).toEqual([]);
  });

  it("repeats the errors of files that it does not check again", () => {
    write("other.ts", "export const alone: number = true;\n");
    expect(check()[0]).toEqual([NOT_ASSIGNABLE]);
    expect(check()).toEqual([[NOT_ASSIGNABLE], 0]);
    write("base.ts", "export function size(): number { return 3; }\n");
    expect(check()[0]).toEqual([NOT_ASSIGNABLE]);
  });

  it("finds what a change of a module's augmentation breaks", () => {
    write(
      "user.ts",
      'import "./extra.ts";\nimport { config } from "./base.ts";\nimport { use } from "./use.ts";\nuse; config;\n',
    );
    write(
      "base.ts",
      "export interface Config { a: number }\nexport declare const config: Config;\n",
    );
    write(
      "use.ts",
      'import { config } from "./base.ts";\nexport const use: number = config.level;\n',
    );
    write(
      "extra.ts",
      'export {};\ndeclare module "./base.ts" { interface Config { level: number } }\n',
    );
    expect(check()[0]).toEqual([]);
    write(
      "extra.ts",
      'export {};\ndeclare module "./base.ts" { interface Config { level: string } }\n',
    );
    expect(check()[0]).toEqual([NOT_ASSIGNABLE]);
  });

  it("says the same as a check without record after every step", () => {
    for (const result of ["number", "string", "boolean", "number"]) {
      write("base.ts", `export declare function size(): ${result};\n`);
      expect(check()[0]).toEqual(check(undefined)[0]);
    }
  });

  it("drops a record that is damaged, of another version of tsc, or from elsewhere", () => {
    write("other.ts", "export const alone: number = true;\n");
    check();
    const file = join(folder, "cache/check.tsbuildinfo");
    const text = readFileSync(file, "utf8");
    const json = text.slice(text.indexOf("\n") + 1);
    const damaged = [
      "",
      "{",
      "{}",
      json,
      text.slice(0, text.length / 2),
      text.replace("2322", "2321"),
      text.replace(/"semanticDiagnosticsPerFile":.*\]\]\]/, '"semanticDiagnosticsPerFile":[]'),
    ];
    for (const record of damaged) {
      writeFileSync(file, record);
      expect(check(), record.slice(0, 60)).toEqual([[NOT_ASSIGNABLE], 4]);
    }
    writeRecord(file, json.replace(`"version":"${ts.version}"`, '"version":"1.2.3"'));
    expect(check()).toEqual([[NOT_ASSIGNABLE], 4]);
  });

  it("writes only into its folder, and needs none that can be written to", () => {
    check();
    const names = ["base.ts", "cache", "globals.d.ts", "other.ts", "user.ts"];
    expect(readdirSync(folder).sort()).toEqual(names);
    expect(readdirSync(join(folder, "cache"))).toEqual(["check.tsbuildinfo"]);
    expect(check(join(folder, "base.ts/no-folder"))[0]).toEqual([]);
  });

  it("is valid in a copy of the folder", () => {
    check();
    cpSync(join(folder, "cache"), join(folder, "second/cache"), { recursive: true });
    expect(check(join(folder, "second/cache"))[0]).toEqual([]);
  });
});

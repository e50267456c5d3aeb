/** The plugin in a language service in this process, with the real prelude and packages, on texts that are not on the disk. */
import ts from "typescript";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import plugin from "./index.ts";

const root = resolve(fileURLToPath(import.meta.url), "../../../..");
const project = join(root, "examples/hello");
const path = join(project, "src/main.ts");
const prelude = join(root, "lang/src/prelude.d.ts");

class Editor {
  text = "";
  version = 0;
  refreshed = 0;
  readonly service: ts.LanguageService;

  constructor(delayMs: number, directory = project, load = plugin) {
    const host: ts.LanguageServiceHost = {
      getScriptFileNames: () => [prelude, path],
      getScriptVersion: (f) => (f === path ? String(this.version) : "0"),
      getScriptSnapshot: (f) =>
        ts.ScriptSnapshot.fromString(f === path ? this.text : readFileSync(f, "utf8")),
      getCurrentDirectory: () => directory,
      getCompilationSettings: () => ({ noLib: true, strict: true, types: [] }),
      getDefaultLibFileName: () => prelude,
      fileExists: (f) => ts.sys.fileExists(f),
      readFile: (f) => ts.sys.readFile(f),
    };
    const server = {
      getCurrentDirectory: () => directory,
      refreshDiagnostics: () => (this.refreshed += 1),
      log: (message: string) => {
        throw new Error(message);
      },
    };
    const info = {
      languageService: ts.createLanguageService(host),
      languageServiceHost: host,
      project: server,
      config: { name: "@typekraft/compiler/plugin", delayMs },
    } as unknown as ts.server.PluginCreateInfo;
    this.service = load({ typescript: ts }).create(info);
  }

  type(text: string): void {
    this.text = text;
    this.version += 1;
  }

  /** Code, and the text that is underlined. */
  errors(): string[] {
    return this.service
      .getSemanticDiagnostics(path)
      .map(
        (d) => `${String(d.code)} ${this.text.slice(d.start, (d.start ?? 0) + (d.length ?? 0))}`,
      );
  }
}

const WRONG = "export function main(): u32 {\n  const wide: u64 = 5;\n  return wide;\n}\n";
const RIGHT = WRONG.replace("return wide", "return u32(wide)");

describe("the language service's plugin", () => {
  it("shows the compiler's errors beside tsc's, and none where all is right", () => {
    const editor = new Editor(0);
    editor.type(WRONG.replace("= 5", "= 5 + five"));
    expect(editor.errors()).toContain("2304 five");
    editor.type("export function main(): void {\n  let n: u32 = 1;\n  while (n) n--;\n}\n");
    expect(editor.errors()).toEqual(["2005 n"]);
    editor.type(RIGHT);
    expect(editor.errors()).toEqual([]);
    editor.service.dispose();
  });

  it("checks when nothing has changed for a while, and says so", async () => {
    const editor = new Editor(50);
    editor.type("export function main(): void {\n  let n: u32 = 1;\n  while (n) n--;\n}\n");
    expect(editor.errors()).toEqual([]);
    expect(editor.errors()).toEqual([]);
    await expect.poll(() => editor.refreshed, { timeout: 20_000 }).toBe(1);
    expect(editor.errors()).toEqual(["2005 n"]);
    editor.type(RIGHT.slice(0, 30));
    const [stale] = editor.service.getSemanticDiagnostics(path).filter((d) => d.code === 2005);
    expect((stale?.start ?? 0) + (stale?.length ?? 0)).toBeLessThanOrEqual(30);
    editor.service.dispose();
  });

  it("is a script that tsserver can require", () => {
    const load = createRequire(import.meta.url)("@typekraft/compiler/plugin") as typeof plugin;
    const editor = new Editor(0, project, load);
    editor.type("export function main(): void {\n  let n: u32 = 1;\n  while (n) n--;\n}\n");
    expect(editor.errors()).toEqual(["2005 n"]);
  });

  it("stands aside where the language is not installed", () => {
    const editor = new Editor(0, "/");
    editor.type("export function main(): void {\n  let n: u32 = 1;\n  while (n) n--;\n}\n");
    expect(editor.errors()).toEqual([]);
  });
});

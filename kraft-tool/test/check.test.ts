/** `kraft check` in a project of its own: what it reports, and that it reports the same from its record. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const kraft = join(import.meta.dirname, "../../kraft");

interface Report {
  readonly packages: number;
  readonly files: number;
  readonly current: boolean;
  readonly diagnostics: readonly { readonly code: string; readonly file: string }[];
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-check-"));
  write("Kraftfile", "spec: v0.6\nname: x\ntargets: [linux/x86_64]\n");
  write(
    "package.json",
    '{"name":"x","type":"module","exports":"./src/index.ts","kraft":{"profile":"kernel","layer":"net"}}',
  );
  write("src/size.ts", "export function size(): u32 {\n  return 1;\n}\n");
  write(
    "src/index.ts",
    'import { size } from "./size.ts";\n\nexport function main(): i32 {\n  return 0;\n}\n\n' +
      "export function unused(): u64 {\n  return u64(size());\n}\n",
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

function check(): Report & { readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(kraft, ["check", ".", "--json"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 150_000,
  });
  if (stdout === "") throw new Error(stderr);
  return { ...(JSON.parse(stdout) as Report), status };
}

describe("kraft check", { timeout: 300_000 }, () => {
  it("answers from its record until something changes", () => {
    expect(check()).toMatchObject({ status: 0, files: 2, current: false, diagnostics: [] });
    expect(check()).toMatchObject({ status: 0, current: true, diagnostics: [] });
  });

  it("finds by our rules what a change of a dependency breaks in code that nothing uses", () => {
    write("src/size.ts", 'export function size(): str {\n  return "x";\n}\n');
    const broken = check();
    expect(broken).toMatchObject({ status: 1, current: false });
    expect(broken.diagnostics.map(({ file }) => file)).toContain("src/index.ts");
    expect(check()).toEqual({ ...broken, current: true });
    write("src/size.ts", "export function size(): u32 {\n  return 2;\n}\n");
    expect(check()).toMatchObject({ status: 0, diagnostics: [] });
  });

  it("sees a new file", () => {
    write("src/more.ts", "export function more(value: u64): u8 {\n  return value;\n}\n");
    const { status, files, diagnostics } = check();
    expect([status, files]).toEqual([1, 3]);
    expect(diagnostics).toMatchObject([
      { file: "src/more.ts", code: "TS2322" },
      { file: "src/more.ts", code: "TK2001" },
    ]);
  });
});

/** Builds of one project again and again, and at once: what a build left decides how fast the next is, never its result. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const kraft = join(import.meta.dirname, "../../kraft");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-build-"));
  write("Kraftfile", "spec: v0.6\nname: x\ntargets: [linux/x86_64]\n");
  write("package.json", '{"name":"x","type":"module","exports":"./src/main.ts"}');
  write("src/size.ts", size("u32", "3"));
  write(
    "src/main.ts",
    'import { size } from "./size.ts";\n\nexport function main(): i32 {\n  return i32(size());\n}\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const size = (type: string, value: string): string =>
  `export function size(): ${type} {\n  return ${value};\n}\n`;

interface End {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...words: readonly string[]): Promise<End> {
  const child = spawn(kraft, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const [status] = (await once(child, "close")) as [number];
  return { status, stdout, stderr };
}

describe("builds", { timeout: 300_000 }, () => {
  it("follow every change of a module that another one uses", async () => {
    expect((await run("run")).status).toBe(3);
    write("src/size.ts", size("u32", "4"));
    expect((await run("run")).status).toBe(4);
    write("src/size.ts", size("str", '"four"'));
    const broken = await run("build");
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain("src/main.ts(4,");
    expect((await run("build")).stderr).toContain("src/main.ts(4,");
    write("src/size.ts", size("u32", "5"));
    expect((await run("run")).status).toBe(5);
  });

  it("do not disturb each other", async () => {
    write("src/size.ts", size("u32", "6"));
    const ends = await Promise.all([run("run"), run("run"), run("run")]);
    expect(ends.map(({ status, stderr }) => [status, /KR\d+/.test(stderr)])).toEqual([
      [6, false],
      [6, false],
      [6, false],
    ]);
    expect((await run("run")).status).toBe(6);
  });

  it("write nothing beside the sources", () => {
    expect(readdirSync(folder).sort()).toEqual([".kraft", "Kraftfile", "package.json", "src"]);
    expect(readdirSync(join(folder, "src")).sort()).toEqual(["main.ts", "size.ts"]);
  });

  it("survive damage to everything that they left", async () => {
    const work = join(folder, ".kraft");
    const files = readdirSync(work, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && /\.(json|tsbuildinfo)$/.test(entry.name),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      writeFileSync(path, readFileSync(path, "utf8").replace(/"/, "'"));
    }
    write("src/size.ts", size("u32", "7"));
    expect((await run("run")).status).toBe(7);
  });

  it.each(["qemu/x86_64", "linux/x86_64"])("hand words to the program whole on %s", async (to) => {
    write(
      "words.ts",
      'import { argument, argumentCount } from "@typekraft/args";\n\nexport function main(): i32 {\n' +
        "  for (let i: usize = 0; i < argumentCount(); i++) log`[${argument(i)}]`;\n  return 0;\n}\n",
    );
    const words = ["two words", "it's", "", "a\\b"];
    const { stdout, status } = await run("run", "words.ts", "--target", to, "--", ...words);
    expect([stdout.replaceAll("\r", ""), status]).toEqual(["[two words]\n[it's]\n[]\n[a\\b]\n", 0]);
  });
});

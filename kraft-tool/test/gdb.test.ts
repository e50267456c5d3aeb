/**
 * Drives gdb on a program: it stops at lines of the `.ts` file, and locals, parameters, fields and functions have their names of the
 * sources. The second part does the same with a machine under QEMU.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const kraft = join(import.meta.dirname, "../../kraft");
const TIMEOUT_MS = 200_000;

const SOURCE = `class Point {
  x: u32 = 0;
  y: u32 = 0;
  readonly name: str;

  constructor(x: u32, y: u32, name: str) {
    this.x = x;
    this.y = y;
    this.name = name;
  }

  length(scale: u32): u32 {
    const sum: u32 = this.x + this.y;
    return sum * scale;
  }
}

class Pair {
  readonly first = new Point(1, 2, "one");
  count: u16 = 7;
}

const pair = new Pair();

function measure(point: Point, scale: u32): u32 {
  const length: u32 = point.length(scale);
  return length + 1;
}

export function main(): i32 {
  const here = new Point(3, 4, "here");
  const total: u32 = measure(here, 10) + measure(pair.first, 2);
  return total > 0 ? 0 : 1;
}
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-gdb-"));
  writeFileSync(join(folder, "debug.ts"), SOURCE);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The path of the image with its symbols. */
function build(target: string): string {
  const words = ["build", "debug.ts", "--debuggable", "--target", target, "-o", target, "--json"];
  const { stdout, stderr } = spawnSync(kraft, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: join(folder, ".cache") },
    timeout: TIMEOUT_MS,
  });
  if (stdout === "") throw new Error(stderr);
  const report = JSON.parse(stdout) as { targets: { image: { path: string } }[] };
  return `${report.targets[0]?.image.path ?? ""}.dbg`;
}

/** What gdb prints for these commands. */
function gdb(image: string, commands: readonly string[]): string {
  const settings = ["set debuginfod enabled off", "set confirm off", "set width 0"];
  const words = [...settings, ...commands].flatMap((command) => ["-ex", command]);
  const { stdout, stderr } = spawnSync("gdb", ["-batch", "-nx", ...words, image], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  return stdout + stderr;
}

/** In `Point.length`, called by `measure`, called by `main`. */
const QUESTIONS = [
  ...["backtrace 3", "print *self", "print scale", "next", "print sum"],
  ...["up", "info args", "up", "print here.name", "info locals", "ptype here"],
];

function expectAnswers(output: string): void {
  expect(output).toMatch(/#0 .*Point_length \(self=0x\w+, scale=10\) at .*debug\.ts:13/);
  expect(output).toMatch(/#1 .*measure \(point=0x\w+, scale=10\) at .*debug\.ts:26/);
  expect(output).toMatch(/#2 .*main \(\) at .*debug\.ts:32/);
  expect(output).toMatch(/13\t {4}const sum: u32 = this\.x \+ this\.y;/);
  expect(output).toMatch(/= \{x = 3, y = 4, name = \{data = 0x\w+ .*"here", length = 4\}\}/);
  expect(output).toMatch(/^\$2 = 10$/m);
  expect(output).toMatch(/^\$3 = 7$/m);
  expect(output).toMatch(/^point = 0x\w+/m);
  expect(output).toMatch(/^here = \{x = 3/m);
  expect(output).toMatch(/^total = \d+$/m);
  expect(output).toMatch(/struct t_\w*Point \{\n +u32 x;\n +u32 y;\n +struct slice_u8 name;\n\}/);
}

describe("gdb", { timeout: TIMEOUT_MS }, () => {
  it("shows a Linux process as its sources have it", () => {
    const image = build("linux/x86_64");
    expectAnswers(gdb(image, ["break debug.ts:13", "run", ...QUESTIONS]));
    const global = gdb(image, ["break debug.ts:33", "run", "info variables pair", "print total"]);
    expect(global).toMatch(/\bstruct t_\w*Pair \w*pair;/);
    expect(global).toMatch(/^\$1 = 78$/m);
  });

  it("shows a machine in the same way", async () => {
    const image = build("qemu/x86_64");
    const port = await freePort();
    const words = ["run", "debug.ts", "--debuggable", "--target", "qemu/x86_64", "--gdb", port];
    const machine = spawn(kraft, [...words, "--timeout", "120s"], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, ".cache") },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(machine, "exit");
    try {
      await waitsFor(machine.stderr, "target remote");
      expectAnswers(
        gdb(image, [
          "set tcp connect-timeout 30",
          `target remote 127.0.0.1:${port}`,
          ...["break debug.ts:13", "continue", ...QUESTIONS, "kill"],
        ]),
      );
    } finally {
      machine.kill("SIGINT");
      await ended;
    }
  });
});

async function waitsFor(stream: NodeJS.ReadableStream, text: string): Promise<void> {
  let seen = "";
  for await (const piece of stream) {
    seen += String(piece);
    if (seen.includes(text)) return;
  }
  throw new Error(`it ended without "${text}": ${seen}`);
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

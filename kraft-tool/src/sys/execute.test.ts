/** Processes: output, time limits, interruption. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseElf } from "../image/elf.ts";
import { summarise } from "../image/summary.ts";
import { planBuild } from "../graph/plan.ts";
import type { Plan } from "../graph/plan.ts";
import { executePlan } from "./execute.ts";
import { symboliser } from "./console.ts";
import { contentHash, isFile, readBytes, writeFile } from "./files.ts";
import { runProcess } from "./process.ts";
import { requireTools, toolIdentity } from "./tools.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kraft-execute-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const START = `
.globl _start
_start:
  call program
  mov %eax, %edi
  mov $60, %eax
  syscall
.section .note.GNU-stack,"",@progbits
`;

function plan(result: string): Plan {
  const {
    clang,
    "ld.lld": lld,
    "llvm-objcopy": objcopy,
  } = requireTools(["clang", "ld.lld", "llvm-objcopy"]);
  const text = `#line 7 "lib/a.ts"\nint unused(void) { return 1; }\nint program(void) { return ${result}; }\n`;
  return planBuild({
    kind: { target: "linux/x86_64", hosted: false, lto: "none" },
    units: [{ name: "a.c", package: "a", text }],
    native: [{ path: join(folder, "start.S"), package: "plat", text: START }],
    linkerScript: undefined,
    tools: { clang, lld, objcopy, identity: toolIdentity(clang) },
    sourceFolder: join(folder, "c"),
    cacheFolder: join(folder, "cache"),
    image: join(folder, "image"),
    debugImage: join(folder, "image.dbg"),
    hash: contentHash,
  });
}

describe("steps", () => {
  const titles: string[] = [];
  const progress = {
    step: (title: string): void => void titles.push(title),
    detail: (): void => undefined,
  };

  it("make an image once, and again only what changed", async () => {
    writeFile(join(folder, "start.S"), START);
    const first = await executePlan(plan("42"), {}, progress);
    expect(titles).toEqual(["clang a.c", "assemble plat start.S", "link image", "strip image"]);
    await runProcess("chmod", ["+x", join(folder, "image")]);
    expect((await runProcess(join(folder, "image"), [])).status).toBe(42);
    const image = readBytes(join(folder, "image")) ?? new Uint8Array();
    expect(summarise(parseElf(image)).memoryEnd).toBeGreaterThan(0);
    expect(image.length).toBeLessThan((readBytes(join(folder, "image.dbg")) ?? image).length);

    titles.length = 0;
    expect((await executePlan(plan("42"), first.keys, progress)).ran).toBe(0);
    const third = await executePlan(plan("43"), first.keys, progress);
    expect(third.ran).toBe(3);
    expect(titles).toEqual(["clang a.c", "link image", "strip image"]);
  });

  it("keep TypeScript lines for backtraces, and drop what is not used", async () => {
    writeFile(join(folder, "start.S"), START);
    await executePlan(plan("42"), {}, progress);
    const debugImage = join(folder, "image.dbg");
    const { stdout } = await runProcess("llvm-nm", [debugImage]);
    expect(stdout).not.toContain("unused");
    const address = / *([0-9a-f]+) . program/.exec(stdout)?.[1] ?? "0";
    const [frames] = await symboliser(debugImage)([BigInt(`0x${address}`) + 1n]);
    expect(frames).toEqual([{ function: "program", file: "lib/a.ts", line: 8 }]);
  });

  it("leave nothing behind when they fail", async () => {
    writeFile(join(folder, "start.S"), START);
    await expect(executePlan(plan("undeclared"), {}, progress)).rejects.toThrow("clang a.c failed");
    expect(isFile(join(folder, "image"))).toBe(false);
  });
});

/** The smallest image: it boots on every machine type, fits its size and memory, and ends with its status. */
import { statSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { build, type BuiltImage } from "../../tools/kraft.ts";
import { run } from "../../tools/process.ts";
import { exitStatusOf, startMachine } from "./qemu.ts";
import { runProgram } from "./run.ts";

describe("hello", () => {
  let image: BuiltImage;
  beforeAll(async () => {
    image = await build("examples/hello", "--target", "qemu/x86_64");
  });

  it("has at most 64 KB, as the report says", () => {
    expect(image.bytes).toBeLessThanOrEqual(65_536);
    expect(statSync(image.path).size).toBe(image.bytes);
  });

  it.each(["pc", "q35", "microvm"] as const)("boots and powers off on %s", async (type) => {
    const guest = startMachine({ image: image.path, type });
    await guest.waitFor(/hello/i, 20_000);
    expect(await guest.ended).toBe(exitStatusOf(0));
    expect(guest.output).not.toContain("PANIC");
  });

  it("runs with 1536 KiB of memory", async () => {
    const { status, output } = await run(
      ["./kraft", "run", "examples/hello", "--memory", "1536K", "--timeout", "20s"],
      { timeoutMs: 60_000 },
    );
    expect(output).toMatch(/hello/i);
    expect(status).toBe(0);
  });

  it("runs as a Linux process from the same sources", async () => {
    const { status, output } = await run(
      ["./kraft", "run", "examples/hello", "--target", "linux/x86_64"],
      { timeoutMs: 60_000 },
    );
    expect(output).toMatch(/hello/i);
    expect(status).toBe(0);
  });
});

describe("exit status", () => {
  it.each(["qemu/x86_64", "linux/x86_64"] as const)("is main()'s result on %s", async (target) => {
    const { status, output } = await runProgram("exit-status", target);
    expect(output).toContain("about to end with 42");
    expect(status).toBe(42);
  });
});

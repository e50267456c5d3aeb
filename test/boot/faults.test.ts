/**
 * What goes wrong deliberately, and what the user is told: each fault names its place in the TypeScript source and ends
 * the machine with the status of a panic.
 */
import { describe, expect, it } from "vitest";
import { runProgram } from "./run.ts";

const PANIC_STATUS = 134;

/** The program's name, what it prints before the fault, and what the panic says. */
const faults: readonly (readonly [name: string, before: string, message: RegExp])[] = [
  ["bounds", "the last is 115", /PANIC .*bounds\.ts:\d+: .*19.*19/],
  ["null-field", "looking behind the last item", /PANIC .*null-field\.ts:\d+: .*null/i],
  ["null-address", "loading from address 8", /PANIC null dereference: read at 0x8\b/],
  ["write-text", "writing to text", /PANIC page fault: write to read-only memory at 0x/],
  ["run-data", "running data", /PANIC page fault: jump into data, which is not executable/],
  ["stack-overflow", "going deep", /PANIC stack overflow in a thread/],
  ["main-stack-overflow", "going deep", /PANIC stack overflow in main/],
  ["out-of-memory", "1 failures", /PANIC .*out-of-memory\.ts:\d+: .*no room for 65536 bytes/],
];

describe("a fault on qemu/x86_64", () => {
  it.each(faults)("%s", async (name, before, message) => {
    const { status, output } = await runProgram(name, "qemu/x86_64");
    expect(output).toContain(before);
    expect(output).toMatch(message);
    const frame = new RegExp(`^ +at \\w+ test/boot/programs/${name}\\.ts:\\d+$`, "m");
    expect(output, "the backtrace names functions and source lines").toMatch(frame);
    expect(status).toBe(PANIC_STATUS);
  });

  it("cannot be triggered by data that is executed", async () => {
    const { output } = await runProgram("run-data", "qemu/x86_64");
    expect(output).not.toContain("data was executable");
  });
});

describe("a fault on linux/x86_64", () => {
  it.each(faults.filter(([name]) => ["bounds", "null-field"].includes(name)))(
    "%s",
    async (name, before, message) => {
      const { status, output } = await runProgram(name, "linux/x86_64");
      expect(output).toContain(before);
      expect(output).toMatch(message);
      expect(status).toBe(PANIC_STATUS);
    },
  );
});

describe("a type error", () => {
  it("stops the build with file, line, code and what to write instead", async () => {
    const { status, output } = await runProgram("type-error", "linux/x86_64");
    expect(output).toMatch(
      /type-error\.ts\(4,\d+\): error TK\d{4}: .*convert an operand first: u64/,
    );
    expect(status).not.toBe(0);
  });
});

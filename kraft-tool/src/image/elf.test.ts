/** The ELF reader on real and on hostile files. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ElfError, parseElf } from "./elf.ts";
import { summarise } from "./summary.ts";

const NAMES = "\0.text\0.bss\0.names\0";

/** A small executable: one segment, `.text` of 16 bytes, `.bss` of 32. */
function sampleElf(): Uint8Array {
  const bytes = new Uint8Array(512);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const u16 = (at: number, value: number): void => {
    view.setUint16(at, value, true);
  };
  const u32 = (at: number, value: number): void => {
    view.setUint32(at, value, true);
  };
  const u64 = (at: number, value: number): void => {
    view.setBigUint64(at, BigInt(value), true);
  };
  u16(16, 2);
  u16(18, 62);
  u64(24, 0x100000);
  u64(32, 64);
  u64(40, 192);
  u16(54, 56);
  u16(56, 1);
  u16(58, 64);
  u16(60, 4);
  u16(62, 3);
  u32(64, 1);
  u32(68, 5);
  u64(64 + 8, 128);
  u64(64 + 16, 0x100000);
  u64(64 + 24, 0x100000);
  u64(64 + 32, 16);
  u64(64 + 40, 48);
  const section = (
    index: number,
    name: number,
    type: number,
    flags: number,
    offset: number,
    size: number,
  ): void => {
    const at = 192 + index * 64;
    u32(at, name);
    u32(at + 4, type);
    u64(at + 8, flags);
    u64(at + 24, offset);
    u64(at + 32, size);
  };
  section(1, 1, 1, 6, 128, 16);
  section(2, 7, 8, 3, 0, 32);
  section(3, 12, 3, 0, 448, NAMES.length);
  bytes.set(new TextEncoder().encode(NAMES), 448);
  return bytes;
}

describe("ELF", () => {
  it("is read", () => {
    const elf = parseElf(sampleElf());
    expect(elf.e_entry).toBe(0x100000n);
    expect(elf.sections.map(({ name }) => name)).toEqual(["", ".text", ".bss", ".names"]);
    expect(summarise(elf)).toEqual({
      text: 16,
      readOnly: 0,
      data: 0,
      bss: 32,
      memoryEnd: 0x100000 + 48,
    });
  });

  it.each([
    ["cut off", (bytes: Uint8Array) => bytes.subarray(0, 63)],
    ["cut within the sections", (bytes: Uint8Array) => bytes.subarray(0, 200)],
    ["another magic number", (bytes: Uint8Array) => bytes.fill(0, 0, 1)],
    ["32 bits", (bytes: Uint8Array) => bytes.fill(1, 4, 5)],
    ["an absurd offset", (bytes: Uint8Array) => bytes.fill(0xff, 40, 48)],
    ["a segment beyond the end", (bytes: Uint8Array) => bytes.fill(0xff, 64 + 32, 64 + 34)],
    ["no such section of names", (bytes: Uint8Array) => bytes.fill(9, 62, 63)],
  ])("is refused with %s", (_, damage) => {
    expect(() => parseElf(damage(sampleElf()))).toThrow(ElfError);
  });

  it("never does worse than refuse damaged files", () => {
    const damage = fc.array(fc.tuple(fc.nat(511), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(damage, fc.nat(512), (changes, length) => {
        const bytes = sampleElf();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          summarise(parseElf(bytes.subarray(0, length)));
        } catch (error) {
          if (!(error instanceof ElfError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

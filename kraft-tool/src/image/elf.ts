/**
 * Reads the headers of a 64-bit little-endian ELF file: segments and sections, every access checked against the bytes.
 *
 * Source: System V gABI, chapters 4 "Object Files" and 5 "Program Loading"; names as there.
 */

/** A program header (gABI chapter 5). */
export interface Segment {
  /** `PT_LOAD` is 1, `PT_NOTE` 4. */
  readonly p_type: number;
  /** Bit 0: executable, 1: writable, 2: readable. */
  readonly p_flags: number;
  readonly p_offset: number;
  readonly p_vaddr: bigint;
  readonly p_paddr: bigint;
  readonly p_filesz: number;
  readonly p_memsz: number;
}

/** A section header (gABI chapter 4). */
export interface Section {
  readonly name: string;
  readonly sh_type: number;
  /** Bit 0: writable, 1: allocated, 2: executable. */
  readonly sh_flags: bigint;
  readonly sh_addr: bigint;
  readonly sh_offset: number;
  readonly sh_size: number;
}

/** The headers of a file. */
export interface ElfFile {
  readonly e_type: number;
  readonly e_machine: number;
  readonly e_entry: bigint;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
}

/** What is wrong with the bytes, in words. */
export class ElfError extends Error {
  override readonly name = "ElfError";
}

export const PT_LOAD = 1;
export const SHT_NOBITS = 8;
export const SHF_WRITE = 1n;
export const SHF_ALLOC = 2n;
export const SHF_EXECINSTR = 4n;

const EHDR_SIZE = 64;
const PHDR_SIZE = 56;
const SHDR_SIZE = 64;
/** Lengths and offsets beyond this are nonsense in a file that fits into memory. */
const MAXIMUM_SIZE = 2n ** 40n;

/** The headers of the file. Throws `ElfError` where the bytes are no such file or point outside of themselves. */
export function parseElf(bytes: Uint8Array): ElfFile {
  const reader = new Reader(bytes);
  if (bytes.length < EHDR_SIZE)
    throw new ElfError(`${String(bytes.length)} bytes are too few for an ELF header`);
  if (reader.u32(0) !== 0x464c_457f)
    throw new ElfError("it does not begin with the ELF magic number");
  if (reader.u8(4) !== 2 || reader.u8(5) !== 1)
    throw new ElfError("it is not a 64-bit little-endian file");
  const phoff = reader.size(32);
  const shoff = reader.size(40);
  const [phentsize, phnum, shentsize, shnum, shstrndx] = [54, 56, 58, 60, 62].map((at) =>
    reader.u16(at),
  );
  return {
    e_type: reader.u16(16),
    e_machine: reader.u16(18),
    e_entry: reader.u64(24),
    segments: segments(reader, phoff, phentsize ?? 0, phnum ?? 0),
    sections: sections(reader, shoff, shentsize ?? 0, shnum ?? 0, shstrndx ?? 0),
  };
}

function segments(reader: Reader, offset: number, entrySize: number, count: number): Segment[] {
  if (count > 0 && entrySize < PHDR_SIZE) throw new ElfError("its program headers are too short");
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * entrySize;
    const segment = {
      p_type: reader.u32(at),
      p_flags: reader.u32(at + 4),
      p_offset: reader.size(at + 8),
      p_vaddr: reader.u64(at + 16),
      p_paddr: reader.u64(at + 24),
      p_filesz: reader.size(at + 32),
      p_memsz: reader.size(at + 40),
    };
    if (segment.p_type === PT_LOAD) {
      reader.range(segment.p_offset, segment.p_filesz);
      if (segment.p_memsz < segment.p_filesz)
        throw new ElfError("a segment is larger in the file than in memory");
    }
    return segment;
  });
}

function sections(
  reader: Reader,
  offset: number,
  entrySize: number,
  count: number,
  names: number,
): Section[] {
  if (offset === 0 || count === 0) return [];
  if (entrySize < SHDR_SIZE) throw new ElfError("its section headers are too short");
  if (names >= count) throw new ElfError("its section names are in a section that does not exist");
  const namesAt = reader.size(offset + names * entrySize + 24);
  const namesSize = reader.size(offset + names * entrySize + 32);
  reader.range(namesAt, namesSize);
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * entrySize;
    const sh_type = reader.u32(at + 4);
    const sh_offset = reader.size(at + 24);
    const sh_size = reader.size(at + 32);
    if (sh_type !== SHT_NOBITS && sh_type !== 0) reader.range(sh_offset, sh_size);
    return {
      name: reader.text(namesAt, namesSize, reader.u32(at)),
      sh_type,
      sh_flags: reader.u64(at + 8),
      sh_addr: reader.u64(at + 16),
      sh_offset,
      sh_size,
    };
  });
}

/** Little-endian integers at offsets that may lie anywhere. */
class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  range(offset: number, length: number): void {
    if (offset > this.bytes.length || length > this.bytes.length - offset) {
      throw new ElfError(
        `bytes ${String(offset)} to ${String(offset + length)} are outside of the file`,
      );
    }
  }

  u8(at: number): number {
    this.range(at, 1);
    return this.view.getUint8(at);
  }

  u16(at: number): number {
    this.range(at, 2);
    return this.view.getUint16(at, true);
  }

  u32(at: number): number {
    this.range(at, 4);
    return this.view.getUint32(at, true);
  }

  u64(at: number): bigint {
    this.range(at, 8);
    return this.view.getBigUint64(at, true);
  }

  /** A 64-bit offset or length as a number. */
  size(at: number): number {
    const value = this.u64(at);
    if (value > MAXIMUM_SIZE)
      throw new ElfError(`the size or offset at byte ${String(at)} is absurd`);
    return Number(value);
  }

  /** The zero-terminated text at `index` of a string table that is within the file. */
  text(table: number, size: number, index: number): string {
    if (index >= size) return "";
    const end = this.bytes.indexOf(0, table + index);
    const limit = table + size;
    const stop = end < 0 || end > limit ? limit : end;
    return new TextDecoder().decode(this.bytes.subarray(table + index, stop));
  }
}

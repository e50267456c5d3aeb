/**
 * Configuration space in memory, with as many functions as a test adds.
 *
 * Mechanism: each function is a table of 64 words with a mask of the bits that can be written, so
 * that base address registers show their size as real ones do. Functions that were not added read
 * as all ones.
 */
import type { ConfigAccess, PciAddress } from "../config-space.ts";

const FUNCTIONS = 8;

/** One function's 256 bytes. */
export class FakeFunction {
  address: PciAddress = 0;
  present: boolean = false;
  readonly words: FixedArray<u32, 64> = fixedArray();
  /** Bits that a write changes. */
  readonly writable: FixedArray<u32, 64> = fixedArray();

  /** Sets the byte at `offset`, whatever is writable. */
  setByte(offset: u32, value: u8): void {
    const shift = (offset & 3) * 8;
    const rest = this.words[offset >> 2] & ~(u32(0xff) << shift);
    this.words[offset >> 2] = rest | (u32(value) << shift);
  }
}

/** See the head of the file. */
export class FakeConfigSpace implements ConfigAccess {
  readonly functions: FixedArray<FakeFunction, 8> = fixedArray();
  count: usize = 0;
  reads: u32 = 0;

  /** Adds a function with this vendor and device id and an empty header of layout 0. At most 8. */
  add(address: PciAddress, vendorDevice: u32): FakeFunction {
    assert(this.count < FUNCTIONS);
    const added = this.functions[this.count];
    this.count++;
    added.address = address;
    added.present = true;
    added.words[0] = vendorDevice;
    added.writable[1] = 0xffff;
    return added;
  }

  read32(address: PciAddress, offset: u32): u32 {
    this.reads++;
    assert((offset & 3) === 0 && offset < 256);
    const found = this.find(address);
    return found === null ? 0xffff_ffff : found.words[offset >> 2];
  }

  write32(address: PciAddress, offset: u32, value: u32): void {
    assert((offset & 3) === 0 && offset < 256);
    const found = this.find(address);
    if (found === null) return;
    const mask = found.writable[offset >> 2];
    found.words[offset >> 2] = (found.words[offset >> 2] & ~mask) | (value & mask);
  }

  write16(address: PciAddress, offset: u32, value: u16): void {
    assert((offset & 1) === 0 && offset < 256);
    const found = this.find(address);
    if (found === null) return;
    const shift = (offset & 2) * 8;
    const mask = found.writable[offset >> 2] & (u32(0xffff) << shift);
    const rest = found.words[offset >> 2] & ~mask;
    found.words[offset >> 2] = rest | ((u32(value) << shift) & mask);
  }

  private find(address: PciAddress): FakeFunction | null {
    for (let i = 0; i < this.count; i++) {
      const candidate = this.functions[i];
      if (candidate.present && candidate.address === address) return candidate;
    }
    return null;
  }
}

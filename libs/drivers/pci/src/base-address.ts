/**
 * Decodes base address registers: kind, address and size of a function's memory and port ranges.
 *
 * Mechanism: all ones are written and the bits that stay 0 give the size; decoding is off
 * meanwhile, so that the range never answers at the wrong address. A 64-bit register takes two
 * slots.
 * Source: PCI Local Bus 3.0 §6.2.5.1.
 */
import {
  PCI_BASE_ADDRESS_0,
  PCI_COMMAND,
  PCI_COMMAND_IO,
  PCI_COMMAND_MEMORY,
} from "./config-space.ts";
import type { PciFunction } from "./config-space.ts";

/** Registers of a function with header layout 0. */
export const PCI_BASE_ADDRESS_COUNT: u32 = 6;

const BAR_IO: u32 = 1;
const BAR_TYPE: u32 = 6;
const BAR_TYPE_64: u32 = 4;
const BAR_IO_FLAGS: u32 = 3;
const BAR_MEMORY_FLAGS: u32 = 0xf;
const ALL_ONES: u32 = 0xffff_ffff;

/** What kind of range a register describes. */
export enum PciRangeKind {
  /** Not implemented, not assigned by the firmware, or the register does not exist. */
  None,
  Memory,
  Port,
}

/** What a base address register says. */
export class PciRange {
  kind: PciRangeKind = PciRangeKind.None;
  /** Physical address, or the first port. */
  address: u64 = 0;
  /** In bytes. */
  size: u64 = 0;
}

/**
 * Reads base address register `index` of `from` into `into`, whose kind tells whether there is one.
 * Context: nobody may use the function's ranges meanwhile.
 */
export function readBaseAddress(from: PciFunction, index: u32, into: PciRange): void {
  into.kind = PciRangeKind.None;
  into.address = 0;
  into.size = 0;
  if (index >= PCI_BASE_ADDRESS_COUNT) return;
  const offset = PCI_BASE_ADDRESS_0 + index * 4;
  const low = from.read32(offset);
  const wide = (low & BAR_IO) === 0 && (low & BAR_TYPE) === BAR_TYPE_64;
  if (wide && index + 1 === PCI_BASE_ADDRESS_COUNT) return;

  const command = from.read16(PCI_COMMAND);
  from.changeCommand(0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
  const lowMask = sizeMask(from, offset, low);
  let high: u32 = 0;
  let highMask: u32 = ALL_ONES;
  if (wide) {
    high = from.read32(offset + 4);
    highMask = sizeMask(from, offset + 4, high);
  }
  from.write16(PCI_COMMAND, command);

  if ((low & BAR_IO) !== 0) {
    // A port register may implement only 16 bits; the upper half of the mask then reads as 0.
    const mask = (lowMask & ~BAR_IO_FLAGS) | 0xffff_0000;
    into.address = u64(low & ~BAR_IO_FLAGS);
    into.size = lowMask === 0 ? 0 : u64(~mask) + 1;
    into.kind = PciRangeKind.Port;
  } else {
    const mask = (u64(highMask) << 32) | u64(lowMask & ~BAR_MEMORY_FLAGS);
    into.address = (u64(high) << 32) | u64(low & ~BAR_MEMORY_FLAGS);
    into.size = lowMask === 0 ? 0 : wrapAdd<u64>(~mask, 1);
    into.kind = PciRangeKind.Memory;
  }
  if (into.address === 0 || into.size === 0) into.kind = PciRangeKind.None;
}

/** Writes all ones, reads which bits took them, and restores `original`. */
function sizeMask(from: PciFunction, offset: u32, original: u32): u32 {
  from.write32(offset, ALL_ONES);
  const mask = from.read32(offset);
  from.write32(offset, original);
  return mask;
}

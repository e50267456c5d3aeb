/**
 * Walks the linked list of capabilities in a function's configuration space.
 *
 * Invariant: at most `CAPABILITY_LIMIT` entries are visited. 192 bytes hold no more of 4 bytes
 * each, so a longer list is a ring, which a faulty device may well present.
 * Source: PCI Local Bus 3.0 §6.7.
 */
import { PCI_CAPABILITY_LIST, PCI_STATUS, PCI_STATUS_CAP_LIST } from "./config-space.ts";
import type { PciFunction } from "./config-space.ts";

export const PCI_CAP_ID_VENDOR: u8 = 0x09;
export const PCI_CAP_ID_MSIX: u8 = 0x11;

const CAPABILITY_LIMIT = 48;
/** Capabilities follow the 64 bytes of the header. */
const CAPABILITY_FIRST: u8 = 0x40;

/**
 * Calls `visit(offset, id)` for each capability, in the order of the list, until it returns false.
 */
export function forEachCapability(
  from: PciFunction,
  visit: (offset: u32, id: u8) => boolean,
): void {
  if ((from.read16(PCI_STATUS) & PCI_STATUS_CAP_LIST) === 0) return;
  let at = from.read8(PCI_CAPABILITY_LIST) & 0xfc;
  for (let count = 0; count < CAPABILITY_LIMIT; count++) {
    if (at < CAPABILITY_FIRST) return;
    const offset = u32(at);
    const header = from.read16(offset);
    if (!visit(offset, u8(header & 0xff))) return;
    at = u8(header >> 8) & 0xfc;
  }
}

/** The offset of the first capability with this id; 0 where there is none. */
export function findCapability(from: PciFunction, id: u8): u32 {
  let found: u32 = 0;
  forEachCapability(from, (offset, candidate) => {
    if (candidate !== id) return true;
    found = offset;
    return false;
  });
  return found;
}

/**
 * What the buddy allocator knows about the blocks of one region: one byte for each unit of `UNIT`
 * bytes, which says what begins there. It lies in the region itself.
 *
 * The map is cleared lazily, in runs of `RUN` entries, when an entry of a run is first written; one
 * bit for each run says that it was. So adding a region of any size touches next to nothing, and
 * memory never used stays untouched. An entry of a run that was never written counts as `INSIDE`.
 *
 * @unsafe it reads and writes the bookkeeping in raw memory
 */

/** log2 of the smallest block. */
export const UNIT_SHIFT = 6;
/** Bytes of the smallest block. */
export const UNIT = 64;

/** No block begins here. */
export const INSIDE: u8 = 0;
/** A free block of order `entry & ORDER_MASK` begins here. */
export const FREE: u8 = 0x40;
/** An allocated block of that order begins here. */
export const TAKEN: u8 = 0x80;
export const ORDER_MASK: u8 = 0x3f;

const RUN = 512;
const RUN_SHIFT = 9;

/** The map of one region. Zero-initialised covers nothing. */
export class OrderMap {
  private bits: u64 = 0;
  private entries: u64 = 0;

  /** Bytes that the map of `units` units takes; a multiple of 8. */
  static bytesFor(units: usize): usize {
    return OrderMap.bitBytes(units) + OrderMap.runs(units) * RUN;
  }

  private static runs(units: usize): usize {
    return (units + (RUN - 1)) >> RUN_SHIFT;
  }

  private static bitBytes(units: usize): usize {
    return ((OrderMap.runs(units) + 63) >> 6) << 3;
  }

  /** Puts the map of `units` units at `at`, a multiple of 8, with every entry `INSIDE`. */
  place(at: VirtAddr, units: usize): void {
    this.bits = u64(at);
    this.entries = u64(at) + OrderMap.bitBytes(units);
    fillBytes(sliceAt<u8>(at, OrderMap.bitBytes(units)), 0);
  }

  private isCleared(run: usize): boolean {
    const word = load<u64>(virt(this.bits + ((run >> 6) << 3)));
    return ((word >> (run & 63)) & 1) !== 0;
  }

  /** The entry of `unit`, which is below the number of units. */
  get(unit: usize): u8 {
    if (!this.isCleared(unit >> RUN_SHIFT)) return INSIDE;
    return load<u8>(virt(this.entries + unit));
  }

  set(unit: usize, entry: u8): void {
    const run = unit >> RUN_SHIFT;
    if (!this.isCleared(run)) {
      const place = virt(this.bits + ((run >> 6) << 3));
      store<u64>(place, load<u64>(place) | (u64(1) << (run & 63)));
      fillBytes(sliceAt<u8>(virt(this.entries + (run << RUN_SHIFT)), RUN), 0);
    }
    store<u8>(virt(this.entries + unit), entry);
  }
}

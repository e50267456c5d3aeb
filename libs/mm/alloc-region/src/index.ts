/**
 * An allocator that hands memory out from the start of its regions to their end and never takes any
 * back: no bookkeeping in memory, every allocation some ten instructions. For programs that
 * allocate at their start only.
 *
 * Invariant: in each region `start <= cursor <= end`, and what lies below the cursor is handed out.
 */
import type { Allocator, AllocatorStatistics } from "@typekraft/alloc";
import { TextWriter } from "@typekraft/format";

/** Pieces of memory that one allocator takes. */
export const MAX_REGIONS = 16;

class Region {
  start: u64 = 0;
  cursor: u64 = 0;
  end: u64 = 0;
}

/** Not interrupt-safe, never blocks. */
export class RegionAllocator implements Allocator {
  private readonly regions: FixedArray<Region, 16> = fixedArray();
  private regionCount: usize = 0;
  private total: usize = 0;
  private used: usize = 0;
  private live: usize = 0;
  private failures: usize = 0;

  /** Takes the memory as it is; panics after `MAX_REGIONS` of them. */
  addRegion(base: VirtAddr, bytes: usize): void {
    assert(this.regionCount < MAX_REGIONS, "too many memory regions");
    if (bytes === 0) return;
    const region = this.regions[this.regionCount];
    region.start = u64(base);
    region.cursor = u64(base);
    region.end = u64(base) + bytes;
    this.regionCount++;
    this.total += bytes;
  }

  /** From the first region with room; what alignment skips is lost and counts as used. */
  allocate(bytes: usize, alignment: usize): VirtAddr {
    assert(
      bytes > 0 && popcount(alignment) === 1,
      "allocate: no bytes, or alignment is no power of two",
    );
    for (let i: usize = 0; i < this.regionCount; i++) {
      const region = this.regions[i];
      const gap = wrapSub(u64(0), region.cursor) & (alignment - 1);
      const room = region.end - region.cursor;
      if (gap > room || bytes > room - gap) continue;
      const at = region.cursor + gap;
      region.cursor = at + bytes;
      this.used += gap + bytes;
      this.live++;
      return virt(at);
    }
    this.failures++;
    return virt(0);
  }

  /** Keeps the memory, and only counts. Panics where the address was never handed out. */
  release(at: VirtAddr): void {
    if (u64(at) === 0) return;
    for (let i: usize = 0; i < this.regionCount; i++) {
      const region = this.regions[i];
      if (u64(at) >= region.start && u64(at) < region.cursor && this.live > 0) {
        this.live--;
        return;
      }
    }
    const storage = fixedArray<u8, 80>();
    const message = new TextWriter(storage.slice());
    message.addText("release of ");
    message.addHex(u64(at));
    message.addText(", which is not allocated (released twice?)");
    panic(message.asText());
  }

  /** `used` never falls, because nothing comes back; `peak` is the same. */
  statistics(into: AllocatorStatistics): void {
    into.total = this.total;
    into.used = this.used;
    into.peak = this.used;
    into.allocations = this.live;
    into.failures = this.failures;
    into.largestFree = 0;
    for (let i: usize = 0; i < this.regionCount; i++) {
      const region = this.regions[i];
      const room = region.end - region.cursor;
      if (room > into.largestFree) into.largestFree = room;
    }
  }
}

/** The program's heap, where this package was chosen. */
export const heap = new RegionAllocator();

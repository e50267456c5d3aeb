/**
 * A set of physical memory: at most `MAX_REGIONS` regions of whole pages, sorted, disjoint, never
 * adjacent.
 *
 * Adding rounds inwards and removing rounds outwards, so that the set never holds a page that is
 * only partly memory. Where the regions do not suffice, memory is left out rather than counted
 * wrongly.
 */
import { PAGE_SIZE } from "@typekraft/plat";

/** More than any firmware reports for the memory of one machine. */
export const MAX_REGIONS = 32;

/** Physical memory `base` to `end` (exclusive), in bytes. */
export class Region {
  base: u64 = 0;
  end: u64 = 0;
}

/** The set; empty at first. Allocates nothing. */
export class MemoryMap {
  count: usize = 0;
  readonly regions: FixedArray<Region, 32> = fixedArray();

  /** Adds the whole pages within `base` to `end`. */
  add(base: u64, end: u64): void {
    let low = roundUp(base);
    let high = roundDown(end);
    if (low >= high) return;
    // Absorb every region that overlaps or touches, then insert what came of it.
    let index = 0;
    while (index < this.count) {
      const region = this.regions[index];
      if (region.end < low || region.base > high) {
        index++;
        continue;
      }
      if (region.base < low) low = region.base;
      if (region.end > high) high = region.end;
      this.deleteAt(index);
    }
    index = 0;
    while (index < this.count && this.regions[index].base < low) index++;
    this.insertAt(index, low, high);
  }

  /** Removes every page that `base` to `end` touches. */
  remove(base: u64, end: u64): void {
    const low = roundDown(base);
    const high = roundUp(end);
    if (low >= high) return;
    let index = 0;
    while (index < this.count) {
      const region = this.regions[index];
      const regionBase = region.base;
      const regionEnd = region.end;
      if (regionEnd <= low || regionBase >= high) {
        index++;
        continue;
      }
      this.deleteAt(index);
      if (regionBase < low && this.insertAt(index, regionBase, low)) index++;
      if (regionEnd > high && this.insertAt(index, high, regionEnd)) index++;
    }
  }

  /** Takes one page out of the lowest region and gives its address; 0 where the set is empty. */
  takePage(): u64 {
    if (this.count === 0) return 0;
    const first = this.regions[0];
    const page = first.base;
    first.base += PAGE_SIZE;
    if (first.base === first.end) this.deleteAt(0);
    return page;
  }

  /** Whether any page of `base` to `end` is in the set. */
  overlaps(base: u64, end: u64): boolean {
    for (let index = 0; index < this.count; index++) {
      const region = this.regions[index];
      if (region.base < end && base < region.end) return true;
    }
    return false;
  }

  totalBytes(): u64 {
    let total: u64 = 0;
    for (let index = 0; index < this.count; index++) {
      total += this.regions[index].end - this.regions[index].base;
    }
    return total;
  }

  /** Becomes equal to `other`. */
  copyFrom(other: MemoryMap): void {
    this.count = other.count;
    for (let index = 0; index < other.count; index++) {
      this.regions[index].base = other.regions[index].base;
      this.regions[index].end = other.regions[index].end;
    }
  }

  private deleteAt(index: usize): void {
    this.count--;
    for (let i = index; i < this.count; i++) {
      this.regions[i].base = this.regions[i + 1].base;
      this.regions[i].end = this.regions[i + 1].end;
    }
  }

  private insertAt(index: usize, base: u64, end: u64): boolean {
    if (this.count === MAX_REGIONS) return false;
    for (let i = this.count; i > index; i--) {
      this.regions[i].base = this.regions[i - 1].base;
      this.regions[i].end = this.regions[i - 1].end;
    }
    this.regions[index].base = base;
    this.regions[index].end = end;
    this.count++;
    return true;
  }
}

function roundDown(address: u64): u64 {
  return address & ~(PAGE_SIZE - 1);
}

/** The highest page instead of an overflow. */
function roundUp(address: u64): u64 {
  const down = roundDown(address);
  if (down === address || wrapAdd<u64>(down, PAGE_SIZE) === 0) return down;
  return down + PAGE_SIZE;
}

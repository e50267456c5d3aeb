/**
 * Builds x86_64 page tables of four levels that map every address to itself.
 *
 * One operation, `set`, gives a range the access that it is to have, with the largest pages that
 * fit, and splits larger pages at its ends. Levels are numbered from below: an entry of level 0 is
 * a page of 4 KiB, of level 1 2 MiB, of level 2 1 GiB, of level 3 512 GiB. Tables are never given
 * back. Source: Intel SDM vol. 3 §4.5.
 *
 * @unsafe reads and writes page tables in the memory that they are given
 */
import { PAGE_SIZE } from "@typekraft/plat";

export const PAGE_PRESENT: u64 = 0x1;
export const PAGE_WRITE: u64 = 0x2;
export const PAGE_WRITE_THROUGH: u64 = 0x8;
export const PAGE_CACHE_DISABLE: u64 = 0x10;
export const PAGE_NO_EXECUTE: u64 = u64(0x8000_0000_0000_0000n);
/**
 * Ours, in a bit that the processor ignores: an absent page that is to catch errors, not just
 * memory that is missing.
 */
export const PAGE_GUARD: u64 = 0x200;
const PAGE_LARGE: u64 = 0x80;
const ADDRESS_MASK: u64 = 0x000f_ffff_ffff_f000;

const TOP_LEVEL: u32 = 3;
const ENTRIES: u64 = 512;
const BITS_PER_LEVEL: u32 = 9;
const PAGE_BITS: u32 = 12;

/** Where page tables get their memory. */
export interface PageSource {
  /** A page of 4096 zero bytes at a multiple of 4096; address 0 where no memory is left. */
  allocatePage(): VirtAddr;
}

export class PageTables {
  /** Whether the processor has pages of 1 GiB. */
  giantPages: boolean = false;

  /** `root` is the page of the highest level. */
  constructor(
    private readonly root: VirtAddr,
    private readonly source: PageSource,
  ) {}

  /**
   * Gives the pages from `at` (multiples of 4096, below 2^47) these flags; 0 makes them absent.
   * False where no memory is left for tables; the range may then be changed in part. The caller
   * flushes translations.
   */
  set(at: u64, length: u64, flags: u64): boolean {
    let place = at;
    const end = at + length;
    while (place < end) {
      const done = this.setOne(place, end - place, flags);
      if (done === 0) return false;
      place += done;
    }
    return true;
  }

  /** The entry that decides about `at`, whatever the size of its page; 0 where none does. */
  entryOf(at: u64): u64 {
    let table = this.root;
    let level = TOP_LEVEL;
    for (;;) {
      const entry = load<u64>(slotOf(table, level, at));
      if (!isTable(entry, level)) return entry;
      table = tableOf(entry);
      level--;
    }
  }

  /**
   * Sets the largest possible page at `place` and gives its size; 0 where a table is needed and
   * there is no memory.
   */
  private setOne(place: u64, length: u64, flags: u64): u64 {
    let table = this.root;
    let level = TOP_LEVEL;
    for (;;) {
      const size = pageBytes(level);
      const slot = slotOf(table, level, place);
      const entry = load<u64>(slot);
      const fits = place % size === 0 && length >= size && this.mayBePage(level, flags);
      if (fits && !isTable(entry, level)) {
        store<u64>(slot, pageEntry(place, flags, level));
        return size;
      }
      if (!isTable(entry, level)) {
        // Nothing to remove in an empty entry: step over what it covers.
        if (entry === 0 && flags === 0) return smaller(size - (place % size), length);
        if (!this.split(slot, entry, level)) return 0;
      }
      table = tableOf(load<u64>(slot));
      level--;
    }
  }

  private mayBePage(level: u32, flags: u64): boolean {
    if (level <= 1 || flags === 0) return true;
    return level === 2 && this.giantPages;
  }

  /** Replaces an entry that is no table by a table which says the same. */
  private split(slot: VirtAddr, entry: u64, level: u32): boolean {
    const table = this.source.allocatePage();
    if (u64(table) === 0) return false;
    if (entry !== 0) {
      const below = level - 1;
      const size = pageBytes(below);
      const flags = entry & ~(ADDRESS_MASK | PAGE_LARGE);
      const base = entry & ADDRESS_MASK;
      for (let index: u64 = 0; index < ENTRIES; index++) {
        const child = virt(u64(table) + index * 8);
        store<u64>(child, pageEntry(base + index * size, flags, below));
      }
    }
    store<u64>(slot, u64(table) | PAGE_PRESENT | PAGE_WRITE);
    return true;
  }
}

function pageEntry(place: u64, flags: u64, level: u32): u64 {
  if (flags === 0) return 0;
  return place | flags | (level > 0 ? PAGE_LARGE : 0);
}

function isTable(entry: u64, level: u32): boolean {
  return level > 0 && (entry & (PAGE_PRESENT | PAGE_LARGE)) === PAGE_PRESENT;
}

function tableOf(entry: u64): VirtAddr {
  return virt(entry & ADDRESS_MASK);
}

function slotOf(table: VirtAddr, level: u32, place: u64): VirtAddr {
  const index = (place >> (PAGE_BITS + level * BITS_PER_LEVEL)) & (ENTRIES - 1);
  return virt(u64(table) + index * 8);
}

function pageBytes(level: u32): u64 {
  return u64(PAGE_SIZE) << (level * BITS_PER_LEVEL);
}

function smaller(a: u64, b: u64): u64 {
  return a < b ? a : b;
}

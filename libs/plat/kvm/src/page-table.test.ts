/**
 * Tests of the page tables against a model: the flags that each page was given last.
 *
 * @unsafe gives the builder memory of the test for its tables
 */
import { PAGE_GUARD, PAGE_NO_EXECUTE, PAGE_PRESENT, PAGE_WRITE, PageTables } from "./page-table.ts";
import type { PageSource } from "./page-table.ts";

const PAGE: u64 = 4096;
const LARGE: u64 = 0x20_0000;
const GIANT: u64 = 0x4000_0000;
const POOL_PAGES = 16;
const READ_WRITE: u64 = PAGE_PRESENT | PAGE_WRITE | PAGE_NO_EXECUTE;
const READ: u64 = PAGE_PRESENT | PAGE_NO_EXECUTE;
const GUARD: u64 = PAGE_GUARD | PAGE_NO_EXECUTE;
const LARGE_BIT: u64 = 0x80;
const ADDRESS_MASK: u64 = 0x000f_ffff_ffff_f000;

/** One page more, so that there are POOL_PAGES aligned ones. */
const pool = fixedArray<u8, 69632>();

class Pool implements PageSource {
  /** The first page is the root. */
  used: u64 = 1;
  limit: u64 = POOL_PAGES;

  allocatePage(): VirtAddr {
    if (this.used === this.limit) return virt(0);
    this.used++;
    return pageOfPool(this.used - 1);
  }
}

function pageOfPool(index: u64): VirtAddr {
  const first = (u64(pool.slice().addr) + PAGE - 1) & ~(PAGE - 1);
  return virt(first + index * PAGE);
}

const source = new Pool();
const tables = new PageTables(pageOfPool(0), source);

function flagsAt(at: u64): u64 {
  return tables.entryOf(at) & ~(ADDRESS_MASK | LARGE_BIT);
}

/** The address that the page tables translate `at` to. */
function translated(at: u64): u64 {
  const entry = tables.entryOf(at);
  const size = (entry & LARGE_BIT) === 0 ? PAGE : LARGE;
  return (entry & ADDRESS_MASK & ~(size - 1)) | (at & (size - 1));
}

/** @test */
export function emptyTablesHaveNothing(): void {
  assert(tables.entryOf(0) === 0);
  assert(tables.entryOf(0x7fff_ffff_f000) === 0);
}

/** @test */
export function takesTheLargestPages(): void {
  assert(tables.set(PAGE, 4 * LARGE, READ_WRITE));
  assert(source.used === 1 + 4, "tables of levels 2 and 1, and one of level 0 at each end");
  assert(flagsAt(0) === 0);
  assert((tables.entryOf(PAGE) & LARGE_BIT) === 0);
  assert((tables.entryOf(LARGE) & LARGE_BIT) !== 0);
  assert(flagsAt(4 * LARGE) === READ_WRITE);
  assert(flagsAt(4 * LARGE + PAGE) === 0);
}

/** @test */
export function giantPagesOnlyWhereTheProcessorHasThem(): void {
  assert(tables.set(GIANT, GIANT, READ));
  assert(source.used === 3);
  tables.giantPages = true;
  assert(tables.set(2 * GIANT, GIANT, READ));
  assert(source.used === 3);
  assert(flagsAt(2 * GIANT + 5 * LARGE) === READ);
  assert(tables.set(2 * GIANT + PAGE, PAGE, GUARD));
  assert(source.used === 5, "split twice");
  assert(flagsAt(2 * GIANT + PAGE) === GUARD && flagsAt(3 * GIANT - PAGE) === READ);
  assert(translated(3 * GIANT - 1) === 3 * GIANT - 1);
}

/** @test */
export function splittingKeepsTheRest(): void {
  assert(tables.set(0, LARGE, READ_WRITE));
  assert(tables.set(7 * PAGE, PAGE, GUARD));
  assert(flagsAt(6 * PAGE) === READ_WRITE && flagsAt(8 * PAGE) === READ_WRITE);
  assert(flagsAt(7 * PAGE) === GUARD);
  assert(translated(8 * PAGE + 5) === 8 * PAGE + 5);
  assert(tables.set(7 * PAGE, PAGE, READ_WRITE));
  assert(flagsAt(7 * PAGE) === READ_WRITE);
}

/** @test */
export function largeGuardsSplitToo(): void {
  assert(tables.set(0, LARGE, GUARD));
  assert(tables.set(PAGE, PAGE, READ));
  assert(flagsAt(0) === GUARD && flagsAt(PAGE) === READ && flagsAt(2 * PAGE) === GUARD);
}

/** @test */
export function removingWhatIsNotThereTakesNoTables(): void {
  assert(tables.set(PAGE, 100 * GIANT, 0));
  assert(source.used === 1);
}

/** @test */
export function reachesTheWholeLowerHalf(): void {
  assert(tables.set(0x7fff_ffff_f000, PAGE, READ));
  assert(flagsAt(0x7fff_ffff_f000) === READ);
  assert(source.used === 4);
  assert(tables.set(0x3800_0000_0000, LARGE, READ_WRITE));
  assert(translated(0x3800_0012_3456) === 0x3800_0012_3456);
}

/** @test */
export function failsWithoutMemoryAndKeepsWhatWas(): void {
  assert(tables.set(0, LARGE, READ_WRITE));
  source.limit = source.used;
  assert(!tables.set(PAGE, PAGE, GUARD));
  assert(!tables.set(GIANT, PAGE, READ));
  assert(flagsAt(PAGE) === READ_WRITE);
  source.limit = POOL_PAGES;
  assert(tables.set(PAGE, PAGE, GUARD));
}

/** Pages of the model: the first 4 MiB. */
const MODEL_PAGES: u64 = 1024;
const model = fixedArray<u8, 1024>();

/** @test */
export function agreesWithAByteForEachPage(): void {
  let seed: u64 = 7;
  for (let step = 0; step < 600; step++) {
    seed = wrapAdd<u64>(wrapMul<u64>(seed, u64(6_364_136_223_846_793_005n)), 1);
    let first = (seed >> 20) % MODEL_PAGES;
    let count = ((seed >> 40) % (MODEL_PAGES - first)) + 1;
    // Whole large pages now and then.
    if (seed >> 60 === 3) {
      first = first & 512;
      count = 512;
    }
    const kind = u8((seed >> 33) & 3);
    assert(tables.set(first * PAGE, count * PAGE, flagsOfKind(kind)));
    for (let page = first; page < first + count; page++) model[page] = kind;
    for (let page: u64 = 0; page < MODEL_PAGES; page++) {
      assert(flagsAt(page * PAGE) === flagsOfKind(model[page]));
    }
  }
  assert(source.used <= 5, "tables are used again");
}

function flagsOfKind(kind: u8): u64 {
  if (kind === 0) return 0;
  if (kind === 1) return READ;
  return kind === 2 ? READ_WRITE : GUARD;
}

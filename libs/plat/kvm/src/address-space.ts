/**
 * The address space of the image: every address is its own physical address.
 *
 * Code is read-only and executable, constants are read-only, everything else is not executable; the
 * first page and the pages below stacks are absent. Memory that is neither RAM nor a mapped device
 * is absent. The tables are those of entry.S, changed in place, with more pages from
 * free-memory.ts.
 *
 * @unsafe takes the address of the tables
 */
import { Access, PAGE_SIZE } from "@typekraft/plat";
import { flushPage, flushTranslations } from "./cpu.ts";
import { TablePages, findFreeMemory } from "./free-memory.ts";
import {
  bootStackGuard,
  exceptionStackGuard,
  rodataEnd,
  rodataStart,
  textEnd,
  textStart,
} from "./image.ts";
import {
  PAGE_CACHE_DISABLE,
  PAGE_GUARD,
  PAGE_NO_EXECUTE,
  PAGE_PRESENT,
  PAGE_WRITE,
  PAGE_WRITE_THROUGH,
  PageTables,
} from "./page-table.ts";
import { ram } from "./start-info.ts";

/** @extern kvm_page_root */
declare const pageRoot: u64;

const READ_ONLY: u64 = PAGE_PRESENT | PAGE_NO_EXECUTE;
const READ_WRITE: u64 = PAGE_PRESENT | PAGE_WRITE | PAGE_NO_EXECUTE;
const DEVICE: u64 = READ_WRITE | PAGE_CACHE_DISABLE | PAGE_WRITE_THROUGH;
const GUARD: u64 = PAGE_GUARD | PAGE_NO_EXECUTE;
const LARGE_PAGE: u64 = 0x20_0000;
/** How far entry.S maps memory. */
const EARLY_MAPPED_BYTES: u64 = 0x4000_0000;
/** The lower half of the canonical addresses has 47 bits. */
const MAX_ADDRESS_BITS: u32 = 47;
const ADDRESS_LIMIT: u64 = 0x8000_0000_0000;
/** Above this many pages, forgetting all translations is cheaper. */
const MAX_SINGLE_FLUSHES = 16;

/** Where the addresses end that can be physical ones. */
let physicalLimit: u64 = ADDRESS_LIMIT;

const tablePages = new TablePages();
const tables = new PageTables(addressOf(pageRoot), tablePages);

/**
 * Builds the final tables for the memory in `ram`. `giantPages`: the processor has pages of 1 GiB.
 */
export function setUpAddressSpace(giantPages: boolean, physicalBits: u32): void {
  tables.giantPages = giantPages;
  if (physicalBits < MAX_ADDRESS_BITS) physicalLimit = u64(1) << physicalBits;
  findFreeMemory();
  mapRam();
  setOrDie(rodataStart(), rodataEnd(), READ_ONLY);
  setOrDie(0, PAGE_SIZE, 0);
  setOrDie(bootStackGuard(), bootStackGuard() + PAGE_SIZE, GUARD);
  setOrDie(exceptionStackGuard(), exceptionStackGuard() + PAGE_SIZE, GUARD);
  flushTranslations();
}

/**
 * Maps RAM and unmaps what entry.S mapped without there being RAM. Above 2 MiB both go by large
 * pages: firmware tables that share one with RAM stay readable, which saves a page of tables.
 */
function mapRam(): void {
  // The page with this very code is split first: from here on it is mapped page by page.
  setOrDie(textStart(), textEnd(), PAGE_PRESENT);
  let end: u64 = 0;
  for (let index = 0; index < ram.count; index++) {
    const base = alignLarge(ram.regions[index].base, false);
    if (end < base && end < EARLY_MAPPED_BYTES) setOrDie(end, smaller(base, EARLY_MAPPED_BYTES), 0);
    const start = base > end ? base : end;
    end = alignLarge(ram.regions[index].end, true);
    mapAround(start, end);
  }
  if (end < EARLY_MAPPED_BYTES) setOrDie(end, EARLY_MAPPED_BYTES, 0);
}

/** Maps a range except the code in it. */
function mapAround(start: u64, end: u64): void {
  const codeStart = textStart();
  const codeEnd = textEnd();
  if (start >= codeEnd || end <= codeStart) {
    setOrDie(start, end, READ_WRITE);
    return;
  }
  if (start < codeStart) setOrDie(start, codeStart, READ_WRITE);
  if (codeEnd < end) setOrDie(codeEnd, end, READ_WRITE);
}

function alignLarge(at: u64, up: boolean): u64 {
  if (at < LARGE_PAGE) return at;
  return (up ? at + LARGE_PAGE - 1 : at) & ~(LARGE_PAGE - 1);
}

function setOrDie(start: u64, end: u64, flags: u64): void {
  if (end > start && !tables.set(start, end - start, flags)) panic("no memory for page tables");
}

/** The page table entry for `at`; 0 where there is none. */
export function entryOf(at: u64): u64 {
  return at < ADDRESS_LIMIT ? tables.entryOf(at) : 0;
}

/** Whether a word at `at` can be read without a fault. */
export function isReadable(at: u64): boolean {
  return at % 8 === 0 && (entryOf(at) & PAGE_PRESENT) !== 0;
}

/**
 * Changes the access of whole pages; the code of the image is out of its reach. Splits large pages,
 * which may take memory for tables; false where there is none.
 */
export function protectPages(at: VirtAddr, length: usize, access: Access): boolean {
  const start = u64(at);
  assert(start % PAGE_SIZE === 0 && length % PAGE_SIZE === 0, "access is changed by whole pages");
  assert(length <= ADDRESS_LIMIT && start <= ADDRESS_LIMIT - length, "these pages do not exist");
  assert(
    start >= textEnd() || start + length <= textStart(),
    "the access to code cannot be changed",
  );
  const done = tables.set(start, length, flagsOf(access));
  if (length > MAX_SINGLE_FLUSHES * PAGE_SIZE) {
    flushTranslations();
  } else {
    for (let offset = 0; offset < length; offset += PAGE_SIZE) flushPage(virt(start + offset));
  }
  return done;
}

function flagsOf(access: Access): u64 {
  switch (access) {
    case Access.None:
      return GUARD;
    case Access.Read:
      return READ_ONLY;
    case Access.ReadWrite:
      return READ_WRITE;
  }
}

/** The physical address of memory of the image: the same number. */
export function dmaAddress(at: VirtAddr): DmaAddr {
  return dma(u64(at));
}

/**
 * Maps device registers uncached, at their own address. Takes whole large pages where there is no
 * RAM, so that devices side by side share page tables. Address 0 where the processor cannot address
 * it (at most 2^47) or there is no memory for tables.
 */
export function mapDevice(at: PhysAddr, length: usize): VirtAddr {
  const start = u64(at);
  if (length === 0 || start >= physicalLimit || length > physicalLimit - start) return virt(0);
  let low = start & ~(LARGE_PAGE - 1);
  let high = (start + length + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
  if (low === 0 || ram.overlaps(low, high)) {
    low = start & ~(PAGE_SIZE - 1);
    high = (start + length + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  }
  if (!tables.set(low, high - low, DEVICE)) return virt(0);
  // The processor remembers no absent pages, but what was present here may have been cached.
  flushTranslations();
  return virt(start);
}

function smaller(a: u64, b: u64): u64 {
  return a < b ? a : b;
}

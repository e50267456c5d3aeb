/**
 * Who gets the memory that is left beside the image: page tables first, then the heap.
 *
 * Until the heap has its memory, tables take pages from the lowest region. Then as many pages are
 * set aside as it takes to split all large pages of RAM, so that `protectPages` neither fails nor
 * shows up in the statistics of the heap, which programs compare; only tables for uncommonly many
 * devices come from the heap.
 *
 * @unsafe clears pages for tables, overwrites what firmware left
 */
import { heap } from "@typekraft/alloc";
import { PAGE_SIZE } from "@typekraft/plat";
import { imageEnd, textStart } from "./image.ts";
import { MemoryMap } from "./memory-map.ts";
import type { PageSource } from "./page-table.ts";
import { modules, ram } from "./start-info.ts";

const LARGE_PAGE: u64 = 0x20_0000;
const FOUR_GIB: u64 = 0x1_0000_0000;
/** Tables for the registers of devices, which lie in a few places. */
const DEVICE_TABLES: u64 = 4;
/** A reserve may take this part of a region. */
const RESERVE_PART: u64 = 4;
/** Memory at the end of RAM that firmware may have run in; SeaBIOS moves itself there. */
const FIRMWARE_BYTES: u64 = 0x4_0000;

/** RAM that nothing uses yet; empty once the heap has it. */
const free: MemoryMap = new MemoryMap();
/** Pages for tables, from then on. */
const reserve: MemoryMap = new MemoryMap();
let heapReady: boolean = false;

/** Gives pages for tables at any time after findFreeMemory. */
export class TablePages implements PageSource {
  allocatePage(): VirtAddr {
    const page = takePage();
    if (u64(page) !== 0) fillBytes(sliceAt<u8>(page, PAGE_SIZE), 0);
    return page;
  }
}

function takePage(): VirtAddr {
  if (!heapReady) return virt(free.takePage());
  if (reserve.count !== 0) return virt(reserve.takePage());
  return heap.allocate(PAGE_SIZE, PAGE_SIZE);
}

/** Finds what of `ram` neither the image nor a module occupies. */
export function findFreeMemory(): void {
  // Whatever the loader says: we run there.
  ram.add(textStart(), imageEnd());
  free.copyFrom(ram);
  free.remove(0, PAGE_SIZE);
  free.remove(textStart(), imageEnd());
  for (let index = 0; index < modules.count; index++) {
    free.remove(modules.regions[index].base, modules.regions[index].end);
  }
}

/** Gives all free memory to the heap, except the reserve. */
export function giveMemoryToHeap(): void {
  forgetFirmware();
  reserveTables();
  for (let index = 0; index < free.count; index++) {
    const region = free.regions[index];
    heap.addRegion(virt(region.base), region.end - region.base);
  }
  free.count = 0;
  heapReady = true;
}

/** Where no region is large enough, tables come from the heap after all. */
function reserveTables(): void {
  const length = (ram.totalBytes() / LARGE_PAGE + DEVICE_TABLES) * PAGE_SIZE;
  for (let index = 0; index < free.count; index++) {
    const base = free.regions[index].base;
    if ((free.regions[index].end - base) / RESERVE_PART < length) continue;
    reserve.add(base, base + length);
    free.remove(base, base + length);
    return;
  }
}

/**
 * Overwrites what firmware left at the end of RAM. An emulator that translated code from a page
 * (QEMU's TCG) takes a slow path for every store to it until all of that code is overwritten:
 * measured, a web server whose buffers lay there was three times slower.
 */
function forgetFirmware(): void {
  for (let index = 0; index < free.count; index++) {
    const region = free.regions[index];
    const size = region.end - region.base;
    // Only the last region below the hole of devices at 3 to 4 GiB.
    const next = index + 1 < free.count ? free.regions[index + 1].base : FOUR_GIB;
    if (region.end >= FOUR_GIB || next < FOUR_GIB) continue;
    const bytes = size < FIRMWARE_BYTES ? size : FIRMWARE_BYTES;
    fillBytes(sliceAt<u8>(virt(region.end - bytes), bytes), 0);
  }
}

/**
 * The binary buddy system: blocks of 64 bytes × 2^order at multiples of their size; a block too
 * large is halved, and two free halves are joined again. Every operation takes O(log n) steps. See
 * Knuth, TAOCP volume 1, §2.5, algorithm R and S, and the exercises on releasing.
 *
 * Invariants: the blocks, free and taken, partition the managed part of each region; the map has
 * `FREE | order` or `TAKEN | order` where one begins and `INSIDE` elsewhere; no two free buddies
 * exist. Hence the entry at a block's buddy always describes a block that begins there, and an
 * address that is no taken block's start is recognised.
 */
import type { Allocator, AllocatorStatistics } from "@typekraft/alloc";
import { config } from "@typekraft/config";
import { TextWriter } from "@typekraft/format";
import { FreeLists, ORDERS } from "./free-lists.ts";
import { FREE, INSIDE, ORDER_MASK, OrderMap, TAKEN, UNIT, UNIT_SHIFT } from "./order-map.ts";
import { poison } from "./poison.ts";

/** Pieces of memory that one allocator takes. */
export const MAX_REGIONS = 16;

/**
 * Memory from `base` on whose units the map describes; blocks lie in `first … end`. All are
 * multiples of UNIT.
 */
class Region {
  base: u64 = 0;
  first: u64 = 0;
  end: u64 = 0;
  readonly map = new OrderMap();

  unitOf(at: u64): usize {
    return (at - this.base) >> UNIT_SHIFT;
  }
}

/** The order of the smallest block of at least `bytes`; `ORDERS` or more where there is none. */
function orderFor(bytes: usize): u32 {
  if (bytes <= UNIT) return 0;
  return 64 - clz(bytes - 1) - UNIT_SHIFT;
}

/** Bytes of a block. */
function sizeOfOrder(order: u32): u64 {
  return u64(UNIT) << order;
}

/** Not interrupt-safe, never blocks. */
export class Buddy implements Allocator {
  private readonly regions: FixedArray<Region, 16> = fixedArray();
  private regionCount: usize = 0;
  private readonly free = new FreeLists();
  private total: usize = 0;
  private used: usize = 0;
  private peak: usize = 0;
  private live: usize = 0;
  private failures: usize = 0;

  /**
   * Takes whole units of the memory; the bookkeeping, 1/64 of it, lies at its start. Regions may
   * not overlap. One too small to hold a block is left alone. Panics after `MAX_REGIONS`. Touches
   * O(log bytes) cache lines.
   */
  addRegion(base: VirtAddr, bytes: usize): void {
    const start = (u64(base) + (UNIT - 1)) & ~u64(UNIT - 1);
    const end = (u64(base) + bytes) & ~u64(UNIT - 1);
    if (end <= start) return;
    const units = (end - start) >> UNIT_SHIFT;
    const mapBytes = (OrderMap.bytesFor(units) + (UNIT - 1)) & ~u64(UNIT - 1);
    if (mapBytes >= end - start) return;
    assert(this.regionCount < MAX_REGIONS, "too many memory regions");
    const region = this.regions[this.regionCount];
    this.regionCount++;
    region.base = start;
    region.first = start + mapBytes;
    region.end = end;
    region.map.place(virt(start), units);
    this.total += end - start;
    this.carve(region);
  }

  /**
   * Frees the managed part of a new region in the largest blocks that fit, each at a multiple of
   * its size.
   */
  private carve(region: Region): void {
    let at = region.first;
    while (at < region.end) {
      let order = 63 - clz(region.end - at) - UNIT_SHIFT;
      const alignedOrder = ctz(at) - UNIT_SHIFT;
      if (alignedOrder < order) order = alignedOrder;
      if (order >= ORDERS) order = ORDERS - 1;
      this.addFree(region, at, order);
      at += sizeOfOrder(order);
    }
  }

  private addFree(region: Region, at: u64, order: u32): void {
    region.map.set(region.unitOf(at), FREE | u8(order));
    this.free.add(at, order);
  }

  /** The region that `at` can be a block of; null where there is none. */
  private regionOf(at: u64): Region | null {
    for (let i: usize = 0; i < this.regionCount; i++) {
      const region = this.regions[i];
      if (at >= region.first && at < region.end) return region;
    }
    return null;
  }

  /**
   * A block of the next power of two, aligned to its size, hence at least as `alignment` demands.
   */
  allocate(bytes: usize, alignment: usize): VirtAddr {
    assert(
      bytes > 0 && popcount(alignment) === 1,
      "allocate: no bytes, or alignment is no power of two",
    );
    const order = orderFor(bytes > alignment ? bytes : alignment);
    const found = order < ORDERS ? this.free.smallest(order) : ORDERS;
    if (found === ORDERS) {
      this.failures++;
      return virt(0);
    }
    const at = this.free.first(found);
    const region = this.regionOf(at);
    assert(region !== null);
    this.free.remove(at, found);
    for (let half = found; half > order;) {
      half--;
      this.addFree(region, at + sizeOfOrder(half), half);
    }
    region.map.set(region.unitOf(at), TAKEN | u8(order));
    this.live++;
    this.used += sizeOfOrder(order);
    if (this.used > this.peak) this.peak = this.used;
    return virt(at);
  }

  /**
   * Panics, naming the address, where it is not the start of a taken block: freed already, or never
   * allocated.
   */
  release(at: VirtAddr): void {
    if (u64(at) === 0) return;
    const region = this.regionOf(u64(at));
    if (region === null || (u64(at) & (UNIT - 1)) !== 0) refuse(at);
    const unit = region.unitOf(u64(at));
    const entry = region.map.get(unit);
    if ((entry & TAKEN) === 0) refuse(at);
    const order = u32(entry & ORDER_MASK);
    this.live--;
    this.used -= sizeOfOrder(order);
    if (config.DEBUG) poison(at, sizeOfOrder(order));
    region.map.set(unit, INSIDE);
    this.join(region, u64(at), order);
  }

  /** Frees the block after joining it with its buddy as long as that is free and as large. */
  private join(region: Region, start: u64, startOrder: u32): void {
    let at = start;
    let order = startOrder;
    while (order < ORDERS - 1) {
      const buddy = at ^ sizeOfOrder(order);
      if (buddy < region.first || buddy >= region.end) break;
      const unit = region.unitOf(buddy);
      if (region.map.get(unit) !== (FREE | u8(order))) break;
      this.free.remove(buddy, order);
      region.map.set(unit, INSIDE);
      if (buddy < at) at = buddy;
      order++;
    }
    this.addFree(region, at, order);
  }

  statistics(into: AllocatorStatistics): void {
    const largest = this.free.largest();
    into.total = this.total;
    into.used = this.used;
    into.peak = this.peak;
    into.largestFree = largest === ORDERS ? 0 : sizeOfOrder(largest);
    into.allocations = this.live;
    into.failures = this.failures;
  }
}

function refuse(at: VirtAddr): never {
  const storage = fixedArray<u8, 96>();
  const message = new TextWriter(storage.slice());
  message.addText("release of ");
  message.addHex(u64(at));
  message.addText(", which is not allocated (released twice?)");
  panic(message.asText());
}

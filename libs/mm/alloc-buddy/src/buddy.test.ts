/**
 * Tests of the buddy allocator: its edges one by one, and random sequences against a model that
 * knows of every unit of the memory who owns it.
 *
 * @unsafe it fills allocations through their addresses
 */
import { AllocatorStatistics } from "@typekraft/alloc";
import { Buddy } from "./buddy.ts";

const ARENA_BYTES = 0x4_0000;
const SLOTS = 200;

const arena = fixedArray<u8, 0x4_0000>();
const second = fixedArray<u8, 0x1000>();
const buddy = new Buddy();
const statistics = new AllocatorStatistics();

class Slot {
  at: u64 = 0;
  bytes: usize = 0;
  mark: u8 = 0;
}
const slots = fixedArray<Slot, 200>();

/** Marsaglia's xorshift64: repeatable, never 0. */
class Random {
  private state: u64 = u64(0x9e37_79b9_7f4a_7c15n);
  next(): u64 {
    this.state ^= this.state << 13;
    this.state ^= this.state >> 7;
    this.state ^= this.state << 17;
    return this.state;
  }
  below(limit: u64): u64 {
    return (this.next() >> 11) % limit;
  }
}
const random = new Random();

function read(): AllocatorStatistics {
  buddy.statistics(statistics);
  return statistics;
}

function roundedUp(bytes: usize): usize {
  let size: usize = 64;
  while (size < bytes) size *= 2;
  return size;
}

/**
 * Gives the arena to the allocator, from an odd address on, full of garbage as a machine's memory
 * may be.
 */
function start(): usize {
  fillBytes(arena.slice(), 0xff);
  buddy.addRegion(arena.slice().sub(1).addr, ARENA_BYTES - 1);
  return read().largestFree;
}

/** @test */
export function anEmptyAllocatorHasNoRoom(): void {
  assert(u64(buddy.allocate(1, 1)) === 0);
  assert(read().failures === 1 && read().total === 0 && read().largestFree === 0);
}

/** @test */
export function tinyRegionsAreLeftAlone(): void {
  buddy.addRegion(arena.slice().addr, 63);
  buddy.addRegion(arena.slice().addr, 0);
  buddy.addRegion(arena.slice().addr, 512);
  assert(read().total === 0);
  assert(u64(buddy.allocate(1, 1)) === 0);
}

/** @test */
export function alignsNaturally(): void {
  start();
  for (let alignment: usize = 1; alignment <= 16384; alignment *= 2) {
    const at = buddy.allocate(3, alignment);
    assert(u64(at) !== 0);
    assert((u64(at) & (alignment - 1)) === 0);
    const whole = buddy.allocate(alignment, 1);
    assert((u64(whole) & (alignment - 1)) === 0);
  }
}

/** @test */
export function whatIsReleasedIsJoinedAgain(): void {
  const largest = start();
  const a = buddy.allocate(100, 8);
  const b = buddy.allocate(5000, 8);
  const c = buddy.allocate(64, 8);
  assert(read().allocations === 3 && read().used === 128 + 8192 + 64);
  buddy.release(b);
  buddy.release(a);
  buddy.release(c);
  buddy.release(virt(0));
  assert(read().allocations === 0 && read().used === 0 && read().largestFree === largest);
  assert(read().peak === 128 + 8192 + 64 && read().failures === 0);
}

/** @test */
export function largestFreeCanBeHad(): void {
  const largest = start();
  assert(u64(buddy.allocate(largest + 1, 1)) === 0);
  assert(u64(buddy.allocate(u64(0xffff_ffff_ffff_ffffn), 1)) === 0);
  assert(u64(buddy.allocate(1, u64(1) << 63)) === 0);
  const at = buddy.allocate(largest, 1);
  assert(u64(at) !== 0);
  assert(read().largestFree < largest && read().failures === 3);
  buddy.release(at);
  assert(read().largestFree === largest);
}

/** @test */
export function everyUnitCanBeTaken(): void {
  start();
  let count: usize = 0;
  while (u64(buddy.allocate(1, 1)) !== 0) count++;
  assert(read().used === count * 64 && read().largestFree === 0);
  assert(read().total - read().used <= ARENA_BYTES / 32);
}

/** @test */
export function severalRegionsServeTogether(): void {
  start();
  const before = read().total;
  buddy.addRegion(second.slice().addr, second.length);
  assert(read().total > before);
  let inSecond: usize = 0;
  while (true) {
    const at = u64(buddy.allocate(64, 64));
    if (at === 0) break;
    const from = u64(second.slice().addr);
    if (at >= from && at + 64 <= from + 4096) inSecond++;
  }
  assert(inSecond > 40);
}

/** @test panics which is not allocated */
export function releasingTwicePanics(): void {
  start();
  const at = buddy.allocate(64, 64);
  const neighbour = buddy.allocate(64, 64);
  buddy.release(at);
  assert(u64(neighbour) !== 0);
  buddy.release(at);
}

/** @test panics which is not allocated */
export function releasingTwiceAfterJoiningPanics(): void {
  start();
  const at = buddy.allocate(64, 64);
  const neighbour = buddy.allocate(64, 64);
  buddy.release(at);
  buddy.release(neighbour);
  buddy.release(u64(at) > u64(neighbour) ? at : neighbour);
}

/** @test panics which is not allocated */
export function releasingTheMiddlePanics(): void {
  start();
  const at = buddy.allocate(4096, 64);
  buddy.release(virt(u64(at) + 64));
}

/** @test panics which is not allocated */
export function releasingAnOddAddressPanics(): void {
  start();
  const at = buddy.allocate(4096, 64);
  buddy.release(virt(u64(at) + 1));
}

/** @test panics which is not allocated */
export function releasingForeignMemoryPanics(): void {
  start();
  buddy.release(second.slice().addr);
}

function contentIs(slot: Slot): boolean {
  for (const c of sliceAt<u8>(virt(slot.at), slot.bytes)) {
    if (c !== slot.mark) return false;
  }
  return true;
}

function allocateInto(slot: Slot, mark: u8): void {
  const bytes = 1 + random.below(random.below(8) === 0 ? 20_000 : 700);
  const alignment = u64(1) << random.below(10);
  const largest = read().largestFree;
  const rounded = roundedUp(bytes > alignment ? bytes : alignment);
  const at = buddy.allocate(bytes, alignment);
  assert((u64(at) !== 0) === rounded <= largest);
  if (u64(at) === 0) return;
  assert((u64(at) & (alignment - 1)) === 0);
  slot.at = u64(at);
  slot.bytes = rounded;
  slot.mark = mark;
  fillBytes(sliceAt<u8>(at, rounded), mark);
}

/** @test */
export function randomSequencesKeepTheModel(): void {
  const largest = start();
  let used: usize = 0;
  let live: usize = 0;
  for (let step: usize = 0; step < 60_000; step++) {
    const slot = slots[random.below(SLOTS)];
    if (slot.at === 0) {
      allocateInto(slot, u8(step));
      if (slot.at !== 0) {
        used += slot.bytes;
        live++;
      }
    } else {
      assert(contentIs(slot));
      buddy.release(virt(slot.at));
      used -= slot.bytes;
      live--;
      slot.at = 0;
    }
    assert(read().used === used && read().allocations === live);
  }
  assert(read().failures > 0);
  for (let i: usize = 0; i < SLOTS; i++) {
    if (slots[i].at !== 0) buddy.release(virt(slots[i].at));
  }
  assert(read().used === 0 && read().allocations === 0 && read().largestFree === largest);
}

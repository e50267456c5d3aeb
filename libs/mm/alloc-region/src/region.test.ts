/** Tests of the allocator that only hands out. */
import { AllocatorStatistics } from "@typekraft/alloc";
import { RegionAllocator } from "./index.ts";

const arena = fixedArray<u8, 4096>();
const allocator = new RegionAllocator();
const statistics = new AllocatorStatistics();

function read(): AllocatorStatistics {
  allocator.statistics(statistics);
  return statistics;
}

/** @test */
export function handsOutInOrder(): void {
  allocator.addRegion(arena.slice().addr, 1000);
  const a = u64(allocator.allocate(10, 1));
  const b = u64(allocator.allocate(10, 1));
  const c = u64(allocator.allocate(1, 64));
  assert(a === u64(arena.slice().addr) && b === a + 10);
  assert(c > b && (c & 63) === 0);
  assert(read().used === c + 1 - a && read().allocations === 3 && read().total === 1000);
}

/** @test */
export function fillsEachRegionToItsEnd(): void {
  allocator.addRegion(arena.slice().addr, 100);
  allocator.addRegion(arena.slice().sub(2000).addr, 300);
  assert(read().largestFree === 300);
  assert(u64(allocator.allocate(301, 1)) === 0);
  assert(u64(allocator.allocate(u64(0xffff_ffff_ffff_ffffn), 1)) === 0);
  assert(u64(allocator.allocate(1, u64(1) << 63)) === 0);
  assert(u64(allocator.allocate(300, 1)) !== 0);
  assert(u64(allocator.allocate(100, 1)) !== 0);
  assert(u64(allocator.allocate(1, 1)) === 0);
  assert(read().failures === 4 && read().largestFree === 0 && read().used === 400);
}

/** @test */
export function releaseCounts(): void {
  allocator.addRegion(arena.slice().addr, 100);
  const at = allocator.allocate(50, 1);
  allocator.release(at);
  allocator.release(virt(0));
  assert(read().allocations === 0 && read().used === 50);
}

/** @test panics which is not allocated */
export function releaseOfForeignMemoryPanics(): void {
  allocator.addRegion(arena.slice().addr, 100);
  assert(u64(allocator.allocate(50, 1)) !== 0);
  allocator.release(arena.slice().sub(50).addr);
}

/** @test panics too many memory regions */
export function tooManyRegionsPanic(): void {
  for (let i: usize = 0; i < 17; i++) allocator.addRegion(arena.slice().sub(i).addr, 1);
}

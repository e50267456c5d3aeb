/** Takes memory until the heap has none, and says so. */
import { AllocatorStatistics, heap } from "@typekraft/alloc";

const statistics = new AllocatorStatistics();

/** The program. */
export function main(): i32 {
  const blockBytes = 65536;
  let blocks: u64 = 0;
  while (heap.allocate(blockBytes, 16) !== virt(0)) blocks += 1;
  heap.statistics(statistics);
  log`got ${blocks} blocks, ${statistics.failures} failures`;
  assert(blocks > 0 && statistics.failures === 1, "the heap counts wrongly");
  const last = heap.allocate(blockBytes, 16);
  assert(last !== virt(0), "the heap has no room for 65536 bytes");
  return 0;
}

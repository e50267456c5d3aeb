/** A thread that calls itself without end runs into the guard page below its stack. */
import { scheduler } from "@typekraft/sched";

/** @noinline */
function deeper(depth: u64): u64 {
  const here = fixedArray<u64, 8>();
  here[depth & 7] = depth;
  const below = deeper(depth + 1);
  return below + here[below & 7];
}

function overflow(_argument: VirtAddr): void {
  log`going deep`;
  const sum = deeper(0);
  log`came back with ${sum}`;
}

/** The program. */
export function main(): i32 {
  const thread = scheduler.spawn("diver", overflow, virt(0), 16384);
  assert(thread !== null, "no memory for a thread");
  scheduler.join(thread);
  return 0;
}

/**
 * Memory of threads: the record, and the stack with an inaccessible page below it, so that an
 * overflow faults instead of writing over other data.
 *
 *     stackBase            + PAGE_SIZE                        + stackBytes
 *     | guard (no access)  | stack, used from its end down    |
 *
 * A few finished threads are kept for the next `spawn`, because changing page access is dear; they
 * are given back when the program has been quiet for a while.
 *
 * @unsafe it places thread records in heap memory
 */
import { heap } from "@typekraft/alloc";
import { config } from "@typekraft/config";
import { Access, PAGE_SIZE, protectPages } from "@typekraft/plat";
import { Thread } from "@typekraft/sched";

/**
 * Stacks are at least so large, because device and protocol code may run on any of them while its
 * thread waits.
 */
const MIN_STACK_BYTES: usize = 12288;
/** Nobody asks for more in earnest; keeps the arithmetic from overflowing. */
const MAX_STACK_BYTES: usize = 1 << 30;

declare module "@typekraft/config" {
  interface Config {
    /** Finished threads whose stacks are kept for the next spawn. */
    readonly LIB_SCHED_COOP_KEPT_STACKS: u32;
  }
}

/** Zero-initialised keeps none. */
export class Stacks {
  private kept: Thread | null = null;
  private count: u32 = 0;

  /** A new thread record with a stack of at least `wantedBytes`; null where there is no memory. */
  take(wantedBytes: usize): Thread | null {
    if (wantedBytes > MAX_STACK_BYTES) return null;
    const wanted = wantedBytes < MIN_STACK_BYTES ? MIN_STACK_BYTES : wantedBytes;
    const total = PAGE_SIZE + ((wanted + (PAGE_SIZE - 1)) & ~(PAGE_SIZE - 1));
    const reused = this.takeKept(total);
    if (reused !== null) return reused;
    const record = heap.allocate(sizeof<Thread>(), alignof<Thread>());
    const base = heap.allocate(total, PAGE_SIZE);
    const ready =
      u64(record) !== 0 && u64(base) !== 0 && protectPages(base, PAGE_SIZE, Access.None);
    if (!ready) {
      heap.release(base);
      heap.release(record);
      return null;
    }
    return fresh(record, base, total);
  }

  private takeKept(total: usize): Thread | null {
    let before: Thread | null = null;
    let candidate = this.kept;
    while (candidate !== null && candidate.stackBytes !== total) {
      before = candidate;
      candidate = candidate.next;
    }
    if (candidate === null) return null;
    if (before === null) this.kept = candidate.next;
    else before.next = candidate.next;
    this.count--;
    return fresh(addressOf(candidate), candidate.stackBase, total);
  }

  /** Takes back what `take` gave; nobody uses the thread any more. */
  give(thread: Thread): void {
    if (this.count >= config.LIB_SCHED_COOP_KEPT_STACKS) {
      release(thread);
      return;
    }
    thread.next = this.kept;
    this.kept = thread;
    this.count++;
  }

  /** Whether any are kept. */
  keepsAny(): boolean {
    return this.count > 0;
  }

  /** Gives all that are kept back to the heap. */
  trim(): void {
    while (true) {
      const thread = this.kept;
      if (thread === null) return;
      this.kept = thread.next;
      this.count--;
      release(thread);
    }
  }
}

function fresh(record: VirtAddr, base: VirtAddr, total: usize): Thread {
  const thread = placeAt(record, new Thread());
  thread.stackBase = base;
  thread.stackBytes = total;
  return thread;
}

function release(thread: Thread): void {
  // The allocator writes its links into free memory.
  const accessible = protectPages(thread.stackBase, PAGE_SIZE, Access.ReadWrite);
  assert(accessible, "a guard page that had its own page-table entry can be changed back");
  heap.release(thread.stackBase);
  heap.release(addressOf(thread));
}

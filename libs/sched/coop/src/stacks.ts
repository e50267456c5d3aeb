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
import { Access, NO_DEADLINE, PAGE_SIZE, monotonicNs, protectPages } from "@typekraft/plat";
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

/** Kept stacks that nobody has needed for so long go back to the heap. */
const QUIET_NS: u64 = 100_000_000;

/** Zero-initialised keeps none. */
export class Stacks {
  private kept: Thread | null = null;
  private count: u32 = 0;
  /** When to look whether they are needed; 0 where none are kept. */
  private lookAtNs: u64 = 0;
  /** Whether a stack was taken or given since the last look. */
  private wasBusy: boolean = false;

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
    this.wasBusy = true;
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
    this.wasBusy = true;
  }

  /** Gives stacks back that nobody needs; the result is when to call it again at the latest. */
  tidy(): u64 {
    if (this.count === 0) {
      this.lookAtNs = 0;
      return NO_DEADLINE;
    }
    const nowNs = monotonicNs();
    if (this.lookAtNs > nowNs) return this.lookAtNs;
    if (this.lookAtNs !== 0 && !this.wasBusy) {
      this.trim();
      return NO_DEADLINE;
    }
    this.wasBusy = false;
    this.lookAtNs = nowNs + QUIET_NS;
    return this.lookAtNs;
  }

  /** Gives all that are kept back to the heap. */
  private trim(): void {
    while (true) {
      const thread = this.kept;
      if (thread === null) break;
      this.kept = thread.next;
      this.count--;
      release(thread);
    }
    this.lookAtNs = 0;
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

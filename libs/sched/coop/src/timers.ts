/**
 * The threads that wait for a deadline, in its order; equal deadlines in order of arrival.
 *
 * New deadlines are mostly the latest (the same timeout, counted from now) or among the earliest (a
 * retransmission before many idle timeouts), so the place is searched from the nearer end: a step
 * or two in practice.
 */
import type { Thread } from "@typekraft/sched";
import { NO_DEADLINE } from "@typekraft/plat";

/** Zero-initialised is empty. */
export class TimerQueue {
  private first: Thread | null = null;
  private last: Thread | null = null;

  /** The earliest deadline; `NO_DEADLINE` where nobody has one. */
  earliest(): u64 {
    const first = this.first;
    return first === null ? NO_DEADLINE : first.deadlineNs;
  }

  /** Queues a thread that has no timer yet. `NO_DEADLINE` is no deadline: nothing is queued. */
  add(thread: Thread, deadlineNs: u64): void {
    assert(!thread.timed, "a thread has one timer");
    if (deadlineNs === NO_DEADLINE) return;
    thread.deadlineNs = deadlineNs;
    thread.timed = true;
    const before = this.predecessor(deadlineNs);
    const after = before === null ? this.first : before.timerNext;
    thread.timerPrevious = before;
    thread.timerNext = after;
    if (before === null) this.first = thread;
    else before.timerNext = thread;
    if (after === null) this.last = thread;
    else after.timerPrevious = thread;
  }

  /** The last thread whose deadline is not later. */
  private predecessor(deadlineNs: u64): Thread | null {
    const first = this.first;
    const last = this.last;
    if (first === null || last === null || deadlineNs < first.deadlineNs) return null;
    if (deadlineNs >= last.deadlineNs) return last;
    if (deadlineNs - first.deadlineNs < last.deadlineNs - deadlineNs)
      return fromFirst(first, deadlineNs);
    let candidate: Thread | null = last;
    while (candidate !== null && candidate.deadlineNs > deadlineNs)
      candidate = candidate.timerPrevious;
    return candidate;
  }

  /** Takes the thread's timer away, if it has one. */
  remove(thread: Thread): void {
    if (!thread.timed) return;
    const after = thread.timerNext;
    const before = thread.timerPrevious;
    if (after === null) this.last = before;
    else after.timerPrevious = before;
    if (before === null) this.first = after;
    else before.timerNext = after;
    thread.timerNext = null;
    thread.timerPrevious = null;
    thread.timed = false;
  }

  /** Takes out the first thread whose deadline has come; null where there is none. */
  takeExpired(nowNs: u64): Thread | null {
    const first = this.first;
    if (first === null || first.deadlineNs > nowNs) return null;
    this.remove(first);
    return first;
  }
}

/** The same, searched from `first` on, whose deadline is not later. */
function fromFirst(first: Thread, deadlineNs: u64): Thread {
  let before = first;
  while (true) {
    const after = before.timerNext;
    if (after === null || after.deadlineNs > deadlineNs) return before;
    before = after;
  }
}

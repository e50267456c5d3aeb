/**
 * Doubly linked queues of threads, first come first served; wait queues and the run queue alike.
 *
 * Invariants: a thread is in at most one of them, `thread.queue` names it, and `head === null` just
 * when `tail === null`.
 */
import type { Thread, WaitQueue } from "@typekraft/sched";

/** Puts a thread that is in no queue last. */
export function append(queue: WaitQueue, thread: Thread): void {
  assert(thread.queue === null, "a thread waits for one thing at a time");
  const last = queue.tail;
  thread.queue = queue;
  thread.next = null;
  thread.previous = last;
  if (last === null) queue.head = thread;
  else last.next = thread;
  queue.tail = thread;
}

/** Takes a thread out of the queue that it is in; nothing where it is in none. */
export function leave(thread: Thread): void {
  const queue = thread.queue;
  if (queue === null) return;
  const next = thread.next;
  const previous = thread.previous;
  if (next === null) queue.tail = previous;
  else next.previous = previous;
  if (previous === null) queue.head = next;
  else previous.next = next;
  thread.queue = null;
  thread.next = null;
  thread.previous = null;
}

/** Takes out the first thread; null where there is none. */
export function takeFirst(queue: WaitQueue): Thread | null {
  const first = queue.head;
  if (first !== null) leave(first);
  return first;
}

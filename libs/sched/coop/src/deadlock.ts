/** What is printed when no thread can ever run again: each thread, and what it waits for. */
import type { Thread, WaitQueue } from "@typekraft/sched";
import { ThreadState } from "@typekraft/sched";

/** The thread whose end the queue is for; null where it is for something else. */
function endedBy(first: Thread | null, queue: WaitQueue): Thread | null {
  for (let thread = first; thread !== null; thread = thread.allNext) {
    if (thread.finished === queue) return thread;
  }
  return null;
}

function describe(first: Thread, thread: Thread): void {
  if (thread.state === ThreadState.Finished) {
    log`  thread "${thread.name}" has ended`;
    return;
  }
  const queue = thread.queue;
  const awaited = queue === null ? null : endedBy(first, queue);
  if (awaited === null) log`  thread "${thread.name}" waits to be woken, without a deadline`;
  else log`  thread "${thread.name}" waits for the end of thread "${awaited.name}"`;
}

/** Prints the threads of the list that begins with `first`, and panics. */
export function reportDeadlock(first: Thread | null): never {
  log`no thread is ready, none has a deadline, and there is no source of events:`;
  if (first !== null) {
    for (let thread: Thread | null = first; thread !== null; thread = thread.allNext)
      describe(first, thread);
  }
  panic("deadlock: no thread can ever run again");
}

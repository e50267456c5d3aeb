/**
 * Threads and waiting. Implementations: sched-coop (default).
 *
 * With the cooperative scheduler a thread runs until it blocks, yields or ends; code between two such points needs no
 * lock. Deadlines are on the monotonic clock, in nanoseconds; `NO_DEADLINE` of @typekraft/plat never comes.
 */

/** What a thread is doing. */
export enum ThreadState {
  Ready,
  Running,
  Blocked,
  Finished,
}

/** A thread of control. Only the scheduler writes its fields. */
export class Thread {
  /** Where `switchStack` continues it. */
  stackPointer: VirtAddr = virt(0);
  stackBase: VirtAddr = virt(0);
  stackBytes: usize = 0;
  name: str = "";
  state: ThreadState = ThreadState.Ready;
  /** Links of the run queue or wait queue that it is in. */
  next: Thread | null = null;
  previous: Thread | null = null;
  queue: WaitQueue | null = null;
  /** Links and key of the timer queue. */
  timerNext: Thread | null = null;
  timerPrevious: Thread | null = null;
  deadlineNs: u64 = 0;
  timed: boolean = false;
  /** Links of the list of all threads. */
  allNext: Thread | null = null;
  allPrevious: Thread | null = null;
  /** Whether the last wait ended by its deadline. */
  timedOut: boolean = false;
  entry: CFn<(argument: VirtAddr) => void> | null = null;
  argument: VirtAddr = virt(0);
  /** Nobody will join it: its memory is freed when it ends. */
  detached: boolean = false;
  readonly finished: WaitQueue = new WaitQueue();
}

/** Threads that wait for one condition, first come first served. Zero-initialised is empty. */
export class WaitQueue {
  head: Thread | null = null;
  tail: Thread | null = null;
}

/** A source of events without a thread of its own (a network device, host file descriptors). */
export interface Poller {
  /** Handles what has happened, waking threads; whether there was anything. Must not block. */
  poll(): boolean;
  /** Asks for an interrupt at the next event; false where one has come already and `poll` should be called instead. */
  arm(): boolean;
}

/** What a scheduler does. Called from threads only, never by interrupt handlers. */
export interface Scheduler {
  /**
   * Starts a thread with a guarded stack of at least `stackBytes`; null where there is no memory.
   * Context: any thread. Allocates.
   */
  spawn(
    name: str,
    entry: CFn<(argument: VirtAddr) => void>,
    argument: VirtAddr,
    stackBytes: usize,
  ): Thread | null;
  current(): Thread;
  /** Lets the other ready threads run. */
  yield(): void;
  sleepUntil(deadlineNs: u64): void;
  /** Blocks until the thread has ended, and frees it. Once for each thread that is not detached. */
  join(thread: Thread): void;
  detach(thread: Thread): void;
  exit(): never;
  /** Blocks the caller in the queue until it is woken or the deadline comes; false for the deadline. */
  wait(queue: WaitQueue, deadlineNs: u64): boolean;
  /** Makes the longest waiting thread ready; false where none waits. */
  wakeOne(queue: WaitQueue): boolean;
  wakeAll(queue: WaitQueue): void;
  /** The poller is asked whenever no thread is ready, and regularly when some always are. At most MAX_POLLERS. */
  addPoller(poller: Poller): boolean;
}

/**
 * The program's scheduler.
 * @bind
 */
export declare const scheduler: Scheduler;

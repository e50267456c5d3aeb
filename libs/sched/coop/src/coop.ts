/**
 * The cooperative scheduler: one run queue, a thread runs until it waits, yields or ends.
 *
 * A thread that stops running looks for the next one itself, on its own stack, and idles there when
 * none is ready; so there is no idle thread, and waiting for an event that is already there costs
 * no switch. The stack that the program was started on becomes the thread "main".
 *
 * Invariants: `running` is in no queue; a thread is in the run queue just when its state is Ready;
 * a thread in a wait queue or with a timer is Blocked. Ended detached threads are freed by whoever
 * runs next, since nobody can free the stack that he stands on.
 *
 * @unsafe it passes addresses of thread records through the stack switch
 */
import { prepareStack, switchStack } from "@typekraft/arch";
import { NO_DEADLINE, idleUntil, monotonicNs } from "@typekraft/plat";
import { Thread, ThreadState, WaitQueue } from "@typekraft/sched";
import type { Poller, Scheduler } from "@typekraft/sched";
import { reportDeadlock } from "./deadlock.ts";
import { append, leave, takeFirst } from "./queue.ts";
import { Stacks } from "./stacks.ts";
import { TimerQueue } from "./timers.ts";

/** Event sources of one program. */
export const MAX_POLLERS = 8;
/** Switches between two looks at the pollers and the clock while threads are always ready. */
const SWITCHES_PER_LOOK = 16;

/** Not interrupt-safe: it is called by threads and pollers only. */
export class CoopScheduler implements Scheduler {
  private running: Thread;
  private readonly ready = new WaitQueue();
  private readonly timers = new TimerQueue();
  private readonly stacks = new Stacks();
  private readonly pollers: FixedArray<Poller | null, 8> = fixedArray();
  private pollerCount: usize = 0;
  /** Switches since the last look at pollers and clock. */
  private switches: u32 = 0;
  /** All threads, the youngest first. */
  private all: Thread | null = null;
  /** What the machine was last told to sleep until. */
  private alarmNs: u64 = 0;
  /** A detached thread that has ended and whose stack was left only just now. */
  private dead: Thread | null = null;

  /** `main` becomes the thread that runs already. */
  constructor(main: Thread) {
    main.name = "main";
    main.state = ThreadState.Running;
    this.running = main;
    this.all = main;
  }

  current(): Thread {
    return this.running;
  }

  spawn(
    name: str,
    entry: CFn<(argument: VirtAddr) => void>,
    argument: VirtAddr,
    stackBytes: usize,
  ): Thread | null {
    const thread = this.stacks.take(stackBytes);
    if (thread === null) return null;
    thread.name = name;
    thread.entry = entry;
    thread.argument = argument;
    const top = virt(u64(thread.stackBase) + thread.stackBytes);
    thread.stackPointer = prepareStack(top, startThread, addressOf(thread));
    this.enlist(thread);
    this.makeReady(thread);
    return thread;
  }

  yield(): void {
    this.makeReady(this.running);
    this.runNext();
  }

  sleepUntil(deadlineNs: u64): void {
    this.running.state = ThreadState.Blocked;
    this.timers.add(this.running, deadlineNs);
    this.runNext();
  }

  wait(queue: WaitQueue, deadlineNs: u64): boolean {
    const me = this.running;
    me.state = ThreadState.Blocked;
    me.timedOut = false;
    append(queue, me);
    this.timers.add(me, deadlineNs);
    this.runNext();
    return !me.timedOut;
  }

  wakeOne(queue: WaitQueue): boolean {
    const thread = takeFirst(queue);
    if (thread === null) return false;
    this.timers.remove(thread);
    this.makeReady(thread);
    return true;
  }

  wakeAll(queue: WaitQueue): void {
    while (this.wakeOne(queue)) {
      // Each turn takes one out.
    }
  }

  join(thread: Thread): void {
    assert(thread !== this.running, "a thread cannot wait for its own end");
    assert(!thread.detached, "nobody can wait for the end of a detached thread");
    while (thread.state !== ThreadState.Finished) this.wait(thread.finished, NO_DEADLINE);
    this.bury(thread);
  }

  detach(thread: Thread): void {
    assert(!thread.detached, "a thread is detached once");
    thread.detached = true;
    if (thread.state === ThreadState.Finished) this.bury(thread);
  }

  exit(): never {
    const me = this.running;
    me.state = ThreadState.Finished;
    this.wakeAll(me.finished);
    if (me.detached) this.dead = me;
    this.runNext();
    unreachable();
  }

  /** At most `MAX_POLLERS`; false for more. */
  addPoller(poller: Poller): boolean {
    if (this.pollerCount === MAX_POLLERS) return false;
    this.pollers[this.pollerCount] = poller;
    this.pollerCount++;
    return true;
  }

  /** What a new thread does first: frees what the switch left, and calls its function. */
  begin(thread: Thread): never {
    this.freeDead();
    const entry = thread.entry;
    assert(entry !== null);
    entry(thread.argument);
    this.exit();
  }

  private makeReady(thread: Thread): void {
    thread.state = ThreadState.Ready;
    append(this.ready, thread);
  }

  /** Switches to the next ready thread; returns when the caller runs again. */
  private runNext(): void {
    const before = this.running;
    const next = this.choose();
    next.state = ThreadState.Running;
    if (next === before) return;
    this.running = next;
    switchStack(addressOf(before.stackPointer), next.stackPointer);
    this.freeDead();
  }

  /** Takes the next thread from the run queue, idling until there is one. */
  private choose(): Thread {
    this.switches++;
    if (this.switches >= SWITCHES_PER_LOOK) this.look();
    while (true) {
      const next = takeFirst(this.ready);
      if (next !== null) return next;
      this.idle();
    }
  }

  /** Asks all pollers and the clock what has happened; whether a poller had anything. */
  private look(): boolean {
    this.switches = 0;
    let happened = false;
    for (let i: usize = 0; i < this.pollerCount; i++) {
      const poller = this.pollers[i];
      if (poller !== null && poller.poll()) happened = true;
    }
    if (this.timers.earliest() !== NO_DEADLINE) this.expire(monotonicNs());
    return happened;
  }

  private expire(nowNs: u64): void {
    while (true) {
      const thread = this.timers.takeExpired(nowNs);
      if (thread === null) return;
      thread.timedOut = true;
      leave(thread);
      this.makeReady(thread);
    }
  }

  /**
   * Returns when a thread is ready. The processor sleeps in between, unless an event came after the
   * last look.
   */
  private idle(): void {
    while (true) {
      const happened = this.look();
      if (this.ready.head !== null) return;
      if (happened || !this.armPollers()) continue;
      const deadlineNs = this.timers.earliest();
      if (deadlineNs === NO_DEADLINE && this.pollerCount === 0) reportDeadlock(this.all);
      const tidyAtNs = this.stacks.tidy();
      this.sleep(tidyAtNs < deadlineNs ? tidyAtNs : deadlineNs);
    }
  }

  /**
   * Idles until `deadlineNs`, or an earlier deadline that an idling before had: most are never
   * reached, and the machine's timer, which is dear to set, can stay as it is for many of them. The
   * price is a wake-up for nothing now and then.
   */
  private sleep(deadlineNs: u64): void {
    const isSet = this.alarmNs <= deadlineNs && this.alarmNs > monotonicNs();
    if (!isSet) this.alarmNs = deadlineNs;
    idleUntil(this.alarmNs);
  }

  /** Has every poller end the idling at its next event; false where one has an event already. */
  private armPollers(): boolean {
    for (let i: usize = 0; i < this.pollerCount; i++) {
      const poller = this.pollers[i];
      if (poller !== null && !poller.arm()) return false;
    }
    return true;
  }

  private enlist(thread: Thread): void {
    const first = this.all;
    thread.allNext = first;
    if (first !== null) first.allPrevious = thread;
    this.all = thread;
  }

  /** Forgets and frees an ended thread; the boot stack is not from the heap and stays. */
  private bury(thread: Thread): void {
    const after = thread.allNext;
    const before = thread.allPrevious;
    if (after !== null) after.allPrevious = before;
    if (before === null) this.all = after;
    else before.allNext = after;
    if (thread.stackBytes > 0) this.stacks.give(thread);
  }

  private freeDead(): void {
    const dead = this.dead;
    if (dead === null) return;
    this.dead = null;
    this.bury(dead);
  }
}

const main = new Thread();

/** The program's scheduler, where this package was chosen. */
export const scheduler = new CoopScheduler(main);

/** The first function on each new stack. */
function startThread(argument: VirtAddr): void {
  scheduler.begin(objectAt<Thread>(argument));
}

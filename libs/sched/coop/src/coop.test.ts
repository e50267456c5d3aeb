/**
 * Tests of the scheduler with real stacks on the platform that the test runs on.
 *
 * @unsafe it passes numbers as thread arguments, which are addresses, and overflows a stack
 */
import { AllocatorStatistics, heap } from "@typekraft/alloc";
import { NO_DEADLINE, monotonicNs } from "@typekraft/plat";
import { Thread, ThreadState, WaitQueue } from "@typekraft/sched";
import type { Poller } from "@typekraft/sched";
import { scheduler } from "./coop.ts";

const STACK: usize = 32768;
const MILLISECOND: u64 = 1_000_000;

const trace = fixedArray<u64, 64>();
let traced: usize = 0;
const queue = new WaitQueue();
let counter: u64 = 0;
const statistics = new AllocatorStatistics();

function note(value: u64): void {
  trace[traced] = value;
  traced++;
}

function start(entry: CFn<(argument: VirtAddr) => void>, argument: u64): Thread {
  const thread = scheduler.spawn("worker", entry, virt(argument), STACK);
  assert(thread !== null, "no memory for a thread");
  return thread;
}

function noteTwice(argument: VirtAddr): void {
  note(u64(argument));
  scheduler.yield();
  note(u64(argument) + 10);
}

/** @test */
export function threadsTakeTurns(): void {
  const a = start(noteTwice, 1);
  const b = start(noteTwice, 2);
  scheduler.join(a);
  scheduler.join(b);
  assert(traced === 4);
  assert(trace[0] === 1 && trace[1] === 2 && trace[2] === 11 && trace[3] === 12);
}

/** @test */
export function bootStackIsMain(): void {
  const main = scheduler.current();
  assert(main.state === ThreadState.Running);
  scheduler.yield();
  assert(scheduler.current() === main);
}

function sleepAndNote(argument: VirtAddr): void {
  scheduler.sleepUntil(monotonicNs() + u64(argument) * MILLISECOND);
  note(u64(argument));
}

/** @test */
export function sleepersWakeInOrder(): void {
  const begin = monotonicNs();
  const a = start(sleepAndNote, 30);
  const b = start(sleepAndNote, 10);
  const c = start(sleepAndNote, 20);
  scheduler.join(a);
  assert(monotonicNs() - begin >= 30 * MILLISECOND);
  scheduler.join(b);
  scheduler.join(c);
  assert(trace[0] === 10 && trace[1] === 20 && trace[2] === 30);
}

function waitAndNote(argument: VirtAddr): void {
  const woken = scheduler.wait(queue, NO_DEADLINE);
  note(woken ? u64(argument) : 99);
}

/** @test */
export function longestWaitingIsWokenFirst(): void {
  const a = start(waitAndNote, 1);
  const b = start(waitAndNote, 2);
  const c = start(waitAndNote, 3);
  assert(!scheduler.wakeOne(queue));
  scheduler.yield();
  assert(scheduler.wakeOne(queue));
  scheduler.join(a);
  assert(traced === 1 && trace[0] === 1);
  scheduler.wakeAll(queue);
  scheduler.join(b);
  scheduler.join(c);
  assert(traced === 3 && trace[1] === 2 && trace[2] === 3);
  assert(queue.head === null && queue.tail === null);
}

/** @test */
export function waitEndsAtItsDeadline(): void {
  const begin = monotonicNs();
  assert(!scheduler.wait(queue, begin + 5 * MILLISECOND));
  assert(monotonicNs() - begin >= 5 * MILLISECOND);
  assert(queue.head === null);
  assert(!scheduler.wait(queue, 0));
}

function wakeSoon(argument: VirtAddr): void {
  scheduler.sleepUntil(monotonicNs() + u64(argument) * MILLISECOND);
  assert(scheduler.wakeOne(queue));
}

/** @test */
export function wakingEndsTheTimer(): void {
  const waker = start(wakeSoon, 2);
  assert(scheduler.wait(queue, monotonicNs() + 10_000 * MILLISECOND));
  scheduler.join(waker);
  assert(!scheduler.current().timed);
}

function endAtOnce(argument: VirtAddr): void {
  counter += u64(argument);
  if (counter % 2 === 0) scheduler.exit();
}

function inUse(): usize {
  heap.statistics(statistics);
  return statistics.allocations;
}

/** @test */
export function memoryOfThreadsComesBack(): void {
  const before = inUse();
  for (let i: usize = 0; i < 200; i++) {
    const thread = start(endAtOnce, 1);
    if (i % 3 === 0) scheduler.detach(thread);
    else scheduler.join(thread);
  }
  for (let i: usize = 0; i < 40; i++) scheduler.detach(start(endAtOnce, 1));
  scheduler.yield();
  assert(counter === 240);
  // Kept stacks go back after a quiet time.
  scheduler.sleepUntil(monotonicNs() + 300 * MILLISECOND);
  assert(inUse() === before);
}

/** @test */
export function aThreadThatHasEndedCanBeDetached(): void {
  const thread = start(endAtOnce, 1);
  scheduler.yield();
  assert(thread.state === ThreadState.Finished);
  scheduler.detach(thread);
}

class TestPoller implements Poller {
  polls: u64 = 0;
  armed: u64 = 0;
  poll(): boolean {
    this.polls++;
    return false;
  }
  arm(): boolean {
    this.armed++;
    return true;
  }
}
const poller = new TestPoller();

/** @test */
export function pollersAreAskedWhileThreadsAreReady(): void {
  assert(scheduler.addPoller(poller));
  for (let i: usize = 0; i < 1000; i++) scheduler.yield();
  assert(poller.polls >= 20);
  assert(poller.armed === 0);
  scheduler.sleepUntil(monotonicNs() + MILLISECOND);
  assert(poller.armed > 0);
}

/** @test */
export function pollersAreLimited(): void {
  for (let i: usize = 0; i < 8; i++) assert(scheduler.addPoller(poller));
  assert(!scheduler.addPoller(poller));
}

/** @test */
export function timersExpireWhileThreadsAreReady(): void {
  const sleeper = start(sleepAndNote, 5);
  while (traced === 0) scheduler.yield();
  assert(trace[0] === 5);
  scheduler.join(sleeper);
}

/** @test */
export function spawnFailsWithoutMemory(): void {
  assert(scheduler.spawn("large", endAtOnce, virt(0), 1 << 29) === null);
  assert(scheduler.spawn("huge", endAtOnce, virt(0), u64(0xffff_ffff_ffff_ffffn)) === null);
}

/** @test panics deadlock */
export function deadlockIsReported(): void {
  start(waitAndNote, 1);
  scheduler.wait(queue, NO_DEADLINE);
}

function joinMain(argument: VirtAddr): void {
  scheduler.join(objectAt<Thread>(argument));
}

/** @test panics deadlock */
export function mutualJoinIsADeadlock(): void {
  const other = start(joinMain, u64(addressOf(scheduler.current())));
  scheduler.join(other);
}

/** @test panics a thread cannot wait for its own end */
export function joiningOneselfPanics(): void {
  scheduler.join(scheduler.current());
}

function pingPong(argument: VirtAddr): void {
  for (let i: u64 = 0; i < u64(argument); i++) {
    counter++;
    scheduler.yield();
  }
}

/** @test */
export function manyThreadsManySwitches(): void {
  for (let i: usize = 0; i < 64; i++) scheduler.detach(start(pingPong, 500));
  while (counter < 32_000) scheduler.yield();
  assert(counter === 32_000);
}

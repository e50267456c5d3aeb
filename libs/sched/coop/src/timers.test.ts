/** Tests of the timer queue against a model that searches all threads for the earliest. */
import { NO_DEADLINE } from "@typekraft/plat";
import { Thread } from "@typekraft/sched";
import { TimerQueue } from "./timers.ts";

const COUNT = 50;
const threads = fixedArray<Thread, 50>();
const timers = new TimerQueue();

/** @test */
export function emptyHasNoDeadline(): void {
  assert(timers.earliest() === NO_DEADLINE);
  assert(timers.takeExpired(NO_DEADLINE) === null);
  timers.remove(threads[0]);
  timers.add(threads[0], NO_DEADLINE);
  assert(!threads[0].timed && timers.earliest() === NO_DEADLINE);
}

/** @test */
export function equalDeadlinesKeepTheirOrder(): void {
  for (let i: usize = 0; i < 5; i++) timers.add(threads[i], 7);
  timers.add(threads[5], 6);
  timers.add(threads[6], 8);
  timers.add(threads[7], 7);
  assert(timers.takeExpired(5) === null);
  assert(timers.takeExpired(7) === threads[5]);
  for (let i: usize = 0; i < 5; i++) assert(timers.takeExpired(7) === threads[i]);
  assert(timers.takeExpired(7) === threads[7]);
  assert(timers.takeExpired(7) === null);
  assert(timers.takeExpired(8) === threads[6]);
  assert(timers.earliest() === NO_DEADLINE);
}

function earliestOfAll(): u64 {
  let earliest: u64 = NO_DEADLINE;
  for (let i: usize = 0; i < COUNT; i++) {
    if (threads[i].timed && threads[i].deadlineNs < earliest) earliest = threads[i].deadlineNs;
  }
  return earliest;
}

/** @test */
export function randomSequencesStayOrdered(): void {
  let state: u64 = 88172645463325252;
  let now: u64 = 0;
  for (let step: usize = 0; step < 20_000; step++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    const thread = threads[(state >> 20) % COUNT];
    if (thread.timed) timers.remove(thread);
    else timers.add(thread, now + ((state >> 30) & 1023));
    assert(timers.earliest() === earliestOfAll());
    if ((state >> 50) % 4 !== 0) continue;
    now += (state >> 40) & 63;
    while (true) {
      const expected = earliestOfAll();
      const expired = timers.takeExpired(now);
      if (expired === null) break;
      assert(expired.deadlineNs === expected && expected <= now);
    }
    assert(timers.earliest() > now);
  }
}

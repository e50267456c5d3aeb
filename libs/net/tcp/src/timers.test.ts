/** Tests of the timer heap against a search through all deadlines. */
import { Random } from "@typekraft/netsim";
import { Connection } from "./connection.ts";
import { TimerHeap } from "./timers.ts";

const COUNT = 64;
const connections = fixedArray<Connection, 64>();
const entries = fixedArray<Connection | null, 64>();
const heap = new TimerHeap();
const random = new Random();

/** The earliest time among the connections that are in the heap; 0 where there is none. */
function earliest(): u64 {
  let best: u64 = 0;
  for (let i = 0; i < COUNT; i++) {
    const c = connections[i];
    if (c.timerSlot > 0 && (best === 0 || c.timerNs < best)) best = c.timerNs;
  }
  return best;
}

/** @test */
export function theFirstIsAlwaysTheEarliest(): void {
  heap.attach(entries.slice());
  random.seed(3);
  for (let round = 0; round < 20_000; round++) {
    const c = connections[random.below(COUNT)];
    const timeNs = 1 + random.below(1_000_000);
    const what = random.below(4);
    if (what === 0) heap.remove(c);
    else if (what === 1 && c.timerSlot > 0) heap.postpone(c, c.timerNs + timeNs);
    else heap.ensure(c, timeNs);
    const first = heap.first();
    if (first === null) assert(earliest() === 0 && heap.count === 0);
    else assert(first.timerNs === earliest());
  }
}

/** @test */
export function ensuringALaterTimeMovesNothing(): void {
  heap.attach(entries.slice());
  const c = connections[0];
  heap.ensure(c, 100);
  heap.ensure(c, 200);
  assert(c.timerNs === 100);
  heap.ensure(c, 50);
  assert(c.timerNs === 50 && heap.count === 1);
}

/** Tests of the TIME-WAIT table: finding, expiry, reuse of the oldest, forgetting. */
import { TIME_WAIT_NS, TimeWaitRecord, TimeWaitTable } from "./time-wait.ts";

const records = fixedArray<TimeWaitRecord, 8>();
const chains = fixedArray<u32, 4>();
const table = new TimeWaitTable();
const A: u32 = 0x0a00_0001;
const B: u32 = 0x0a00_0002;

function start(): void {
  table.attach(records.slice(), chains.slice(), 0x1234_5678);
}

function has(remotePort: u16, nowNs: u64): boolean {
  return table.find(A, 80, B, remotePort, nowNs) !== null;
}

/** @test */
export function findsUntilItExpires(): void {
  start();
  const record = table.add(A, 80, B, 1000, 5);
  record.sndNxt = 77;
  const found = table.find(A, 80, B, 1000, 5);
  assert(found === record && found.sndNxt === 77);
  assert(!has(1001, 5) && table.find(A, 81, B, 1000, 5) === null);
  assert(has(1000, 4 + TIME_WAIT_NS) && !has(1000, 5 + TIME_WAIT_NS));
}

/** @test */
export function givesUpTheOldest(): void {
  start();
  for (let i: u16 = 0; i < 20; i++) {
    table.add(A, 80, B, 1000 + i, 5);
    for (let j: u16 = 0; j < 20; j++) {
      assert(has(1000 + j, 6) === (j <= i && i - j < 8));
    }
  }
}

/** @test */
export function forgetsWhatIsReplaced(): void {
  start();
  for (let i: u16 = 0; i < 8; i++) table.add(A, 80, B, 1000 + i, 5);
  const record = table.find(A, 80, B, 1003, 6);
  assert(record !== null);
  table.forget(record);
  assert(!has(1003, 6) && has(1002, 6) && has(1004, 6));
  for (let i: u16 = 0; i < 8; i++) table.add(A, 80, B, 2000 + i, 7);
  for (let i: u16 = 0; i < 8; i++) assert(has(2000 + i, 8) && !has(1000 + i, 8));
}

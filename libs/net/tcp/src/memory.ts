/**
 * The memory of TCP: connections, their buffers and the tables, all from one allocator.
 *
 * Every function that allocates gives null (or an empty slice) where there is no room, and leaves
 * nothing behind then.
 *
 * @unsafe It turns addresses from the allocator into objects and slices of exactly the size that
 * was asked for.
 */
import type { Allocator } from "@typekraft/alloc";
import { Connection } from "./connection.ts";
import { HalfOpen } from "./half-open.ts";
import { Listener } from "./listener.ts";
import { TimeWaitRecord } from "./time-wait.ts";

/** A connection with both buffers; null where there is no memory. */
export function createConnection(
  memory: Allocator,
  receiveBytes: usize,
  sendBytes: usize,
): Connection | null {
  const at = memory.allocate(sizeof<Connection>(), alignof<Connection>());
  const receive = memory.allocate(receiveBytes, 8);
  const send = memory.allocate(sendBytes, 8);
  if (at === virt(0) || receive === virt(0) || send === virt(0)) {
    memory.release(at);
    memory.release(receive);
    memory.release(send);
    return null;
  }
  const c = placeAt<Connection>(at, new Connection());
  c.receiveRing.attach(sliceAt<u8>(receive, receiveBytes));
  c.sendRing.attach(sliceAt<u8>(send, sendBytes));
  return c;
}

/** Gives back what `createConnection` made. Nothing may refer to it any more. */
export function destroyConnection(memory: Allocator, c: Connection): void {
  memory.release(c.receiveRing.detach().addr);
  memory.release(c.sendRing.detach().addr);
  memory.release(addressOf(c));
}

/** A listener without port; null where there is no memory. */
export function createListener(memory: Allocator): Listener | null {
  const at = memory.allocate(sizeof<Listener>(), alignof<Listener>());
  return at === virt(0) ? null : placeAt<Listener>(at, new Listener());
}

/** Gives back what `createListener` made. Nothing may refer to it any more. */
export function destroyListener(memory: Allocator, listener: Listener): void {
  memory.release(addressOf(listener));
}

/** `count` null pointers to connections; empty where there is no memory. */
export function createPointers(memory: Allocator, count: usize): Slice<Connection | null> {
  const at = memory.allocate(count * 8, 8);
  const pointers = sliceAt<Connection | null>(at, at === virt(0) ? 0 : count);
  for (let i = 0; i < pointers.length; i++) pointers[i] = null;
  return pointers;
}

/** `count` zeroes; empty where there is no memory. */
export function createWords(memory: Allocator, count: usize): Slice<u32> {
  const at = memory.allocate(count * 4, 4);
  const words = sliceAt<u32>(at, at === virt(0) ? 0 : count);
  for (let i = 0; i < words.length; i++) words[i] = 0;
  return words;
}

/** `count` unused records; empty where there is no memory. */
export function createTimeWaitRecords(memory: Allocator, count: usize): Slice<TimeWaitRecord> {
  const size = sizeof<TimeWaitRecord>();
  const at = memory.allocate(count * size, alignof<TimeWaitRecord>());
  if (at === virt(0)) return sliceAt<TimeWaitRecord>(at, 0);
  for (let i = 0; i < count; i++) {
    placeAt<TimeWaitRecord>(virt(u64(at) + i * size), new TimeWaitRecord());
  }
  return sliceAt<TimeWaitRecord>(at, count);
}

/** `count` unused records; empty where there is no memory. */
export function createHalfOpens(memory: Allocator, count: usize): Slice<HalfOpen> {
  const size = sizeof<HalfOpen>();
  const at = memory.allocate(count * size, alignof<HalfOpen>());
  if (at === virt(0)) return sliceAt<HalfOpen>(at, 0);
  for (let i = 0; i < count; i++) placeAt<HalfOpen>(virt(u64(at) + i * size), new HalfOpen());
  return sliceAt<HalfOpen>(at, count);
}

/** Gives back the memory of a table, which may be empty. */
export function releaseTable<T>(memory: Allocator, table: Slice<T>): void {
  memory.release(table.addr);
}

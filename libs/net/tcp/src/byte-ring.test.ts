/** Tests of the byte queue against a plain array that never wraps. */
import { Random } from "@typekraft/netsim";
import { ByteRing } from "./byte-ring.ts";
import { patternAt } from "./testing.ts";

const storage = fixedArray<u8, 97>();
const piece = fixedArray<u8, 128>();
const ring = new ByteRing();
const random = new Random();

function fill(position: usize, count: usize): Slice<u8> {
  const data = piece.slice().sub(0, count);
  for (let i = 0; i < count; i++) data[i] = patternAt(position + i);
  return data;
}

function check(position: usize, data: Slice<u8>): void {
  for (let i = 0; i < data.length; i++) assert(data[i] === patternAt(position + i));
}

/** @test */
export function keepsOrderOverManyWraps(): void {
  ring.attach(storage.slice());
  random.seed(7);
  let written = 0;
  let read = 0;
  for (let round = 0; round < 5000; round++) {
    const offered = random.below(100);
    const room = ring.free;
    const taken = ring.append(fill(written, offered));
    assert(taken === (offered < room ? offered : room));
    written += taken;
    assert(ring.length === written - read && ring.free === 97 - ring.length);
    const into = piece.slice().sub(0, random.below(100));
    const got = ring.take(into);
    check(read, into.sub(0, got));
    read += got;
  }
}

/** @test */
export function placesEarlyBytesBehindTheQueue(): void {
  ring.attach(storage.slice());
  ring.append(fill(0, 90));
  ring.drop(90);
  assert(ring.append(fill(90, 10)) === 10);
  ring.place(30, fill(120, 20));
  ring.place(10, fill(100, 20));
  ring.extend(40);
  assert(ring.length === 50);
  const into = piece.slice().sub(0, 50);
  ring.peek(0, into);
  check(90, into);
  ring.drop(25);
  ring.peek(0, into.sub(0, 25));
  check(115, into.sub(0, 25));
}

/** @test panics distance + data.length <= this.storage.length */
export function refusesToPlaceBeyondItsEnd(): void {
  ring.attach(storage.slice());
  ring.place(90, fill(0, 8));
}

/** @test panics distance + into.length <= this.length */
export function refusesToPeekBeyondTheQueue(): void {
  ring.attach(storage.slice());
  ring.append(fill(0, 8));
  ring.peek(4, piece.slice().sub(0, 5));
}

/**
 * A queue of bytes in borrowed storage: what an application has written and the peer has not
 * acknowledged, or what the peer has sent and the application has not read.
 *
 * Bytes are addressed by their distance from the oldest. Behind the queued bytes there may be
 * others that came too early; `place` puts them there and `extend` makes them part of the queue
 * once the gap before them is filled.
 * Invariant: `start < capacity` (or both are 0) and `length <= capacity`.
 */

/** Holds no memory of its own; the storage must outlive it or be detached. */
export class ByteRing {
  private storage!: Slice<u8>;
  private start: usize = 0;
  /** Bytes queued. */
  length: usize = 0;

  /** Takes `storage` as its memory and becomes empty. */
  attach(storage: Slice<u8>): void {
    this.storage = storage;
    this.start = 0;
    this.length = 0;
  }

  /** Its memory, to be given back; it is empty and without memory afterwards. */
  detach(): Slice<u8> {
    const storage = this.storage;
    this.storage = storage.sub(0, 0);
    this.start = 0;
    this.length = 0;
    return storage;
  }

  get capacity(): usize {
    return this.storage.length;
  }

  get free(): usize {
    return this.storage.length - this.length;
  }

  /** Queues as much of `data` as there is room for; the number of bytes taken. */
  append(data: Slice<u8>): usize {
    const count = data.length < this.free ? data.length : this.free;
    if (count === 0) return 0;
    this.place(this.length, data.sub(0, count));
    this.length += count;
    return count;
  }

  /**
   * Writes `data` at `distance` bytes behind the oldest without queueing it; panics where it does
   * not fit.
   */
  place(distance: usize, data: Slice<u8>): void {
    assert(distance + data.length <= this.storage.length);
    const at = this.wrap(this.start + distance);
    const untilEnd = this.storage.length - at;
    if (data.length <= untilEnd) {
      copyBytes(this.storage.sub(at, data.length), data);
      return;
    }
    copyBytes(this.storage.sub(at, untilEnd), data.sub(0, untilEnd));
    copyBytes(this.storage, data.sub(untilEnd));
  }

  /** Makes the `count` bytes behind the newest, which `place` has written, part of the queue. */
  extend(count: usize): void {
    assert(count <= this.free);
    this.length += count;
  }

  /**
   * Copies `into.length` bytes from `distance` behind the oldest, which stay queued; panics where
   * there are fewer.
   */
  peek(distance: usize, into: Slice<u8>): void {
    assert(distance + into.length <= this.length);
    if (into.length === 0) return;
    const at = this.wrap(this.start + distance);
    const untilEnd = this.storage.length - at;
    if (into.length <= untilEnd) {
      copyBytes(into, this.storage.sub(at, into.length));
      return;
    }
    copyBytes(into, this.storage.sub(at, untilEnd));
    copyBytes(into.sub(untilEnd), this.storage.sub(0, into.length - untilEnd));
  }

  /** Forgets the `count` oldest bytes. */
  drop(count: usize): void {
    assert(count <= this.length);
    this.length -= count;
    this.start = this.wrap(this.start + count);
  }

  /** Moves the oldest bytes to `into`; the number of bytes moved. */
  take(into: Slice<u8>): usize {
    const count = into.length < this.length ? into.length : this.length;
    if (count === 0) return 0;
    this.peek(0, into.sub(0, count));
    this.drop(count);
    return count;
  }

  private wrap(position: usize): usize {
    return position >= this.storage.length ? position - this.storage.length : position;
  }
}

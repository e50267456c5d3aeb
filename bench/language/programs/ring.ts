/**
 * Benchmark `ring`: a generic ring buffer over a slice; two values in, two values out.
 * `head` and `tail` run freely and wrap around; only their difference and their low bits count.
 *
 * @unsafe the harness passes its buffer by address
 */

class Ring<T> {
  private head: u32 = 0;
  private tail: u32 = 0;
  constructor(
    private readonly slots: Slice<T>,
    private readonly mask: u32,
  ) {}

  push(value: T): boolean {
    if (wrapSub(this.head, this.tail) > this.mask) return false;
    this.slots[this.head & this.mask] = value;
    this.head = wrapAdd(this.head, u32(1));
    return true;
  }

  pop(whenEmpty: T): T {
    if (this.head === this.tail) return whenEmpty;
    const value = this.slots[this.tail & this.mask];
    this.tail = wrapAdd(this.tail, u32(1));
    return value;
  }
}

const RING_MASK: u32 = 1023;

/** `rounds` times two pushes and two pops; the sum of what came out. `at` has room for 1024 values. */
export function ringTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const ring = new Ring<u64>(sliceAt<u64>(at, length / 8), RING_MASK);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    ring.push(i);
    ring.push(i * 3);
    const first = ring.pop(0);
    sum += first ^ ring.pop(0);
  }
  return sum;
}

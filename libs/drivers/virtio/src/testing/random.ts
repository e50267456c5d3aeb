/**
 * Numbers for tests that look random and come again with the same seed (xorshift64, Marsaglia
 * 2003).
 */
export class Random {
  /** @param state the seed, not 0 */
  constructor(private state: u64) {}

  next(): u64 {
    let x = this.state;
    x = x ^ (x << 13);
    x = x ^ (x >> 7);
    x = x ^ (x << 17);
    this.state = x;
    return x;
  }

  /** A number below `limit` (> 0). */
  below(limit: u64): u64 {
    return (this.next() >> 11) % limit;
  }

  /** True once in `times` on average. */
  oneIn(times: u64): boolean {
    return this.below(times) === 0;
  }
}

/**
 * Replayable random numbers for tests: xorshift64* from a seed that a failing test prints.
 * Source: S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled"
 * (2016).
 */

export class Random {
  private state: u64 = 0x9e37_79b9;

  /** Starts the sequence of this seed; every value of it is allowed. */
  seed(value: u64): void {
    this.state = value === 0 ? 0x9e37_79b9 : value;
  }

  /** The next 64 random bits. */
  next(): u64 {
    let x = this.state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    this.state = x;
    return wrapMul(x, u64(0x2545_f491_4f6c_dd1dn));
  }

  /** A number from 0 to `limit - 1`; `limit` > 0. */
  below(limit: u64): u64 {
    assert(limit > 0);
    return (this.next() >> 1) % limit;
  }

  /** True in `perMille` of 1000 cases. */
  chance(perMille: u32): boolean {
    if (perMille === 0) return false;
    return this.below(1000) < perMille;
  }

  /** Fills `into` with random bytes. */
  fill(into: Slice<u8>): void {
    for (let i = 0; i < into.length; i++) into[i] = u8(this.next() >> 32);
  }
}

/**
 * Numbers for identifiers and first choices (ports, transaction ids) that should differ from boot
 * to boot: splitmix64 over the times at which they were asked for. Whoever knows the clock can
 * guess them; nothing may rely on their secrecy.
 * Source: S. Vigna, splitmix64 (public domain reference code of xoshiro).
 */

export class WeakRandom {
  private state: u64 = 0;

  /** 64 bits; `entropy` is anything that varies: a clock, an address. */
  next(entropy: u64): u64 {
    this.state = wrapAdd(this.state ^ entropy, u64(0x9e37_79b9_7f4a_7c15n));
    let x = this.state;
    x = wrapMul(x ^ (x >> 30), u64(0xbf58_476d_1ce4_e5b9n));
    x = wrapMul(x ^ (x >> 27), u64(0x94d0_49bb_1331_11ebn));
    return x ^ (x >> 31);
  }
}

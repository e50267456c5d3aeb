/**
 * A rate limit with bursts: a bucket that gains one token per interval, up to the burst, and starts
 * full.
 *
 * Instead of a count of tokens it keeps the time at which the bucket will be full again, so that
 * there is nothing to refill (the generic cell rate algorithm).
 */

export class RateLimit {
  private fullAtNs: u64 = 0;

  /**
   * Takes a token; false where there is none. `intervalNs` is the time that one token takes to come
   * back.
   */
  take(nowNs: u64, intervalNs: u64, burst: u64): boolean {
    let fullAt = this.fullAtNs;
    if (fullAt < nowNs) fullAt = nowNs;
    if (fullAt - nowNs > intervalNs * (burst - 1)) return false;
    this.fullAtNs = fullAt + intervalNs;
    return true;
  }
}

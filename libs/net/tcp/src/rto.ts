/**
 * How long to wait for an acknowledgement: the retransmission timeout, from measured round-trip
 * times.
 *
 * One segment at a time is measured, and never one that was sent twice (Karn). The timeout doubles
 * at each expiry, and stays doubled until a new measurement. One deviation: the lower bound is 200
 * ms above the smoothed time instead of 1 s (RFC 6298 §2.4), as Linux and the BSDs do; a lost last
 * segment of an answer would stall a client for a second otherwise.
 * Source: RFC 6298.
 */

const MS: u64 = 1_000_000;
/** Before the first measurement, RFC 6298 §2.1. */
export const INITIAL_RTO_NS: u64 = u64(1000) * MS;
/** The least that the variation counts for. */
export const MIN_VARIATION_NS: u64 = u64(200) * MS;
/** RFC 6298 §2.5 allows a bound of 60 s or more. */
export const MAX_RTO_NS: u64 = u64(60_000) * MS;

export class RttEstimator {
  /** Smoothed round-trip time; 0 before the first measurement. */
  srttNs: u64 = 0;
  rttvarNs: u64 = 0;
  private baseNs: u64 = INITIAL_RTO_NS;
  /** How often the timer has expired since the last measurement or progress. */
  expiries: u32 = 0;
  /** Whether the segment that ends at `endSeq` is being measured since `startNs`. */
  measuring = false;
  endSeq: u32 = 0;
  private startNs: u64 = 0;

  /** The timeout for a segment that is sent now. */
  rtoNs(): u64 {
    // 16 doublings of even the shortest timeout are beyond the bound; a larger shift could
    // overflow.
    const shift: u32 = this.expiries < 16 ? this.expiries : 16;
    const timeout = this.baseNs << shift;
    return timeout < MAX_RTO_NS ? timeout : MAX_RTO_NS;
  }

  /** Begins to measure with a segment of new data whose last byte is before `endSeq`. */
  start(endSeq: u32, nowNs: u64): void {
    this.measuring = true;
    this.endSeq = endSeq;
    this.startNs = nowNs;
  }

  /**
   * Gives the measurement up: something was retransmitted, so the acknowledgement says nothing
   * (Karn).
   */
  cancel(): void {
    this.measuring = false;
  }

  /** Ends the measurement: the segment has been acknowledged at `nowNs`. */
  finish(nowNs: u64): void {
    this.measuring = false;
    this.sample(nowNs > this.startNs ? nowNs - this.startNs : 0);
  }

  /** Takes in one measurement, RFC 6298 §2.2 and §2.3. */
  sample(rttNs: u64): void {
    if (this.srttNs === 0) {
      this.srttNs = rttNs > 0 ? rttNs : 1;
      this.rttvarNs = rttNs / 2;
    } else {
      const difference = this.srttNs > rttNs ? this.srttNs - rttNs : rttNs - this.srttNs;
      this.rttvarNs = (this.rttvarNs * 3 + difference) / 4;
      this.srttNs = (this.srttNs * 7 + rttNs) / 8;
      if (this.srttNs === 0) this.srttNs = 1;
    }
    const variation = this.rttvarNs * 4;
    this.baseNs = this.srttNs + (variation > MIN_VARIATION_NS ? variation : MIN_VARIATION_NS);
    this.expiries = 0;
  }

  /** The timer has expired: the next timeout is twice as long, RFC 6298 §5.5. */
  backOff(): void {
    this.cancel();
    this.expiries++;
  }

  /**
   * New data has been acknowledged: the path works again, so the next loss waits for one plain
   * timeout.
   */
  progress(): void {
    this.expiries = 0;
  }

  /**
   * The handshake needed a retransmission and measured nothing: RFC 6298 §5.7 asks for 3 s then.
   */
  handshakeWasLossy(): void {
    if (this.srttNs === 0) this.baseNs = u64(3000) * MS;
    this.expiries = 0;
  }
}

/**
 * How much may be on its way at once: slow start, congestion avoidance, fast retransmit and NewReno
 * fast recovery.
 *
 * All quantities are bytes. The caller tells of acknowledgements and losses, and asks for `allowance`.
 * Without SACK, each duplicate acknowledgement means that one segment has left the network, so that
 * it inflates the window during recovery.
 * Source: RFC 5681 §3, RFC 6582 §3.2, RFC 3042, RFC 6928 (initial window of ten segments).
 */
import { seqAtMost, seqBefore } from "./sequence.ts";

/** Duplicate acknowledgements that mean a loss, RFC 5681 §3.2. */
export const DUPLICATES_FOR_LOSS = 3;

/** What an acknowledgement of new data asks the sender to do. */
export enum AfterAck {
  Continue,
  /** A partial acknowledgement in recovery: the next segment is lost as well, retransmit it. */
  RetransmitNext,
}

export class CongestionControl {
  /** The congestion window. */
  window: u32 = 0;
  /** The slow start threshold. */
  threshold: u32 = u32(0xffff_ffff);
  duplicates: u32 = 0;
  inRecovery = false;
  /** The highest sequence number sent when the last loss was noticed. */
  private recover: u32 = 0;
  /** Bytes acknowledged since the window last grew, in congestion avoidance. */
  private acknowledged: u32 = 0;
  private mss: u32 = 536;

  /**
   * `iss` is the initial sequence number; `handshakeWasLossy` shrinks the initial window to one
   * segment (RFC 5681 §3.1).
   */
  begin(mss: u32, iss: u32, handshakeWasLossy: boolean): void {
    this.mss = mss;
    this.recover = iss;
    const most: u32 = mss * 2 > 14_600 ? mss * 2 : 14_600;
    const ten: u32 = mss * 10;
    this.window = handshakeWasLossy ? mss : ten < most ? ten : most;
  }

  /**
   * New data up to `ack` has been acknowledged, `count` bytes; `flight` bytes are still on their
   * way.
   */
  acknowledge(ack: u32, count: u32, flight: u32): AfterAck {
    this.duplicates = 0;
    if (!this.inRecovery) {
      this.grow(count);
      return AfterAck.Continue;
    }
    if (seqAtMost(this.recover, ack)) {
      // A full acknowledgement: RFC 6582 §3.2 step 3, first option, which avoids a burst.
      const least: u32 = (flight > this.mss ? flight : this.mss) + this.mss;
      this.window = this.threshold < least ? this.threshold : least;
      this.inRecovery = false;
      this.acknowledged = 0;
      return AfterAck.Continue;
    }
    // A partial one deflates by what left the network, plus one segment for the retransmission that
    // goes out now.
    this.window = this.window > count ? this.window - count : 0;
    if (count >= this.mss) this.window += this.mss;
    if (this.window < this.mss) this.window = this.mss;
    return AfterAck.RetransmitNext;
  }

  /**
   * A duplicate acknowledgement of `ack` came while `flight` bytes were on their way and `highest`
   * was the end of what has been sent. True where the segment at `ack` is to be retransmitted now.
   */
  duplicate(ack: u32, highest: u32, flight: u32): boolean {
    this.duplicates++;
    if (this.inRecovery) {
      this.increase(this.mss);
      return false;
    }
    if (this.duplicates !== DUPLICATES_FOR_LOSS) return false;
    // Duplicates that stem from a retransmission after a timeout are no new loss: RFC 6582 §4.1.
    if (!seqBefore(this.recover, ack)) return false;
    this.halve(flight);
    this.recover = highest;
    this.inRecovery = true;
    this.window = this.threshold + this.mss * DUPLICATES_FOR_LOSS;
    return true;
  }

  /**
   * The retransmission timer has expired; `highest` is the end of what has been sent. RFC 5681
   * §3.1, equation 4.
   */
  timeout(highest: u32, flight: u32, first: boolean): void {
    if (first) this.halve(flight);
    this.recover = highest;
    this.inRecovery = false;
    this.duplicates = 0;
    this.acknowledged = 0;
    this.window = this.mss;
  }

  /**
   * After an idle time of more than one timeout the old window says nothing any more, RFC 5681
   * §4.1.
   */
  restart(): void {
    const ten: u32 = this.mss * 10;
    if (this.window > ten) this.window = ten;
  }

  /**
   * What may be on its way now. The first two duplicates let one new segment out each: they say
   * that segments arrive, and the answers to new ones make up the third duplicate (RFC 3042).
   */
  allowance(): u32 {
    if (this.inRecovery || this.duplicates === 0) return this.window;
    const limited: u32 = this.duplicates < DUPLICATES_FOR_LOSS ? this.duplicates : 0;
    return this.window + limited * this.mss;
  }

  private grow(count: u32): void {
    if (this.window < this.threshold) {
      this.increase(count < this.mss ? count : this.mss);
      return;
    }
    // Appropriate byte counting: one segment for each window's worth, RFC 3465 §2.1.
    this.acknowledged += count;
    if (this.acknowledged >= this.window) {
      this.acknowledged -= this.window;
      this.increase(this.mss);
    }
  }

  /**
   * Bounded, because an unlimited window would overflow and no window is wider than RFC 7323
   * allows.
   */
  private increase(bytes: u32): void {
    if (this.window < 0x4000_0000) this.window += bytes;
  }

  private halve(flight: u32): void {
    const half: u32 = flight / 2;
    const least: u32 = this.mss * 2;
    this.threshold = half > least ? half : least;
  }
}

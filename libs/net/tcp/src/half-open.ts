/**
 * Half-open connections of passive opens: a SYN has come, a SYN-ACK has gone, the final ACK is
 * awaited.
 *
 * They are small records in a table of fixed size, without buffers, so that a flood of SYNs costs
 * no memory; when the table is full the listener goes over to cookies. The records in use are the
 * first `count`; few enough to look through.
 * Source: RFC 9293 §3.10.7.2 and §3.10.7.4 (SYN-RECEIVED), RFC 4987 §3.4 (SYN cache).
 */
import type { Listener } from "./listener.ts";
import { NO_DEADLINE } from "@typekraft/plat";

/**
 * How often the SYN-ACK is sent again before the client is given up: after 1, 2 and 4 s, and 8 s of
 * waiting.
 */
const SYN_ACK_RETRIES: u8 = 3;
const FIRST_RETRY_NS: u64 = 1_000_000_000;

export class HalfOpen {
  localAddress: u32 = 0;
  remoteAddress: u32 = 0;
  localPort: u16 = 0;
  remotePort: u16 = 0;
  irs: u32 = 0;
  iss: u32 = 0;
  /** Of the peer: MSS, window scale (`NO_SCALE`: it sent none) and window. */
  mss: u32 = 0;
  scale: u8 = 0;
  window: u16 = 0;
  retries: u8 = 0;
  /** The client's SYN has come again, and the SYN-ACK was sent once more for it. */
  repeated = false;
  /** When the SYN-ACK was sent first, for the first measurement of the round trip. */
  sentNs: u64 = 0;
  retryNs: u64 = 0;
  listener: Listener | null = null;
}

export class HalfOpenTable {
  private records!: Slice<HalfOpen>;
  count: usize = 0;
  /** Not later than the first time at which a record has something to do. */
  nextNs: u64 = NO_DEADLINE;

  attach(records: Slice<HalfOpen>): void {
    this.records = records;
    this.count = 0;
    this.nextNs = NO_DEADLINE;
  }

  isFull(): boolean {
    return this.count === this.records.length;
  }

  at(index: usize): HalfOpen {
    assert(index < this.count);
    return this.records[index];
  }

  find(localAddress: u32, localPort: u16, remoteAddress: u32, remotePort: u16): HalfOpen | null {
    for (let i = 0; i < this.count; i++) {
      const h = this.records[i];
      if (
        h.remotePort === remotePort &&
        h.remoteAddress === remoteAddress &&
        h.localPort === localPort &&
        h.localAddress === localAddress
      ) {
        return h;
      }
    }
    return null;
  }

  /** A record to fill in; the table must not be full. Its SYN-ACK is sent now. */
  add(nowNs: u64): HalfOpen {
    assert(!this.isFull());
    const h = this.records[this.count];
    this.count++;
    h.retries = 0;
    h.repeated = false;
    h.sentNs = nowNs;
    this.schedule(h, nowNs + FIRST_RETRY_NS);
    return h;
  }

  /** Forgets the record; another one may take its place in memory. */
  remove(h: HalfOpen): void {
    for (let i = 0; i < this.count; i++) {
      if (this.records[i] === h) {
        this.count--;
        if (i !== this.count) moveRecord(h, this.records[this.count]);
        return;
      }
    }
    unreachable();
  }

  /** Forgets all that belong to a listener: it is closed. */
  removeAll(listener: Listener): void {
    let i = 0;
    while (i < this.count) {
      if (this.records[i].listener === listener) this.remove(this.records[i]);
      else i++;
    }
  }

  /**
   * The next record whose SYN-ACK has to be sent again now; null where there is none. Records that
   * have waited long enough are forgotten on the way.
   */
  takeDue(nowNs: u64): HalfOpen | null {
    if (nowNs < this.nextNs) return null;
    let i = 0;
    this.nextNs = NO_DEADLINE;
    while (i < this.count) {
      const h = this.records[i];
      if (nowNs < h.retryNs) {
        if (h.retryNs < this.nextNs) this.nextNs = h.retryNs;
        i++;
      } else if (h.retries === SYN_ACK_RETRIES) {
        this.remove(h);
      } else {
        h.retries++;
        this.schedule(h, nowNs + (FIRST_RETRY_NS << h.retries));
        // The rest of the table has not been looked at.
        this.nextNs = nowNs;
        return h;
      }
    }
    return null;
  }

  private schedule(h: HalfOpen, retryNs: u64): void {
    h.retryNs = retryNs;
    if (retryNs < this.nextNs) this.nextNs = retryNs;
  }
}

function moveRecord(to: HalfOpen, from: HalfOpen): void {
  to.localAddress = from.localAddress;
  to.remoteAddress = from.remoteAddress;
  to.localPort = from.localPort;
  to.remotePort = from.remotePort;
  to.irs = from.irs;
  to.iss = from.iss;
  to.mss = from.mss;
  to.scale = from.scale;
  to.window = from.window;
  to.retries = from.retries;
  to.repeated = from.repeated;
  to.sentNs = from.sentNs;
  to.retryNs = from.retryNs;
  to.listener = from.listener;
}

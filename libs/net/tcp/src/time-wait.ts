/**
 * TIME-WAIT: closed connections that are remembered so that stray segments of them do no harm, as
 * records of a few words.
 *
 * The records lie in a ring in the order in which they were made. All of them live equally long, so
 * that the oldest is the first to expire, expiry needs no timer (a record that is too old is not
 * found), and a full table gives up the one that mattered least. What is deliberately short: they
 * live 60 s instead of twice the 2 minutes of RFC 9293 §3.4.2, as on Linux.
 */
import { tupleHash } from "./demux.ts";

/** How long a record is found. */
export const TIME_WAIT_NS: u64 = 60_000_000_000;
/** No record: links are indices plus 1. */
const NONE: u32 = 0;

/** One remembered connection. */
export class TimeWaitRecord {
  localAddress: u32 = 0;
  remoteAddress: u32 = 0;
  localPort: u16 = 0;
  remotePort: u16 = 0;
  used = false;
  /** Index plus 1 of the next record in the same chain. */
  next: u32 = NONE;
  sndNxt: u32 = 0;
  rcvNxt: u32 = 0;
  /** The window field of the ACKs that answer for it. */
  window: u16 = 0;
  expiresNs: u64 = 0;
}

export class TimeWaitTable {
  private records!: Slice<TimeWaitRecord>;
  private chains!: Slice<u32>;
  private secret: u64 = 0;
  private newest: usize = 0;

  /** Takes its memory: `chains` is zero and a power of two long. */
  attach(records: Slice<TimeWaitRecord>, chains: Slice<u32>, secret: u64): void {
    assert(records.length > 0 && popcount(chains.length) === 1);
    this.records = records;
    this.chains = chains;
    this.secret = secret;
    this.newest = 0;
  }

  /** A record for this connection, with the four values set; the caller fills in the rest. */
  add(
    localAddress: u32,
    localPort: u16,
    remoteAddress: u32,
    remotePort: u16,
    nowNs: u64,
  ): TimeWaitRecord {
    this.newest = this.newest + 1 === this.records.length ? 0 : this.newest + 1;
    const record = this.records[this.newest];
    if (record.used) this.forget(record);
    record.localAddress = localAddress;
    record.localPort = localPort;
    record.remoteAddress = remoteAddress;
    record.remotePort = remotePort;
    record.used = true;
    record.expiresNs = nowNs + TIME_WAIT_NS;
    const chain = this.chainOf(record);
    record.next = this.chains[chain];
    this.chains[chain] = u32(this.newest + 1);
    return record;
  }

  /** The record of this connection, unless it has expired. */
  find(
    localAddress: u32,
    localPort: u16,
    remoteAddress: u32,
    remotePort: u16,
    nowNs: u64,
  ): TimeWaitRecord | null {
    const hash = tupleHash(this.secret, localAddress, localPort, remoteAddress, remotePort);
    let link = this.chains[usize(hash) & (this.chains.length - 1)];
    while (link !== NONE) {
      const record = this.records[link - 1];
      if (
        record.remotePort === remotePort &&
        record.remoteAddress === remoteAddress &&
        record.localPort === localPort &&
        record.localAddress === localAddress
      ) {
        return nowNs < record.expiresNs ? record : null;
      }
      link = record.next;
    }
    return null;
  }

  /** Whether a record that has not expired uses this local port. */
  usesPort(localPort: u16, nowNs: u64): boolean {
    for (const record of this.records) {
      if (record.used && record.localPort === localPort && nowNs < record.expiresNs) return true;
    }
    return false;
  }

  /** Takes a used record out: a new connection between the same ends begins. */
  forget(record: TimeWaitRecord): void {
    assert(record.used);
    const chain = this.chainOf(record);
    let link = this.chains[chain];
    let before: u32 = NONE;
    while (link !== NONE && this.records[link - 1] !== record) {
      before = link;
      link = this.records[link - 1].next;
    }
    assert(link !== NONE);
    if (before === NONE) this.chains[chain] = record.next;
    else this.records[before - 1].next = record.next;
    record.used = false;
  }

  private chainOf(record: TimeWaitRecord): usize {
    const hash = tupleHash(
      this.secret,
      record.localAddress,
      record.localPort,
      record.remoteAddress,
      record.remotePort,
    );
    return usize(hash) & (this.chains.length - 1);
  }
}

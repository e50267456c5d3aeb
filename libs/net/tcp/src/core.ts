/**
 * What all mechanisms of one TCP instance share: the tables, the lists of connections with work to
 * do, the secrets.
 *
 * Connections die in two steps: `finish` takes them out of all tables at once, and `reap`, at the
 * end of a batch, frees those that nobody holds any more, so that no mechanism finds a connection
 * freed that it is working on.
 */
import type { Allocator } from "@typekraft/alloc";
import type { IpInterface } from "@typekraft/ip";
import { NO_DEADLINE } from "@typekraft/plat";
import type { WaitQueue } from "@typekraft/sched";
import { Connection, TcpError, TcpState } from "./connection.ts";
import { TcpCounters } from "./counters.ts";
import { ConnectionTable } from "./demux.ts";
import { HalfOpenTable } from "./half-open.ts";
import { Segment } from "./header.ts";
import { TcpLimits } from "./limits.ts";
import type { Listener } from "./listener.ts";
import {
  createConnection,
  createHalfOpens,
  createPointers,
  createTimeWaitRecords,
  createWords,
  destroyConnection,
  releaseTable,
} from "./memory.ts";
import { SipKey, sipHash } from "./siphash.ts";
import { TimeWaitTable } from "./time-wait.ts";
import { TimerHeap } from "./timers.ts";

export class TcpCore {
  readonly counters = new TcpCounters();
  readonly table = new ConnectionTable();
  readonly timers = new TimerHeap();
  readonly timeWait = new TimeWaitTable();
  readonly halfOpen = new HalfOpenTable();
  readonly key = new SipKey();
  /** The segment that is being processed. */
  readonly segment = new Segment();
  listeners: Listener | null = null;
  /** Connections that exist in memory. */
  live: u32 = 0;
  /** When a cookie was last sent; cookies are believed only for a while after that. */
  lastCookieNs: u64 = NO_DEADLINE;
  /** Time of the event that is being processed. */
  nowNs: u64 = 0;
  offload = false;
  started = false;
  private pendingHead: Connection | null = null;
  private pendingTail: Connection | null = null;
  pendingCount: usize = 0;
  private deadHead: Connection | null = null;

  constructor(
    readonly ip: IpInterface,
    readonly memory: Allocator,
    readonly limits: TcpLimits,
  ) {}

  /**
   * Allocates the tables; false where there is no memory for them. `secret` is two words that no
   * peer knows.
   */
  start(secretLow: u64, secretHigh: u64): boolean {
    const limits = this.limits;
    this.key.low = secretLow;
    this.key.high = secretHigh;
    const bucketCount = powerOfTwoFrom(usize(limits.connections));
    const chainCount = powerOfTwoFrom(usize(limits.timeWait));
    const buckets = createPointers(this.memory, bucketCount);
    const entries = createPointers(this.memory, usize(limits.connections));
    const halfOpens = createHalfOpens(this.memory, usize(limits.halfOpen));
    const records = createTimeWaitRecords(this.memory, usize(limits.timeWait));
    const chains = createWords(this.memory, chainCount);
    const connections = buckets.length !== 0 && entries.length !== 0;
    const others = halfOpens.length !== 0 && records.length !== 0 && chains.length !== 0;
    if (!connections || !others) {
      releaseTable(this.memory, buckets);
      releaseTable(this.memory, entries);
      releaseTable(this.memory, halfOpens);
      releaseTable(this.memory, records);
      releaseTable(this.memory, chains);
      return false;
    }
    const tableSecret = sipHash(this.key, 0, 1);
    this.table.attach(buckets, tableSecret);
    this.timers.attach(entries);
    this.halfOpen.attach(halfOpens);
    this.timeWait.attach(records, chains, tableSecret);
    this.started = true;
    return true;
  }

  /** Reads the clock; every entry into the stack does so first. */
  tick(): void {
    this.nowNs = this.ip.nowNs();
    this.offload = this.ip.checksumOffload();
  }

  /** Bytes of payload in the segments that we can receive. */
  localMss(): u32 {
    const mtu = u32(this.ip.mtu());
    return mtu > 576 ? mtu - 40 : 536;
  }

  wake(queue: WaitQueue): void {
    if (queue.head !== null) this.ip.wake(queue);
  }

  /**
   * An initial sequence number for this connection: RFC 6528 §3, a clock of 4 µs plus a keyed hash.
   */
  initialSequence(localAddress: u32, localPort: u16, remoteAddress: u32, remotePort: u16): u32 {
    const addresses = (u64(remoteAddress) << 32) | u64(localAddress);
    const ports = (u64(remotePort) << 16) | u64(localPort);
    return wrapAdd(u32(sipHash(this.key, addresses, ports)), u32(this.nowNs / 4000));
  }

  /** A new connection in no table; null where there are too many, or there is no memory. */
  allocate(): Connection | null {
    if (this.live >= this.limits.connections) return null;
    const receiveBytes = usize(this.limits.receiveBytes);
    const c = createConnection(this.memory, receiveBytes, usize(this.limits.sendBytes));
    if (c !== null) this.live++;
    return c;
  }

  /** The shift that our receive windows need, RFC 7323 §2.3. */
  windowScale(): u8 {
    let scale: u8 = 0;
    while (scale < 14 && this.limits.receiveBytes >> u32(scale) > 0xffff) scale++;
    return scale;
  }

  findListener(port: u16): Listener | null {
    let listener = this.listeners;
    while (listener !== null && listener.port !== port) listener = listener.next;
    return listener;
  }

  /**
   * A port for a listener that asked for any: no listener has it, and no connection began from it.
   */
  freeListenerPort(): u16 {
    for (;;) {
      const port = this.table.ephemeralPort();
      if (this.findListener(port) === null && !this.table.usesPort(port)) return port;
    }
  }

  /**
   * Puts the connection on the list of those that have something to send at the end of the batch.
   */
  addPending(c: Connection): void {
    if (c.pending || c.dead) return;
    c.pending = true;
    c.pendingNext = null;
    const last = this.pendingTail;
    if (last === null) this.pendingHead = c;
    else last.pendingNext = c;
    this.pendingTail = c;
    this.pendingCount++;
  }

  /** The next connection of that list, taken off it; null where it is empty. */
  takePending(): Connection | null {
    const c = this.pendingHead;
    if (c === null) return null;
    this.pendingHead = c.pendingNext;
    if (this.pendingHead === null) this.pendingTail = null;
    c.pendingNext = null;
    c.pending = false;
    this.pendingCount--;
    return c;
  }

  /** Whether `takePending` or `reap` would find something. */
  hasWork(): boolean {
    return this.pendingHead !== null || this.deadHead !== null;
  }

  /** Sets the retransmission deadline. */
  armRetransmit(c: Connection, deadlineNs: u64): void {
    c.retransmitNs = deadlineNs;
    this.timers.ensure(c, deadlineNs);
  }

  /** Sets the delayed-ACK deadline. */
  armDelayedAck(c: Connection, deadlineNs: u64): void {
    c.delayedAckNs = deadlineNs;
    this.timers.ensure(c, deadlineNs);
  }

  /** Sets the deadline at which an abandoned connection is given up. */
  armLinger(c: Connection, deadlineNs: u64): void {
    c.lingerNs = deadlineNs;
    this.timers.ensure(c, deadlineNs);
  }

  /**
   * Ends a connection: it leaves all tables, whoever waits is woken, and without a user it will be
   * freed.
   */
  finish(c: Connection, error: TcpError): void {
    if (c.state === TcpState.Closed) return;
    c.state = TcpState.Closed;
    c.error = error;
    this.table.remove(c);
    this.timers.remove(c);
    const listener = c.listener;
    if (listener !== null) listener.remove(c);
    this.wake(c.readers);
    this.wake(c.writers);
    if (!c.owned) this.bury(c);
  }

  /** The connection, Closed, has no user any more: the next `reap` frees it. */
  bury(c: Connection): void {
    assert(c.state === TcpState.Closed && !c.owned && !c.dead);
    c.dead = true;
    c.deadNext = this.deadHead;
    this.deadHead = c;
  }

  /** Frees the dead. Only where no mechanism is at work on a connection. */
  reap(): void {
    let c = this.deadHead;
    this.deadHead = null;
    while (c !== null) {
      const next = c.deadNext;
      if (c.pending) {
        c.deadNext = this.deadHead;
        this.deadHead = c;
      } else {
        this.live--;
        destroyConnection(this.memory, c);
      }
      c = next;
    }
  }
}

function powerOfTwoFrom(least: usize): usize {
  let size = 1;
  while (size < least) size *= 2;
  return size;
}

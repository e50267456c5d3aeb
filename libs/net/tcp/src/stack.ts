/**
 * The TCP protocol of one IP interface: takes segments from IP, finds whom they are for, and offers
 * the user's calls.
 *
 * Everything happens within calls of `receive`, `endOfBatch`, `runTimers` and the user's calls;
 * none of them blocks, and the clock is that of the IP interface. Segments are queued at the
 * device; `ip.flush` announces them.
 * Source: RFC 9293. Context: threads and pollers of the cooperative scheduler, not interrupts.
 */
import type { IpProtocol } from "@typekraft/ip";
import type { Packet } from "@typekraft/netdev";
import {
  PROTOCOL_TCP,
  checksumIsValid,
  checksumSum,
  packetData,
  pseudoHeaderSum,
} from "@typekraft/wire";
import { timeWaitArrives } from "./closing.ts";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { nextDeadline, serveDeadlines } from "./deadlines.ts";
import { rejectSegment, sendAck } from "./emit.ts";
import { halfOpenArrives, listenerArrives } from "./handshake.ts";
import { type Segment, parseSegment } from "./header.ts";
import { segmentArrives } from "./input.ts";
import type { Listener } from "./listener.ts";
import { createListener, destroyListener } from "./memory.ts";
import { transmit } from "./snd.ts";
import {
  finishSending,
  openActive,
  push,
  readBytes,
  releaseConnection,
  resetConnection,
  writeBytes,
} from "./user.ts";

/**
 * Errors are results; a call on a connection that its caller has let go of is a programming error.
 */
export class TcpStack implements IpProtocol {
  /** `core` has been started, and no other stack uses it. */
  constructor(readonly core: TcpCore) {}

  /** Registers with IP. Once, after `core.start`. */
  start(): void {
    assert(this.core.started, "TCP has no tables yet");
    this.core.ip.setProtocol(PROTOCOL_TCP, this);
  }

  /** A segment from IP, see `IpProtocol`. */
  receive(packet: Packet, source: u32, destination: u32): void {
    const core = this.core;
    core.tick();
    core.counters.segmentsReceived++;
    const data = packetData(packet);
    const s = core.segment;
    s.localAddress = destination;
    s.remoteAddress = source;
    if (checksumIsGood(packet, data, source, destination) && parseSegment(data, s)) {
      this.dispatch(s);
    } else {
      core.counters.malformed++;
    }
    core.ip.release(packet);
  }

  /**
   * Sends what was written, read and received since the last time, and frees connections that have
   * ended.
   */
  endOfBatch(): void {
    const core = this.core;
    if (!core.hasWork()) return;
    core.tick();
    // What is put on the list meanwhile, for want of packets, waits for the next time.
    for (let rest = core.pendingCount; rest > 0; rest--) {
      const c = core.takePending();
      if (c === null) break;
      if (c.state === TcpState.Closed) continue;
      c.pushNow = true;
      transmit(core, c);
      if (c.ackNow) sendAck(core, c);
    }
    core.reap();
  }

  /** When `runTimers` is to be called at the latest; `NO_DEADLINE` where nothing is to come. */
  nextDeadlineNs(): u64 {
    return nextDeadline(this.core);
  }

  /** Retransmits, probes, acknowledges and gives up whatever is due. */
  runTimers(): void {
    this.core.tick();
    serveDeadlines(this.core);
    this.core.reap();
  }

  /**
   * Accepts connections on a port (0: any free one); InUse or NoResources where that is impossible.
   */
  listen(port: u16, backlog: u32): [Listener | null, TcpError] {
    const core = this.core;
    const chosen = port === 0 ? core.freeListenerPort() : port;
    if (core.findListener(chosen) !== null) return [null, TcpError.InUse];
    const listener = createListener(core.memory);
    if (listener === null) return [null, TcpError.NoResources];
    listener.port = chosen;
    listener.backlog = backlog > 0 ? backlog : 1;
    listener.next = core.listeners;
    core.listeners = listener;
    return [listener, TcpError.None];
  }

  /** The connection that has waited longest, now the caller's; null where none waits. */
  accept(listener: Listener): Connection | null {
    const c = listener.pop();
    if (c !== null) c.owned = true;
    return c;
  }

  /** Resets the connections that wait, forgets the half-open ones, and frees the listener. */
  closeListener(listener: Listener): void {
    const core = this.core;
    core.tick();
    for (;;) {
      const c = listener.pop();
      if (c === null) break;
      resetConnection(core, c);
    }
    core.halfOpen.removeAll(listener);
    if (core.listeners === listener) {
      core.listeners = listener.next;
    } else {
      let before = core.listeners;
      while (before !== null && before.next !== listener) before = before.next;
      assert(before !== null);
      before.next = listener.next;
    }
    core.wake(listener.acceptors);
    destroyListener(core.memory, listener);
    core.reap();
  }

  /**
   * Begins to connect; the result is the caller's. Its state tells when it is open, or Closed and
   * why.
   */
  connect(address: u32, port: u16): [Connection | null, TcpError] {
    this.core.tick();
    return openActive(this.core, address, port);
  }

  /** Moves received bytes to `into`; 0 where there are none now. */
  read(c: Connection, into: Slice<u8>): usize {
    return readBytes(this.core, c, into);
  }

  /**
   * Whether a reader has something to do: data, the end of the stream, or the end of the
   * connection.
   */
  readable(c: Connection): boolean {
    return c.receiveRing.length !== 0 || c.finReceived || c.state === TcpState.Closed;
  }

  /** Queues as much of `data` as fits; how many bytes. */
  write(c: Connection, data: Slice<u8>): usize {
    this.core.tick();
    return writeBytes(this.core, c, data);
  }

  /** Queues what is written as segments at the device, the last one even if it is not full. */
  flush(c: Connection): void {
    this.core.tick();
    push(this.core, c);
  }

  /** No more writes; the FIN leaves at the end of the batch. */
  shutdown(c: Connection): void {
    finishSending(this.core, c);
  }

  /**
   * Lets go of the connection, which ends orderly in the background; the caller's last use of it.
   */
  close(c: Connection): void {
    this.core.tick();
    releaseConnection(this.core, c);
  }

  /** Lets go of the connection and resets it; the caller's last use of it. */
  abort(c: Connection): void {
    this.core.tick();
    assert(c.owned);
    c.owned = false;
    if (c.state === TcpState.Closed) this.core.bury(c);
    else resetConnection(this.core, c);
  }

  private dispatch(s: Segment): void {
    const core = this.core;
    const c = core.table.find(s.localAddress, s.localPort, s.remoteAddress, s.remotePort);
    if (c !== null) {
      segmentArrives(core, c, s);
      return;
    }
    const old = core.timeWait.find(
      s.localAddress,
      s.localPort,
      s.remoteAddress,
      s.remotePort,
      core.nowNs,
    );
    if (old !== null) {
      if (!timeWaitArrives(core, old, s)) return;
      core.timeWait.forget(old);
    }
    const h = core.halfOpen.find(s.localAddress, s.localPort, s.remoteAddress, s.remotePort);
    if (h !== null) {
      halfOpenArrives(core, h, s);
      return;
    }
    const listener = core.findListener(s.localPort);
    if (listener !== null) listenerArrives(core, listener, s, old);
    else rejectSegment(core, s);
  }
}

/** Whether the device or we have verified the checksum. */
function checksumIsGood(packet: Packet, data: Slice<u8>, source: u32, destination: u32): boolean {
  if (packet.checksumValid) return true;
  const sum = pseudoHeaderSum(source, destination, PROTOCOL_TCP, u16(data.length));
  return checksumIsValid(checksumSum(data, sum));
}

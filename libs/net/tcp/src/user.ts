/**
 * The calls of a connection's user: RFC 9293 §3.10.1 to §3.10.5, without blocking.
 *
 * A user holds a connection from `connect` or `accept` until `close` or `abort`, and nothing else
 * frees it meanwhile.
 */
import { ipv4IsLoopback, ipv4IsMulticast } from "@typekraft/wire";
import { lingerWithoutUser } from "./closing.ts";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { EPHEMERAL_PORTS } from "./demux.ts";
import { sendReset, sendSyn } from "./emit.ts";
import { seqAdd } from "./sequence.ts";
import { transmit } from "./snd.ts";
import { windowHasOpened } from "./window.ts";

/**
 * Begins an active open: RFC 9293 §3.10.1. The connection is in SYN-SENT; `writers` is woken when
 * that changes.
 */
export function openActive(core: TcpCore, address: u32, port: u16): [Connection | null, TcpError] {
  const local = core.ip.sourceFor(address);
  if (local === 0 || port === 0 || !hasRoute(core, address)) return [null, TcpError.Unreachable];
  const localPort = freePort(core, local, address, port);
  if (localPort === 0) return [null, TcpError.NoResources];
  const c = core.allocate();
  if (c === null) return [null, TcpError.NoResources];
  c.owned = true;
  c.localAddress = local;
  c.localPort = localPort;
  c.remoteAddress = address;
  c.remotePort = port;
  c.state = TcpState.SynSent;
  c.iss = core.initialSequence(local, localPort, address, port);
  c.sndUna = c.iss;
  c.sndNxt = seqAdd(c.iss, 1);
  c.sndMax = c.sndNxt;
  c.sndBase = c.sndNxt;
  c.scaling = true;
  c.rcvScale = core.windowScale();
  core.table.insert(c);
  c.rtt.start(c.sndNxt, core.nowNs);
  sendSyn(core, c, false);
  core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
  return [c, TcpError.None];
}

/** Whether there is a way to this address, and one host behind it. */
function hasRoute(core: TcpCore, address: u32): boolean {
  const ip = core.ip;
  if (address === 0 || ip.isBroadcast(address) || ipv4IsMulticast(address)) return false;
  if (ipv4IsLoopback(address) || ip.gatewayAddress() !== 0) return true;
  return ((address ^ ip.address()) & ip.subnetMask()) === 0;
}

/** An ephemeral port that makes the four values unique; 0 where all are taken. */
function freePort(core: TcpCore, local: u32, address: u32, port: u16): u16 {
  for (let i: u32 = 0; i < EPHEMERAL_PORTS; i++) {
    const candidate = core.table.ephemeralPort();
    if (core.findListener(candidate) !== null) continue;
    if (core.table.find(local, candidate, address, port) !== null) continue;
    if (core.timeWait.find(local, candidate, address, port, core.nowNs) !== null) continue;
    return candidate;
  }
  return 0;
}

/**
 * Moves received bytes to `into`; how many. 0 where none are there, see `Connection.finReceived`
 * and `error`.
 */
export function readBytes(core: TcpCore, c: Connection, into: Slice<u8>): usize {
  const count = c.receiveRing.take(into);
  if (count !== 0 && c.canReceive() && windowHasOpened(c)) {
    // The answer that is perhaps written next carries the news.
    c.ackNow = true;
    core.addPending(c);
  }
  return count;
}

/**
 * Queues as much of `data` as there is room for; how many bytes. Full segments leave at once, a
 * rest with the batch.
 */
export function writeBytes(core: TcpCore, c: Connection, data: Slice<u8>): usize {
  if (!c.canSend() || c.finQueued) return 0;
  const count = c.sendRing.append(data);
  if (count === 0) return 0;
  if (c.sendRing.length >= usize(c.mss)) transmit(core, c);
  core.addPending(c);
  return count;
}

/** Sends what is queued now, even where that does not fill a segment. */
export function push(core: TcpCore, c: Connection): void {
  if (c.sndNxt === c.sendEnd() || !c.canSend()) return;
  c.pushNow = true;
  transmit(core, c);
}

/** No more writes: a FIN follows what is queued. RFC 9293 §3.10.4. Leaves with the batch. */
export function finishSending(core: TcpCore, c: Connection): void {
  if (c.finQueued) return;
  switch (c.state) {
    case TcpState.SynReceived:
    case TcpState.Established:
      c.state = TcpState.FinWait1;
      break;
    case TcpState.CloseWait:
      c.state = TcpState.LastAck;
      break;
    default:
      return;
  }
  c.finQueued = true;
  core.addPending(c);
}

/** The user lets go of the connection, which ends in the background: RFC 9293 §3.10.4. */
export function releaseConnection(core: TcpCore, c: Connection): void {
  assert(c.owned);
  c.owned = false;
  if (c.state === TcpState.Closed) {
    core.bury(c);
    return;
  }
  // Bytes that nobody will read are lost, and the peer must not believe otherwise: RFC 1122
  // §4.2.2.13.
  if (c.receiveRing.length !== 0) {
    resetConnection(core, c);
    return;
  }
  if (c.state === TcpState.SynSent) {
    core.finish(c, TcpError.Closed);
    return;
  }
  finishSending(core, c);
  lingerWithoutUser(core, c);
}

/**
 * Ends the connection at once, with a reset where the peer knows of it: RFC 9293 §3.10.5. The user
 * has let go.
 */
export function resetConnection(core: TcpCore, c: Connection): void {
  if (c.state !== TcpState.SynSent) sendReset(core, c);
  core.finish(c, TcpError.Reset);
}

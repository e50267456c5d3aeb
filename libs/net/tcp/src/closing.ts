/**
 * The ends of connections: TIME-WAIT, peers that go on sending to nobody, and connections whose
 * peer never closes.
 *
 * Source: RFC 9293 §3.6 and §3.10.7.4, RFC 1122 §4.2.2.13.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { BareSegment, sendBare, sendReset } from "./emit.ts";
import { ACK, RST, SYN, type Segment } from "./header.ts";
import { seqAtMost, seqBefore } from "./sequence.ts";
import type { TimeWaitRecord } from "./time-wait.ts";
import { windowToOffer } from "./window.ts";

/** How long a connection without user waits in FIN-WAIT-2 for the peer's FIN. */
export const FIN_WAIT_2_NS: u64 = 20_000_000_000;

/**
 * Both sides have closed, and the peer's FIN is acknowledged: a small record takes the connection's
 * place.
 */
export function enterTimeWait(core: TcpCore, c: Connection): void {
  const record = core.timeWait.add(
    c.localAddress,
    c.localPort,
    c.remoteAddress,
    c.remotePort,
    core.nowNs,
  );
  record.sndNxt = c.sndNxt;
  record.rcvNxt = c.rcvNxt;
  record.window = windowToOffer(c);
  core.finish(c, TcpError.None);
}

/** A connection that has no user: nobody would notice if the peer never closed. */
export function lingerWithoutUser(core: TcpCore, c: Connection): void {
  if (c.owned || c.state !== TcpState.FinWait2 || c.lingerNs !== NO_DEADLINE) return;
  core.armLinger(c, core.nowNs + FIN_WAIT_2_NS);
}

/**
 * New data has come for a connection that its user has closed: nobody will read it, and the peer
 * must know that it is lost. Whether the connection has been reset.
 */
export function abandon(core: TcpCore, c: Connection, s: Segment): boolean {
  if (c.owned || c.listener !== null) return false;
  if (c.state !== TcpState.FinWait1 && c.state !== TcpState.FinWait2) return false;
  if (seqAtMost(s.end(), c.rcvNxt)) return false;
  sendReset(core, c);
  core.finish(c, TcpError.Reset);
  return true;
}

/**
 * A segment for a connection in TIME-WAIT. True where it is a SYN that may open a new connection in
 * place of the old one (RFC 9293 §3.6.1, RFC 1122 §4.2.2.13), which the caller handles; everything
 * else is dealt with here.
 */
export function timeWaitArrives(core: TcpCore, record: TimeWaitRecord, s: Segment): boolean {
  if (s.has(RST)) {
    // Only the exact number is believed. It comes from a client whose new SYN, numbered below the
    // old connection, got our ACK; without the record its next SYN succeeds.
    if (s.seq === record.rcvNxt) core.timeWait.forget(record);
    return false;
  }
  if (s.has(SYN) && !s.has(ACK) && seqBefore(record.rcvNxt, s.seq)) return true;
  // An ACK by itself is not answered: two sides in TIME-WAIT would never stop.
  if (s.length() === 0) return false;
  const b = new BareSegment();
  b.answerTo(s);
  b.seq = record.sndNxt;
  b.ack = record.rcvNxt;
  b.flags = ACK;
  b.window = record.window;
  sendBare(core, b);
  return false;
}

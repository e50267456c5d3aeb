/**
 * A segment arrives for a connection: RFC 9293 §3.10.7.3 and §3.10.7.4, step by step, behind a fast
 * path.
 *
 * Header prediction: the usual segment of an open connection is the next one in order, changes
 * nothing but the position of the stream, and acknowledges something sensible. It is recognised by
 * a few comparisons and skips all other steps.
 */
import { acknowledgeNew, challenge, receiveAck, sendMore } from "./ack.ts";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { rejectSegment, sendAck, sendSyn } from "./emit.ts";
import { establish } from "./establish.ts";
import { ACK, FIN, NO_SCALE, PSH, RST, SYN, type Segment } from "./header.ts";
import { isAcceptable, receiveText, scheduleAck } from "./rcv.ts";
import { seqAdd, seqAtMost, seqBefore } from "./sequence.ts";

/**
 * The entry. `s` is well-formed and its checksum is right; its payload is copied where it is kept.
 */
export function segmentArrives(core: TcpCore, c: Connection, s: Segment): void {
  if (predicted(core, c, s)) return;
  if (c.state === TcpState.SynSent) {
    synSentArrives(core, c, s);
    return;
  }
  if (c.state === TcpState.SynReceived && s.has(SYN) && s.seq === c.irs) {
    // The peer's SYN once more (with its ACK, in a simultaneous open): only what follows it is new.
    s.flags &= ~SYN;
    s.seq = seqAdd(s.seq, 1);
  }
  if (!isAcceptable(c, s)) {
    unacceptable(core, c, s);
    return;
  }
  if (s.has(RST)) {
    resetArrives(core, c, s);
    return;
  }
  if (s.has(SYN)) {
    challenge(core, c);
    return;
  }
  if (!s.has(ACK)) return;
  if (c.state === TcpState.SynReceived && !completesOpen(core, c, s)) return;
  if (!receiveAck(core, c, s)) return;
  receiveText(core, c, s);
  if (c.state !== TcpState.Closed) sendMore(core, c);
}

/** The fast path; false where it does not apply, and then nothing has happened. */
function predicted(core: TcpCore, c: Connection, s: Segment): boolean {
  if (c.state !== TcpState.Established || (s.flags & ~PSH) !== ACK) return false;
  if (s.seq !== c.rcvNxt || c.reassembly.count !== 0 || c.finSeen) return false;
  if (u32(s.window) << u32(c.sndScale) !== c.sndWnd || s.window === 0) return false;
  if (seqBefore(s.ack, c.sndUna) || seqBefore(c.sndMax, s.ack)) return false;
  if (s.data.length > c.receiveRing.free) return false;
  if (c.congestion.inRecovery || c.persisting) return false;
  const advances = s.ack !== c.sndUna;
  // Neither data nor progress: a duplicate ACK, perhaps.
  if (!advances && s.data.length === 0) return false;
  core.counters.predicted++;
  c.sndWl1 = s.seq;
  c.sndWl2 = s.ack;
  if (advances) acknowledgeNew(core, c, s.ack);
  if (s.data.length !== 0) {
    c.receiveRing.append(s.data);
    c.rcvNxt = seqAdd(c.rcvNxt, s.data.length);
    scheduleAck(core, c, u32(s.data.length));
    core.wake(c.readers);
  }
  if (advances) sendMore(core, c);
  return true;
}

/**
 * First step: outside the window. The peer is told where we are; a reset is not answered. An ACK by
 * itself is answered at a limited rate: two sides that an attacker has put out of step would
 * answer each other for ever otherwise.
 */
function unacceptable(core: TcpCore, c: Connection, s: Segment): void {
  if (s.has(RST)) return;
  if (s.length() === 0) challenge(core, c);
  else sendAck(core, c);
}

/** Second step: RFC 5961 §3.2. Only a reset at exactly the next expected byte is believed. */
function resetArrives(core: TcpCore, c: Connection, s: Segment): void {
  if (s.seq !== c.rcvNxt) {
    challenge(core, c);
    return;
  }
  core.counters.resetsReceived++;
  core.finish(c, c.state === TcpState.SynReceived ? TcpError.Refused : TcpError.Reset);
}

/**
 * Fifth step in SYN-RECEIVED (of a simultaneous open); false where the segment is to be dropped.
 */
function completesOpen(core: TcpCore, c: Connection, s: Segment): boolean {
  if (!seqBefore(c.sndUna, s.ack) || seqBefore(c.sndMax, s.ack)) {
    rejectSegment(core, s);
    return false;
  }
  establish(core, c, s);
  return true;
}

/** RFC 9293 §3.10.7.3. */
function synSentArrives(core: TcpCore, c: Connection, s: Segment): void {
  const acknowledges = s.has(ACK);
  if (acknowledges && (seqAtMost(s.ack, c.iss) || seqBefore(c.sndNxt, s.ack))) {
    rejectSegment(core, s);
    return;
  }
  if (s.has(RST)) {
    if (!acknowledges) return;
    core.counters.resetsReceived++;
    core.finish(c, TcpError.Refused);
    return;
  }
  if (!s.has(SYN)) return;
  c.irs = s.seq;
  c.rcvNxt = seqAdd(s.seq, 1);
  c.rcvEdge = c.rcvNxt;
  c.mss = s.mss;
  if (s.scale === NO_SCALE) {
    c.scaling = false;
    c.rcvScale = 0;
  } else {
    c.sndScale = s.scale;
  }
  if (!acknowledges) {
    // Both sides open at the same time.
    c.state = TcpState.SynReceived;
    sendSyn(core, c, true);
    c.rcvEdge = seqAdd(c.rcvNxt, c.receiveRing.free < 0xffff ? c.receiveRing.free : 0xffff);
    return;
  }
  s.flags &= ~SYN;
  s.seq = c.rcvNxt;
  establish(core, c, s);
  // The window of a SYN is never scaled.
  c.sndWnd = u32(s.window);
  c.maxSndWnd = c.sndWnd;
  sendAck(core, c);
  if (s.data.length !== 0 || s.has(FIN)) receiveText(core, c, s);
}

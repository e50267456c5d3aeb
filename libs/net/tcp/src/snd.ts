/**
 * The sender: which queued bytes go into which segments, and when.
 *
 * Full segments leave at once, as far as both windows allow. A rest that does not fill a segment
 * leaves when it is pushed: by an explicit flush, by the end of the batch of events in which it was
 * written, or with a FIN. There is no Nagle delay; the batch does the combining. A peer's window
 * that is small against what it once was is not filled in crumbs.
 * Source: RFC 9293 §3.8.6.2.1 (silly windows), §3.8.6.1 (probes), §3.7.4 (Nagle), RFC 5681.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { sendReset, sendSegment, sendSyn } from "./emit.ts";
import { FIN, PSH } from "./header.ts";
import { seqAdd, seqBefore, seqSpan } from "./sequence.ts";

/**
 * Expiries in a row after which the peer is taken for dead; at least the 100 s of RFC 9293 §3.8.3
 * (R2).
 */
export const MAX_RETRANSMITS: u32 = 10;
/** The same for a SYN: 1 + 2 + 4 + 8 + 16 + 32 s. */
export const MAX_SYN_RETRANSMITS: u32 = 5;

/** Sends what may be sent now. */
export function transmit(core: TcpCore, c: Connection): void {
  if (!mayTransmit(c)) return;
  for (;;) {
    if (!transmitOne(core, c)) break;
  }
  watchForWindow(core, c);
}

/**
 * The states in which there can be something to send: after the handshake, as long as the FIN is
 * not acknowledged.
 */
function mayTransmit(c: Connection): boolean {
  return (
    c.state === TcpState.Established ||
    c.state === TcpState.CloseWait ||
    c.state === TcpState.FinWait1 ||
    c.state === TcpState.Closing ||
    c.state === TcpState.LastAck
  );
}

/** Queued bytes that SND.NXT has not passed. */
function unsent(c: Connection): u32 {
  const end = c.sendEnd();
  return seqBefore(c.sndNxt, end) ? seqSpan(c.sndNxt, end) : 0;
}

/** What both windows leave room for. */
function usableWindow(c: Connection): u32 {
  const allowance = c.congestion.allowance();
  const window = c.sndWnd < allowance ? c.sndWnd : allowance;
  const flight = c.flight();
  return window > flight ? window - flight : 0;
}

/** Sends one segment where that is allowed and worthwhile; whether it did. */
function transmitOne(core: TcpCore, c: Connection): boolean {
  const available = unsent(c);
  const usable = usableWindow(c);
  let count = available < c.mss ? available : c.mss;
  if (count > usable) count = usable;
  const last = count === available;
  const fin = last && c.finQueued && seqAdd(c.sndNxt, usize(count)) === c.sendEnd();
  if (count === 0 && !fin) return false;
  if (count < c.mss) {
    if (last) {
      if (!c.pushNow && !fin) return false;
    } else if (count < c.maxSndWnd / 2) {
      // Sender's silly window avoidance.
      return false;
    }
  }
  return sendNext(core, c, count, last, fin);
}

/** Sends `count` bytes from SND.NXT on, and the FIN with them where `fin` says so. */
function sendNext(core: TcpCore, c: Connection, count: u32, last: boolean, fin: boolean): boolean {
  if (c.flight() === 0 && core.nowNs > c.lastSendNs + c.rtt.rtoNs()) c.congestion.restart();
  const flags: u8 = (last && count !== 0 ? PSH : 0) | (fin ? FIN : 0);
  if (!sendSegment(core, c, c.sndNxt, count, flags)) {
    // The end of the next batch tries again, and at the latest the retransmission timer.
    core.addPending(c);
    if (c.retransmitNs === NO_DEADLINE) core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
    return false;
  }
  const next = seqAdd(c.sndNxt, usize(count) + (fin ? 1 : 0));
  if (seqBefore(c.sndMax, next)) {
    c.sndMax = next;
    if (!c.rtt.measuring) c.rtt.start(next, core.nowNs);
  } else {
    core.counters.retransmitted++;
  }
  c.sndNxt = next;
  c.lastSendNs = core.nowNs;
  if (last) c.pushNow = false;
  if (c.persisting || c.retransmitNs === NO_DEADLINE) {
    c.persisting = false;
    core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
  }
  return true;
}

/**
 * With data to send, none on its way and no window for it, nobody would ever speak again: probe for
 * the window.
 */
function watchForWindow(core: TcpCore, c: Connection): void {
  if (c.sndNxt !== c.sndUna || c.retransmitNs !== NO_DEADLINE) return;
  const available = unsent(c);
  if (available === 0) return;
  const wanted = available < c.mss ? available : c.mss;
  // A rest that merely waits for its push is not waiting for the window.
  if (usableWindow(c) >= wanted) return;
  c.persisting = true;
  core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
}

/** Sends the oldest unacknowledged segment again, for fast retransmit. */
export function retransmitHead(core: TcpCore, c: Connection): void {
  c.rtt.cancel();
  const outstanding = seqSpan(c.sndUna, c.sndMax);
  const end = c.sendEnd();
  const queued = seqBefore(c.sndUna, end) ? seqSpan(c.sndUna, end) : 0;
  let count = queued < c.mss ? queued : c.mss;
  if (count > outstanding) count = outstanding;
  const reachesEnd = c.finQueued && count === queued && outstanding > count;
  if (count === 0 && !reachesEnd) return;
  core.counters.retransmitted++;
  sendSegment(core, c, c.sndUna, count, reachesEnd ? FIN : 0);
  core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
}

/** The retransmission deadline has come: RFC 6298 §5.4 to §5.7. */
export function retransmitExpired(core: TcpCore, c: Connection): void {
  c.retransmitNs = NO_DEADLINE;
  if (c.persisting) {
    probeWindow(core, c);
    return;
  }
  const opening = c.state === TcpState.SynSent || c.state === TcpState.SynReceived;
  if (c.rtt.expiries >= (opening ? MAX_SYN_RETRANSMITS : MAX_RETRANSMITS)) {
    giveUp(core, c);
    return;
  }
  core.counters.timeouts++;
  if (opening) {
    c.rtt.backOff();
    core.counters.retransmitted++;
    sendSyn(core, c, c.state === TcpState.SynReceived);
    core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
    return;
  }
  c.congestion.timeout(c.sndMax, seqSpan(c.sndUna, c.sndMax), c.rtt.expiries === 0);
  c.rtt.backOff();
  // Everything that is not acknowledged counts as lost; it is sent again as the window opens.
  c.sndNxt = c.sndUna;
  c.pushNow = true;
  transmit(core, c);
}

/**
 * Sends one byte beyond the window, whose acknowledgement tells the window: RFC 9293 §3.8.6.1.
 * Where the window is merely too small to be worthwhile, the byte lies within it and makes
 * progress.
 */
function probeWindow(core: TcpCore, c: Connection): void {
  if (unsent(c) === 0) {
    c.persisting = false;
    return;
  }
  // A peer that answers probes may keep its window shut for as long as it likes, unless nobody here
  // waits for it.
  if (c.probesUnanswered >= MAX_RETRANSMITS || (!c.owned && c.rtt.expiries >= MAX_RETRANSMITS)) {
    giveUp(core, c);
    return;
  }
  c.probesUnanswered++;
  c.rtt.backOff();
  core.counters.windowProbes++;
  const window = c.sndWnd < c.mss ? c.sndWnd : c.mss;
  const available = unsent(c);
  let count: u32 = window > 1 ? window : 1;
  if (count > available) count = available;
  sendSegment(core, c, c.sndNxt, count, 0);
  const end = seqAdd(c.sndNxt, usize(count));
  if (seqBefore(c.sndMax, end)) c.sndMax = end;
  core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
}

function giveUp(core: TcpCore, c: Connection): void {
  if (c.state !== TcpState.SynSent) sendReset(core, c);
  core.finish(c, TcpError.TimedOut);
}

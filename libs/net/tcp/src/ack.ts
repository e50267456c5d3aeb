/**
 * Acknowledgements from the peer: what they free, what they say about loss, and the window that
 * comes with them.
 *
 * Source: RFC 9293 §3.10.7.4 (fifth), RFC 5961 §5, RFC 5681 §2 (what a duplicate is), RFC 6298 §5.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { enterTimeWait, lingerWithoutUser } from "./closing.ts";
import { AfterAck } from "./congestion.ts";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import { sendAck } from "./emit.ts";
import { FIN, type Segment } from "./header.ts";
import { seqAdd, seqAtMost, seqBefore, seqSpan } from "./sequence.ts";
import { retransmitHead, transmit } from "./snd.ts";

/** Challenge ACKs of one connection are at least this far apart, RFC 5961 §7. */
const CHALLENGE_INTERVAL_NS: u64 = 100_000_000;

/**
 * Answers a segment that a blind attacker could have sent; a true peer corrects itself. RFC 5961
 * §3.2, §4.2, §5.2.
 */
export function challenge(core: TcpCore, c: Connection): void {
  if (c.challengeNs !== 0 && core.nowNs < c.challengeNs + CHALLENGE_INTERVAL_NS) return;
  c.challengeNs = core.nowNs;
  core.counters.challengeAcks++;
  sendAck(core, c);
}

/** Processes the ACK of an acceptable segment; false where the segment is to be dropped. */
export function receiveAck(core: TcpCore, c: Connection, s: Segment): boolean {
  if (seqBefore(c.sndMax, s.ack)) {
    challenge(core, c);
    return false;
  }
  if (seqBefore(s.ack, wrapSub(c.sndUna, c.maxSndWnd))) {
    challenge(core, c);
    return false;
  }
  c.probesUnanswered = 0;
  const duplicate = isDuplicate(c, s);
  updateWindow(c, s);
  if (seqBefore(c.sndUna, s.ack)) {
    acknowledgeNew(core, c, s.ack);
  } else if (duplicate) {
    if (c.congestion.duplicate(s.ack, c.sndMax, seqSpan(c.sndUna, c.sndMax))) {
      core.counters.fastRetransmits++;
      retransmitHead(core, c);
    }
  }
  return c.state !== TcpState.Closed;
}

/**
 * RFC 5681 §2: nothing but the ACK, the same as before, with data outstanding and the window
 * unchanged.
 */
function isDuplicate(c: Connection, s: Segment): boolean {
  return (
    s.ack === c.sndUna &&
    s.data.length === 0 &&
    !s.has(FIN) &&
    c.sndUna !== c.sndMax &&
    !c.persisting &&
    u32(s.window) << u32(c.sndScale) === c.sndWnd
  );
}

/** Takes over the window of a segment that is not older than the one which set it. */
export function updateWindow(c: Connection, s: Segment): void {
  if (seqBefore(s.seq, c.sndWl1)) return;
  if (s.seq === c.sndWl1 && seqBefore(s.ack, c.sndWl2)) return;
  c.sndWnd = u32(s.window) << u32(c.sndScale);
  c.sndWl1 = s.seq;
  c.sndWl2 = s.ack;
  if (c.sndWnd > c.maxSndWnd) c.maxSndWnd = c.sndWnd;
}

/** `ack` is after SND.UNA and not beyond what has been sent. */
export function acknowledgeNew(core: TcpCore, c: Connection, ack: u32): void {
  const count = seqSpan(c.sndUna, ack);
  const finAcked = c.finQueued && ack === seqAdd(c.sendEnd(), 1);
  const bytes = finAcked ? count - 1 : count;
  c.sendRing.drop(usize(bytes));
  c.sndBase = seqAdd(c.sndBase, usize(bytes));
  c.sndUna = ack;
  if (seqBefore(c.sndNxt, ack)) c.sndNxt = ack;
  if (c.rtt.measuring && seqAtMost(c.rtt.endSeq, ack)) c.rtt.finish(core.nowNs);
  c.rtt.progress();
  c.persisting = false;
  if (c.sndUna === c.sndMax) c.retransmitNs = NO_DEADLINE;
  else core.armRetransmit(c, core.nowNs + c.rtt.rtoNs());
  const outstanding = seqSpan(c.sndUna, c.sndMax);
  if (c.congestion.acknowledge(ack, bytes, outstanding) === AfterAck.RetransmitNext) {
    retransmitHead(core, c);
  }
  if (bytes !== 0) core.wake(c.writers);
  if (finAcked) ourFinIsAcknowledged(core, c);
}

function ourFinIsAcknowledged(core: TcpCore, c: Connection): void {
  switch (c.state) {
    case TcpState.FinWait1:
      c.state = TcpState.FinWait2;
      lingerWithoutUser(core, c);
      return;
    case TcpState.Closing:
      enterTimeWait(core, c);
      return;
    case TcpState.LastAck:
      core.finish(c, TcpError.None);
      return;
    default:
      return;
  }
}

/** Sends what the acknowledgement or the new window has made room for. */
export function sendMore(core: TcpCore, c: Connection): void {
  if (c.sendRing.length !== 0 || c.finQueued) transmit(core, c);
}

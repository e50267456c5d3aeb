/**
 * The receiver: takes the payload and the FIN of acceptable segments, and decides when to
 * acknowledge.
 *
 * In order, bytes go to the end of the receive ring; early ones go to their place behind it and
 * into the reassembly list. An ACK that nothing urges waits 40 ms for data to travel with; a second
 * full segment, anything out of order, and a filled gap are acknowledged at once (they are what the
 * peer's congestion control lives on).
 * Source: RFC 9293 §3.10.7.4 (seventh and eighth), §3.8.6.3; RFC 5681 §4.2.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { type Connection, TcpState } from "./connection.ts";
import { abandon, enterTimeWait } from "./closing.ts";
import type { TcpCore } from "./core.ts";
import { sendAck } from "./emit.ts";
import { FIN, type Segment } from "./header.ts";
import { seqAdd, seqBefore, seqSpan } from "./sequence.ts";

/** The bound of RFC 9293 is 500 ms; 40 ms is the lower bound that Linux uses. */
export const DELAYED_ACK_NS: u64 = 40_000_000;

/** RFC 9293 §3.10.7.4, the four cases of acceptability. */
export function isAcceptable(c: Connection, s: Segment): boolean {
  const length = s.length();
  const window = receiveWindow(c);
  if (length === 0) {
    if (window === 0) return s.seq === c.rcvNxt;
    return inWindow(c, s.seq, window);
  }
  if (window === 0) return false;
  return inWindow(c, s.seq, window) || inWindow(c, seqAdd(s.seq, usize(length) - 1), window);
}

/** The window as the peer may believe it to be. */
function receiveWindow(c: Connection): u32 {
  return seqBefore(c.rcvNxt, c.rcvEdge) ? seqSpan(c.rcvNxt, c.rcvEdge) : 0;
}

function inWindow(c: Connection, seq: u32, window: u32): boolean {
  return wrapSub(seq, c.rcvNxt) < window;
}

/** Takes payload and FIN of an acceptable segment whose ACK has been processed. */
export function receiveText(core: TcpCore, c: Connection, s: Segment): void {
  if (!c.canReceive()) return;
  if (s.data.length !== 0 && abandon(core, c, s)) return;
  const before = c.rcvNxt;
  const early = seqBefore(before, s.seq);
  const hadGap = c.reassembly.count !== 0;
  if (s.has(FIN)) noteFin(c, s);
  acceptBytes(core, c, s);
  passFin(core, c);
  if (c.state === TcpState.Closed) return;
  const count = seqSpan(before, c.rcvNxt);
  const urgent = early || hadGap || c.state === TcpState.Closing;
  if (urgent || (count === 0 && s.length() !== 0)) {
    sendAck(core, c);
  } else if (count !== 0) {
    scheduleAck(core, c, count);
  }
  if (count !== 0) core.wake(c.readers);
}

/** Notes new in-order bytes, and acknowledges them now or soon. */
export function scheduleAck(core: TcpCore, c: Connection, count: u32): void {
  if (count > c.rcvMss) c.rcvMss = count < 1460 ? count : 1460;
  c.unacknowledged += count;
  const full = count >= core.localMss();
  if (c.unacknowledged >= c.rcvMss * 2 || (full && c.quickAcks > 0)) {
    sendAck(core, c);
    return;
  }
  if (c.delayedAckNs === NO_DEADLINE) core.armDelayedAck(c, core.nowNs + DELAYED_ACK_NS);
}

/**
 * Remembers where the stream ends, if that lies within the buffer. The first FIN that comes counts.
 */
function noteFin(c: Connection, s: Segment): void {
  if (c.finSeen) return;
  const at = seqAdd(s.seq, s.data.length);
  const limit = seqAdd(c.rcvNxt, c.receiveRing.free);
  if (seqBefore(at, c.rcvNxt) || seqBefore(limit, at)) return;
  c.finSeen = true;
  c.finSeq = at;
}

/** Stores the bytes of the segment that are new and for which there is room. */
function acceptBytes(core: TcpCore, c: Connection, s: Segment): void {
  let data = s.data;
  let seq = s.seq;
  if (seqBefore(seq, c.rcvNxt)) {
    const old = usize(seqSpan(seq, c.rcvNxt));
    if (old >= data.length) return;
    data = data.sub(old);
    seq = c.rcvNxt;
  }
  let limit = seqAdd(c.rcvNxt, c.receiveRing.free);
  if (c.finSeen && seqBefore(c.finSeq, limit)) limit = c.finSeq;
  if (!seqBefore(seq, limit)) return;
  const room = usize(seqSpan(seq, limit));
  if (data.length > room) data = data.sub(0, room);
  if (data.length === 0) return;
  if (seq !== c.rcvNxt) {
    keepEarly(core, c, seq, data);
    return;
  }
  c.receiveRing.append(data);
  c.rcvNxt = seqAdd(c.rcvNxt, data.length);
  if (c.reassembly.count !== 0) joinEarly(c);
}

/** Puts bytes that came before others in front of them where they will belong. */
function keepEarly(core: TcpCore, c: Connection, seq: u32, data: Slice<u8>): void {
  if (!c.reassembly.insert(seq, seqAdd(seq, data.length))) return;
  core.counters.outOfOrder++;
  c.receiveRing.place(c.receiveRing.length + usize(seqSpan(c.rcvNxt, seq)), data);
}

/** RCV.NXT has moved: early bytes may be in order now. */
function joinEarly(c: Connection): void {
  let end = c.reassembly.advance(c.rcvNxt);
  // Bytes behind the end of the stream are none.
  if (c.finSeen && seqBefore(c.finSeq, end)) end = c.finSeq;
  if (!seqBefore(c.rcvNxt, end)) return;
  c.receiveRing.extend(usize(seqSpan(c.rcvNxt, end)));
  c.rcvNxt = end;
}

/** Where all bytes before the peer's FIN have come: RFC 9293 §3.10.7.4, eighth. */
function passFin(core: TcpCore, c: Connection): void {
  if (!c.finSeen || c.finReceived || c.rcvNxt !== c.finSeq) return;
  c.finReceived = true;
  c.rcvNxt = seqAdd(c.rcvNxt, 1);
  c.reassembly.clear();
  core.wake(c.readers);
  switch (c.state) {
    case TcpState.Established:
      c.state = TcpState.CloseWait;
      return;
    case TcpState.FinWait1:
      // Our FIN is not acknowledged yet: both sides have closed at the same time.
      c.state = TcpState.Closing;
      return;
    case TcpState.FinWait2:
      sendAck(core, c);
      enterTimeWait(core, c);
      return;
    default:
      return;
  }
}

/**
 * The receive window that we offer, without the silly window syndrome.
 *
 * The right edge moves only by steps of at least half the buffer or one segment, and never back. So
 * a reader who takes one byte at a time does not make the peer send one byte at a time. Source: RFC
 * 9293 §3.8.6.2.2.
 */
import type { Connection } from "./connection.ts";
import { seqAdd, seqBefore, seqSpan } from "./sequence.ts";

/** How far the right edge has to move to be worth telling. */
function worthwhile(c: Connection): u32 {
  const half = u32(c.receiveRing.capacity / 2);
  return half < c.mss ? half : c.mss;
}

/** Whether an ACK now would open the window by a worthwhile step. */
export function windowHasOpened(c: Connection): boolean {
  const edge = seqAdd(c.rcvNxt, c.receiveRing.free);
  return seqBefore(c.rcvEdge, edge) && seqSpan(c.rcvEdge, edge) >= worthwhile(c);
}

/** The window field of the next segment; notes what the peer will know from it. */
export function windowToOffer(c: Connection): u16 {
  // The peer's FIN takes a sequence number but no room.
  if (seqBefore(c.rcvEdge, c.rcvNxt)) c.rcvEdge = c.rcvNxt;
  if (windowHasOpened(c)) c.rcvEdge = seqAdd(c.rcvNxt, c.receiveRing.free);
  const scaled = seqSpan(c.rcvNxt, c.rcvEdge) >> u32(c.rcvScale);
  return scaled > 0xffff ? 0xffff : u16(scaled);
}

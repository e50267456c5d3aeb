/**
 * The moment at which a connection becomes ESTABLISHED, from whichever side it was opened.
 *
 * Source: RFC 9293 §3.10.7.3 and §3.10.7.4, RFC 5681 §3.1 (initial window), RFC 6298 §5.7.
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { type Connection, TcpState } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import type { Segment } from "./header.ts";
import { seqAdd } from "./sequence.ts";

/**
 * Full segments that are acknowledged one by one at the start, while the peer's window is small.
 */
const QUICK_ACKS: u8 = 8;

/**
 * The segment `s` acknowledges our SYN. `c.mss` is what the peer has announced, `c.sndScale` its
 * scale; `s.window` counts with that scale.
 */
export function establish(core: TcpCore, c: Connection, s: Segment): void {
  const lossy = c.rtt.expiries > 0;
  c.state = TcpState.Established;
  const local = core.localMss();
  if (c.mss > local) c.mss = local;
  c.sndBase = seqAdd(c.iss, 1);
  c.sndUna = c.sndBase;
  c.sndNxt = c.sndBase;
  c.sndMax = c.sndBase;
  c.sndWnd = u32(s.window) << u32(c.sndScale);
  c.maxSndWnd = c.sndWnd;
  c.sndWl1 = s.seq;
  c.sndWl2 = s.ack;
  c.quickAcks = QUICK_ACKS;
  c.retransmitNs = NO_DEADLINE;
  c.lastSendNs = core.nowNs;
  if (c.rtt.measuring) {
    if (lossy) c.rtt.cancel();
    else c.rtt.finish(core.nowNs);
  }
  if (lossy) c.rtt.handshakeWasLossy();
  c.congestion.begin(c.mss, c.iss, lossy);
  core.counters.opened++;
  core.wake(c.writers);
}

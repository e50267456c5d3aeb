/**
 * Passive opens: SYNs for a listener, and the ACKs that complete the handshake, with a record or
 * with a cookie.
 *
 * Nothing but a record of a few words exists of a connection until its peer has shown that it
 * receives what we send. Data on a SYN is not kept; the client sends it again. Source: RFC 9293
 * §3.10.7.2, RFC 4987.
 */
import { type Connection } from "./connection.ts";
import { CookieInput, checkCookie, makeCookie } from "./cookie.ts";
import type { TcpCore } from "./core.ts";
import { BareSegment, rejectSegment, sendBare } from "./emit.ts";
import { establish } from "./establish.ts";
import { ACK, FIN, NO_SCALE, RST, SYN, type Segment } from "./header.ts";
import type { HalfOpen } from "./half-open.ts";
import { segmentArrives } from "./input.ts";
import type { Listener } from "./listener.ts";
import { NO_DEADLINE } from "@typekraft/plat";
import { INITIAL_RTO_NS } from "./rto.ts";
import { seqAdd, seqAtMost } from "./sequence.ts";
import type { TimeWaitRecord } from "./time-wait.ts";

/** Cookies are believed only this long after one was sent. */
const COOKIE_LIFE_NS: u64 = 128_000_000_000;

/** The window of our SYN-ACKs: the whole buffer, as far as an unscaled field can say it. */
function initialWindow(core: TcpCore): u16 {
  const bytes = core.limits.receiveBytes;
  return bytes > 0xffff ? 0xffff : u16(bytes);
}

/**
 * A segment for a listener, of no connection and no record. `old` is the record in TIME-WAIT that a
 * SYN replaces, whose sequence numbers the new connection must not reuse.
 */
export function listenerArrives(
  core: TcpCore,
  listener: Listener,
  s: Segment,
  old: TimeWaitRecord | null,
): void {
  if (s.has(RST)) return;
  if (s.has(ACK)) {
    if (s.has(SYN) || !cookieArrives(core, listener, s)) rejectSegment(core, s);
    return;
  }
  if (!s.has(SYN) || s.has(FIN)) return;
  if (listener.isFull() || core.live >= core.limits.connections) {
    // Without an answer the client tries again, and there may be room then.
    core.counters.refused++;
    return;
  }
  if (core.halfOpen.isFull()) {
    sendCookie(core, s);
    return;
  }
  const h = core.halfOpen.add(core.nowNs);
  h.listener = listener;
  h.localAddress = s.localAddress;
  h.localPort = s.localPort;
  h.remoteAddress = s.remoteAddress;
  h.remotePort = s.remotePort;
  fillFromSyn(core, h, s);
  if (old !== null && seqAtMost(h.iss, old.sndNxt)) h.iss = seqAdd(old.sndNxt, 0x1_0000);
  sendSynAck(core, h);
}

function fillFromSyn(core: TcpCore, h: HalfOpen, s: Segment): void {
  h.irs = s.seq;
  h.iss = core.initialSequence(s.localAddress, s.localPort, s.remoteAddress, s.remotePort);
  h.mss = s.mss;
  h.scale = s.scale;
  h.window = s.window;
}

/** Sends the SYN-ACK of a record, for the first time or again. */
export function sendSynAck(core: TcpCore, h: HalfOpen): void {
  const b = new BareSegment();
  b.localAddress = h.localAddress;
  b.localPort = h.localPort;
  b.remoteAddress = h.remoteAddress;
  b.remotePort = h.remotePort;
  b.seq = h.iss;
  b.ack = seqAdd(h.irs, 1);
  b.flags = SYN | ACK;
  b.window = initialWindow(core);
  b.scale = h.scale === NO_SCALE ? NO_SCALE : core.windowScale();
  sendBare(core, b);
}

/** A segment for a half-open connection: RFC 9293 §3.10.7.4, SYN-RECEIVED. */
export function halfOpenArrives(core: TcpCore, h: HalfOpen, s: Segment): void {
  const next = seqAdd(h.irs, 1);
  if (s.has(RST)) {
    if (s.seq === next) core.halfOpen.remove(h);
    return;
  }
  if (s.has(SYN)) {
    if (s.has(ACK)) return;
    // The same SYN again wants the same answer; another one is a new attempt of the same client.
    if (s.seq !== h.irs) fillFromSyn(core, h, s);
    h.repeated = true;
    sendSynAck(core, h);
    return;
  }
  if (!s.has(ACK)) return;
  if (s.ack !== seqAdd(h.iss, 1)) {
    rejectSegment(core, s);
    return;
  }
  if (wrapSub(s.seq, next) > u32(initialWindow(core))) return;
  const listener = h.listener;
  assert(listener !== null);
  if (listener.isFull()) {
    // The client repeats its ACK when our SYN-ACK comes once more.
    core.counters.refused++;
    return;
  }
  const c = openPassive(core, s, h.irs);
  const sentNs = h.sentNs;
  const once = h.retries === 0 && !h.repeated;
  if (c !== null) {
    c.rtt.expiries = u32(h.retries);
    c.mss = h.mss;
    c.scaling = h.scale !== NO_SCALE;
    c.sndScale = c.scaling ? h.scale : 0;
    c.rcvScale = c.scaling ? core.windowScale() : 0;
  }
  core.halfOpen.remove(h);
  if (c === null) return;
  establish(core, c, s);
  if (once) measureHandshake(core, c, sentNs);
  handOver(core, c, listener, s);
}

/**
 * The first measurement of the round trip. A client sends a lost segment again after a second, so
 * that a longer time speaks of a loss rather than of the path, and would make for a timeout of
 * several seconds.
 */
function measureHandshake(core: TcpCore, c: Connection, sentNs: u64): void {
  const tookNs = core.nowNs - sentNs;
  if (tookNs < INITIAL_RTO_NS) c.rtt.sample(tookNs);
}

/** Answers a SYN with a cookie. */
function sendCookie(core: TcpCore, s: Segment): void {
  const b = new BareSegment();
  b.answerTo(s);
  const input = new CookieInput();
  fillInput(input, s, s.seq);
  b.seq = makeCookie(core.key, input, s.mss, core.nowNs);
  b.ack = seqAdd(s.seq, 1);
  b.flags = SYN | ACK;
  b.window = initialWindow(core);
  core.lastCookieNs = core.nowNs;
  core.counters.cookiesSent++;
  sendBare(core, b);
}

/** An ACK for a listener: true where it brings back a cookie, and has been dealt with. */
function cookieArrives(core: TcpCore, listener: Listener, s: Segment): boolean {
  if (core.lastCookieNs === NO_DEADLINE) return false;
  if (core.nowNs > core.lastCookieNs + COOKIE_LIFE_NS) return false;
  const input = new CookieInput();
  const irs = wrapSub(s.seq, u32(1));
  fillInput(input, s, irs);
  const mss = checkCookie(core.key, input, wrapSub(s.ack, u32(1)), core.nowNs);
  if (mss === 0) {
    core.counters.cookiesRejected++;
    return false;
  }
  if (listener.isFull()) {
    core.counters.refused++;
    return true;
  }
  const c = openPassive(core, s, irs);
  if (c === null) return true;
  core.counters.cookiesAccepted++;
  c.mss = mss;
  establish(core, c, s);
  handOver(core, c, listener, s);
  return true;
}

function fillInput(input: CookieInput, s: Segment, irs: u32): void {
  input.localAddress = s.localAddress;
  input.localPort = s.localPort;
  input.remoteAddress = s.remoteAddress;
  input.remotePort = s.remotePort;
  input.irs = irs;
}

/**
 * A connection for a completed handshake, in the table; null, and the client is told, where there
 * is no room for it.
 */
function openPassive(core: TcpCore, s: Segment, irs: u32): Connection | null {
  const c = core.allocate();
  if (c === null) {
    core.counters.refused++;
    rejectSegment(core, s);
    return null;
  }
  c.localAddress = s.localAddress;
  c.localPort = s.localPort;
  c.remoteAddress = s.remoteAddress;
  c.remotePort = s.remotePort;
  c.irs = irs;
  c.iss = wrapSub(s.ack, u32(1));
  c.rcvNxt = seqAdd(irs, 1);
  c.rcvEdge = seqAdd(c.rcvNxt, usize(initialWindow(core)));
  core.table.insert(c);
  return c;
}

/** Queues the connection for `accept` and gives it the rest of the segment that completed it. */
function handOver(core: TcpCore, c: Connection, listener: Listener, s: Segment): void {
  listener.push(c);
  core.wake(listener.acceptors);
  if (s.data.length !== 0 || s.has(FIN)) segmentArrives(core, c, s);
}

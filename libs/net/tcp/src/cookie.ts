/**
 * SYN cookies: a handshake without memory. All that a listener has to remember is in the sequence
 * number of its SYN-ACK.
 *
 * A cookie is 24 bits of a keyed hash over both ends, the client's sequence number, a clock and the
 * MSS, then 5 bits of the clock (64 s a tick), then 3 bits that choose one of eight values of MSS.
 * Only who has received the SYN-ACK can acknowledge it. What is lost is the window scale option:
 * such connections do without. Source: RFC 4987 §3.6.
 */
import { SipKey, sipHash } from "./siphash.ts";

const TICK_NS: u64 = 64_000_000_000;
/** Cookies of the current tick and of this many before are good: 64 to 128 s. */
const GOOD_TICKS: u32 = 1;
const TICK_MASK: u32 = 31;

const MSS_VALUES = sliceOf<u16>(216, 536, 1024, 1220, 1360, 1400, 1440, 1460);

/** The two ends of a connection and the client's initial sequence number. */
export class CookieInput {
  localAddress: u32 = 0;
  localPort: u16 = 0;
  remoteAddress: u32 = 0;
  remotePort: u16 = 0;
  irs: u32 = 0;
}

/** The initial sequence number of a SYN-ACK for a client with this MSS. */
export function makeCookie(key: SipKey, input: CookieInput, mss: u32, nowNs: u64): u32 {
  const tick = u32(nowNs / TICK_NS) & TICK_MASK;
  let index: u32 = 7;
  while (index > 0 && u32(MSS_VALUES[index]) > mss) index--;
  return (hash24(key, input, (tick << 3) | index) << 8) | (tick << 3) | index;
}

/** The client's MSS (rounded down to one of eight) where `cookie` is good, else 0. */
export function checkCookie(key: SipKey, input: CookieInput, cookie: u32, nowNs: u64): u32 {
  const tick = (cookie >> 3) & TICK_MASK;
  const age = wrapSub(u32(nowNs / TICK_NS), tick) & TICK_MASK;
  if (age > GOOD_TICKS) return 0;
  if (hash24(key, input, cookie & 0xff) !== cookie >> 8) return 0;
  return u32(MSS_VALUES[cookie & 7]);
}

function hash24(key: SipKey, input: CookieInput, low: u32): u32 {
  const addresses = (u64(input.remoteAddress) << 32) | u64(input.localAddress);
  const ports = (u64(input.remotePort) << 16) | u64(input.localPort);
  const rest = (u64(input.irs) << 32) | ports;
  // A key of its own, so that a cookie says nothing about sequence numbers; two hashes take in all
  // that a cookie vouches for.
  const inner = new SipKey();
  inner.low = ~key.low;
  inner.high = ~key.high;
  return u32(sipHash(inner, sipHash(inner, addresses, rest), u64(low))) & 0xff_ffff;
}

/**
 * Arithmetic on sequence numbers: 32-bit values compared modulo 2^32, so that a connection may wrap
 * around.
 *
 * Two numbers can be compared only while they are less than 2^31 apart; windows are far smaller.
 * Source: RFC 9293 §3.4.
 */

/** `start` moved forward by `count` bytes. */
export function seqAdd(start: u32, count: usize): u32 {
  return wrapAdd(start, u32(count));
}

/** How many bytes `end` is behind `start`; meaningful only where `start` is not after `end`. */
export function seqSpan(start: u32, end: u32): u32 {
  return wrapSub(end, start);
}

/** Whether `a` comes before `b`. */
export function seqBefore(a: u32, b: u32): boolean {
  return i32(wrapSub(a, b)) < 0;
}

/** Whether `a` is `b` or comes before it. */
export function seqAtMost(a: u32, b: u32): boolean {
  return i32(wrapSub(a, b)) <= 0;
}

/** The later of two. */
export function seqLater(a: u32, b: u32): u32 {
  return seqBefore(a, b) ? b : a;
}

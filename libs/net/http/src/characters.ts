/**
 * Which bytes may occur where in a request head, as bit sets of the ASCII codes (RFC 9110 §5.5,
 * §5.6.2; RFC 9112 §3).
 */

/** tchar: `!#$%&'*+-.^_` and backquote, `|~`, digits and letters. */
const TOKEN_LOW: u64 = u64(0x03ff_6cfa_0000_0000n);
const TOKEN_HIGH: u64 = u64(0x57ff_ffff_c7ff_fffen);
/**
 * What a host and port may consist of: unreserved, sub-delims without the comma, `%`, `:` and
 * brackets.
 */
const HOST_LOW: u64 = u64(0x2fff_6ff2_0000_0000n);
const HOST_HIGH: u64 = u64(0x47ff_fffe_afff_fffen);

export const TAB: u8 = 0x09;
export const LINE_FEED: u8 = 0x0a;
export const CARRIAGE_RETURN: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const COMMA: u8 = 0x2c;
export const SLASH: u8 = 0x2f;
export const COLON: u8 = 0x3a;
export const SEMICOLON: u8 = 0x3b;
export const QUESTION_MARK: u8 = 0x3f;
const DELETE: u8 = 0x7f;

function inSet(c: u8, low: u64, high: u64): boolean {
  if (c >= 128) return false;
  return c < 64 ? ((low >> c) & 1) !== 0 : ((high >> (c - 64)) & 1) !== 0;
}

/** Whether all of `data`, and at least one byte, belongs to a token (RFC 9110 §5.6.2). */
export function isToken(data: Slice<u8>): boolean {
  for (const c of data) {
    if (!inSet(c, TOKEN_LOW, TOKEN_HIGH)) return false;
  }
  return data.length > 0;
}

/** Whether `data` can be a host with or without port; empty is allowed (RFC 9112 §3.2). */
export function isHost(data: Slice<u8>): boolean {
  for (const c of data) {
    if (!inSet(c, HOST_LOW, HOST_HIGH)) return false;
  }
  return true;
}

/** Whether `data` has visible ASCII characters only, as a request target must. */
export function isVisible(data: Slice<u8>): boolean {
  for (const c of data) {
    if (c <= SPACE || c >= DELETE) return false;
  }
  return true;
}

/** Whether `data` can be a field's value: no control characters but tabs (RFC 9110 §5.5). */
export function isFieldValue(data: Slice<u8>): boolean {
  for (const c of data) {
    if ((c < SPACE && c !== TAB) || c === DELETE) return false;
  }
  return true;
}

/** Whether `data` consists of decimal digits, at least one. */
export function isDigits(data: Slice<u8>): boolean {
  for (const c of data) {
    if (c < 0x30 || c > 0x39) return false;
  }
  return data.length > 0;
}

/**
 * The index of the first `wanted` at or after `from`, which is at most the length; the length where
 * there is none.
 */
export function indexOf(data: Slice<u8>, wanted: u8, from: usize): usize {
  let at = from;
  for (const c of data.sub(from)) {
    if (c === wanted) return at;
    at++;
  }
  return at;
}

/** `data` without blanks and tabs at its start and end. */
export function trimmed(data: Slice<u8>): Slice<u8> {
  let start: usize = 0;
  let end = data.length;
  while (start < end && (data[start] === SPACE || data[start] === TAB)) start++;
  while (end > start && (data[end - 1] === SPACE || data[end - 1] === TAB)) end--;
  return data.sub(start, end - start);
}

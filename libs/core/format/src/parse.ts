/**
 * Numbers from text of unknown origin: digits only, no sign, no blanks, nothing behind; too large
 * is an error, too.
 */

const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
/** 2^64 - 1 divided by 10, and its last digit. */
const MAX_TENTH: u64 = u64(1844674407370955161n);
const MAX_LAST_DIGIT: u8 = 5;

/**
 * The decimal number that all of `digits` is, and true; 0 and false where it is none or does not
 * fit.
 */
export function parseDecimal(digits: Slice<u8>): [u64, boolean] {
  if (digits.length === 0) return [0, false];
  let value: u64 = 0;
  for (const c of digits) {
    if (c < ZERO || c > NINE) return [0, false];
    const digit: u8 = c - ZERO;
    if (value > MAX_TENTH || (value === MAX_TENTH && digit > MAX_LAST_DIGIT)) return [0, false];
    value = value * 10 + digit;
  }
  return [value, true];
}

/** The value of a hexadecimal digit of either case; 255 where `c` is none. */
function hexDigit(c: u8): u8 {
  if (c >= ZERO && c <= NINE) return c - ZERO;
  const lower: u8 = c | 0x20;
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x57;
  return 255;
}

/**
 * The hexadecimal number (no `0x`) that all of `digits` is, and true; 0 and false where it is none
 * or does not fit.
 */
export function parseHex(digits: Slice<u8>): [u64, boolean] {
  if (digits.length === 0) return [0, false];
  let value: u64 = 0;
  for (const c of digits) {
    const digit = hexDigit(c);
    if (digit === 255 || value >> 60 !== 0) return [0, false];
    value = (value << 4) | digit;
  }
  return [value, true];
}

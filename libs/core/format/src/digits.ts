/**
 * Digits of unsigned integers, written from the end of a buffer towards its start, as they come out
 * of the division.
 */

/** Decimal digits that every u64 fits in. */
export const DECIMAL_DIGITS: usize = 20;
/** Hexadecimal digits that every u64 fits in. */
export const HEX_DIGITS: usize = 16;

const ZERO: u8 = 0x30;
const LETTER_A_MINUS_TEN: u8 = 0x57; // "a" - 10

/**
 * Writes `value` in decimal to the end of `into`, which has at least `DECIMAL_DIGITS` bytes.
 * The result is the index of the first digit.
 */
export function formatDecimal(value: u64, into: Slice<u8>): usize {
  let at = into.length;
  let rest = value;
  do {
    at--;
    into[at] = ZERO + u8(rest % 10);
    rest /= 10;
  } while (rest !== 0);
  return at;
}

/**
 * Writes `value` in lower-case hexadecimal, without `0x` and leading zeros, to the end of `into`,
 * which has at least `HEX_DIGITS` bytes. The result is the index of the first digit.
 */
export function formatHex(value: u64, into: Slice<u8>): usize {
  let at = into.length;
  let rest = value;
  do {
    const digit = u8(rest & 15);
    at--;
    into[at] = digit < 10 ? ZERO + digit : LETTER_A_MINUS_TEN + digit;
    rest = rest >> 4;
  } while (rest !== 0);
  return at;
}

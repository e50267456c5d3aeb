/**
 * Text and numbers in fixed buffers: what the console, panics and protocols print, without
 * allocation.
 */
export { TextWriter } from "./text-writer.ts";
export { DECIMAL_DIGITS, HEX_DIGITS, formatDecimal, formatHex } from "./digits.ts";
export { parseDecimal, parseHex } from "./parse.ts";
export { sameBytes, sameBytesIgnoringCase, startsWith } from "./compare.ts";

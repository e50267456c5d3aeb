/**
 * Addresses as text, and back: for log lines and the command line. The text is written into the
 * caller's buffer, so nothing is allocated.
 */
import { type MacAddress } from "./ethernet.ts";

/** Bytes that any IPv4 address, or `address/bits`, fits into. */
export const IPV4_TEXT_BYTES: usize = 18;
/** Bytes of a MAC address as text. */
export const MAC_TEXT_BYTES: usize = 17;

/** `10.0.2.15`; the text lies in `into` (at least `IPV4_TEXT_BYTES`) and lives as long. */
export function formatIpv4(address: u32, into: Slice<u8>): str {
  let at = 0;
  for (let i: u32 = 0; i < 4; i++) {
    if (i !== 0) {
      into[at] = 46;
      at++;
    }
    at = putDecimal(u8(address >> (24 - i * 8)), into, at);
  }
  return text(into.sub(0, at));
}

/** `10.0.2.15/24`, the mask as the number of its leading ones. */
export function formatIpv4Prefix(address: u32, mask: u32, into: Slice<u8>): str {
  let at = formatIpv4(address, into).length;
  into[at] = 47;
  at = putDecimal(u8(clz(~mask)), into, at + 1);
  return text(into.sub(0, at));
}

/** `52:54:00:12:34:56`; the text lies in `into` (at least `MAC_TEXT_BYTES`). */
export function formatMac(mac: MacAddress, into: Slice<u8>): str {
  for (let i = 0; i < 6; i++) {
    const byte = u8(mac >> ((5 - i) * 8));
    if (i !== 0) into[i * 3 - 1] = 58;
    into[i * 3] = hexDigit(byte >> 4);
    into[i * 3 + 1] = hexDigit(byte & 15);
  }
  return text(into.sub(0, MAC_TEXT_BYTES));
}

/** Reads `10.0.2.15`: the address, and whether the whole text was one. */
export function parseIpv4(source: str): [u32, boolean] {
  const data = bytes(source);
  let address: u32 = 0;
  let at = 0;
  for (let part = 0; part < 4; part++) {
    if (part !== 0) {
      if (at >= data.length || data[at] !== 46) return [0, false];
      at++;
    }
    const [value, next] = parseDecimal(data, at);
    if (next === at || value > 255) return [0, false];
    address = (address << 8) | value;
    at = next;
  }
  return [address, at === data.length];
}

/**
 * Reads `10.0.2.15/24`: address, mask (without `/bits`: /32), and whether the whole text was one.
 */
export function parseIpv4Prefix(source: str): [u32, u32, boolean] {
  const data = bytes(source);
  let end = 0;
  while (end < data.length && data[end] !== 47) end++;
  const [address, valid] = parseIpv4(text(data.sub(0, end)));
  if (!valid) return [0, 0, false];
  if (end === data.length) return [address, 0xffff_ffff, true];
  const [bits, next] = parseDecimal(data, end + 1);
  if (next === end + 1 || next !== data.length || bits > 32) return [0, 0, false];
  return [address, maskOfPrefix(bits), true];
}

/** The mask with this many leading ones, 0 to 32. */
export function maskOfPrefix(bits: u32): u32 {
  return bits === 0 ? 0 : u32(0xffff_ffff) << (32 - bits);
}

/** Digits from `at` on, at most three: their value and where they end. */
function parseDecimal(data: Slice<u8>, at: usize): [u32, usize] {
  let value: u32 = 0;
  let next = at;
  while (next < data.length && next < at + 3) {
    const digit = data[next];
    if (digit < 48 || digit > 57) break;
    value = value * 10 + u32(digit - 48);
    next++;
  }
  return [value, next];
}

function putDecimal(value: u8, into: Slice<u8>, start: usize): usize {
  let at = start;
  if (value >= 100) {
    into[at] = 48 + value / 100;
    at++;
  }
  if (value >= 10) {
    into[at] = 48 + ((value / 10) % 10);
    at++;
  }
  into[at] = 48 + (value % 10);
  return at + 1;
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 48 + value : 87 + value;
}

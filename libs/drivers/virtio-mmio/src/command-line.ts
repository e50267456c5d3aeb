/**
 * Reads the words `virtio_mmio.device=SIZE@ADDRESS:LINE[:ID]` of the kernel command line, by which
 * a machine without enumerable buses (QEMU microvm, Firecracker) says where its devices are.
 *
 * Numbers are decimal, or hexadecimal with `0x`; SIZE may end in K, M or G. A word that is not of
 * this form is skipped.
 * Source: Linux, Documentation/admin-guide/kernel-parameters.txt, `virtio_mmio.device=`.
 */
import { parseDecimal, parseHex, startsWith } from "@typekraft/format";

const PREFIX: str = "virtio_mmio.device=";
const BLANK: u8 = 0x20;
const AT_SIGN: u8 = 0x40;
const COLON: u8 = 0x3a;
/** Interrupt lines are numbered below this. */
const LINE_LIMIT: u64 = 0x1_0000;

/** Where one device is. */
export class MmioDevice {
  address: u64 = 0;
  /** Bytes of registers. */
  size: u64 = 0;
  /** Interrupt line, a global system interrupt. */
  line: u32 = 0;
}

/** Calls `visit` for each device that the command line names, in its order. */
export function forEachMmioDevice(
  commandLine: Slice<u8>,
  visit: (device: MmioDevice) => void,
): void {
  const device = new MmioDevice();
  let rest = commandLine;
  while (rest.length !== 0) {
    const end = find(rest, BLANK);
    const word = rest.sub(0, end);
    rest = end === rest.length ? rest.sub(end) : rest.sub(end + 1);
    if (!startsWith(word, PREFIX)) continue;
    if (parseDevice(word.sub(bytes(PREFIX).length), device)) visit(device);
  }
}

/** The index of the first `byte` in `data`; its length where there is none. */
function find(data: Slice<u8>, byte: u8): usize {
  let at: usize = 0;
  while (at < data.length && data[at] !== byte) at++;
  return at;
}

/** Reads `SIZE@ADDRESS:LINE[:ID]`; false where it is something else. */
function parseDevice(words: Slice<u8>, into: MmioDevice): boolean {
  const at = find(words, AT_SIGN);
  if (at === words.length) return false;
  const [size, sizeValid] = parseSize(words.sub(0, at));
  const place = words.sub(at + 1);
  const colon = find(place, COLON);
  if (colon === place.length) return false;
  const [address, addressValid] = parseNumber(place.sub(0, colon));
  const numbers = place.sub(colon + 1);
  const lineEnd = find(numbers, COLON);
  const [line, lineValid] = parseNumber(numbers.sub(0, lineEnd));
  if (!sizeValid || !addressValid || !lineValid || line >= LINE_LIMIT) return false;
  if (lineEnd !== numbers.length) {
    const [, idValid] = parseNumber(numbers.sub(lineEnd + 1));
    if (!idValid) return false;
  }
  into.size = size;
  into.address = address;
  into.line = u32(line);
  return true;
}

/** A number, and whether all of `digits` is one. */
function parseNumber(digits: Slice<u8>): [u64, boolean] {
  return startsWith(digits, "0x") ? parseHex(digits.sub(2)) : parseDecimal(digits);
}

/** A number that may end in K, M or G. */
function parseSize(digits: Slice<u8>): [u64, boolean] {
  if (digits.length === 0) return [0, false];
  const shift = suffixShift(digits[digits.length - 1]);
  if (shift === 0) return parseNumber(digits);
  const [value, valid] = parseNumber(digits.sub(0, digits.length - 1));
  return [value << shift, valid && value >> 32 === 0];
}

/** What a size is multiplied by where it ends in this letter, as a shift; 0 where it is none. */
function suffixShift(byte: u8): u32 {
  switch (byte) {
    case 0x4b:
      return 10;
    case 0x4d:
      return 20;
    case 0x47:
      return 30;
    default:
      return 0;
  }
}

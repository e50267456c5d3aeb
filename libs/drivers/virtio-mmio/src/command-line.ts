/**
 * Reads the words `virtio_mmio.device=SIZE@ADDRESS:LINE[:ID]` of the kernel command line, by which
 * a machine without enumerable buses (QEMU microvm, Firecracker) says where its devices are.
 *
 * Numbers are decimal, or hexadecimal with `0x`; SIZE may end in K, M or G. A word that is not of
 * this form is skipped.
 * Source: Linux, Documentation/admin-guide/kernel-parameters.txt, `virtio_mmio.device=`.
 */

const PREFIX: str = "virtio_mmio.device=";
const BLANK: u8 = 0x20;
const AT_SIGN: u8 = 0x40;
const COLON: u8 = 0x3a;

/** Where one device is. */
export class MmioDevice {
  address: u64 = 0;
  /** Bytes of registers. */
  size: u64 = 0;
  /** Interrupt line, a global system interrupt. */
  line: u32 = 0;
}

/** A position in the text; `valid` until something unexpected came. */
class Cursor {
  at: usize = 0;
  valid: boolean = true;

  constructor(private readonly text: Slice<u8>) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): u8 {
    return this.atEnd ? BLANK : this.text[this.at];
  }

  /** Skips `byte`, which must come now. */
  expect(byte: u8): void {
    if (this.peek() === byte && !this.atEnd) this.at++;
    else this.valid = false;
  }

  /** Skips `word` where it comes now; whether it does. */
  skipWord(word: Slice<u8>): boolean {
    if (word.length > this.text.length - this.at) return false;
    for (let i = 0; i < word.length; i++) {
      if (this.text[this.at + i] !== word[i]) return false;
    }
    this.at += word.length;
    return true;
  }

  /** Skips to the start of the next word. */
  nextWord(): void {
    while (!this.atEnd && this.text[this.at] !== BLANK) this.at++;
    while (!this.atEnd && this.text[this.at] === BLANK) this.at++;
  }

  number(): u64 {
    let base: u64 = 10;
    if (
      this.peek() === 0x30 &&
      this.at + 1 < this.text.length &&
      (this.text[this.at + 1] | 0x20) === 0x78
    ) {
      base = 16;
      this.at += 2;
    }
    let value: u64 = 0;
    let digits = 0;
    for (;;) {
      const digit = digitOf(this.peek());
      if (u64(digit) >= base) break;
      // 15 hexadecimal digits fit any address there is.
      if (value >> 58 !== 0) this.valid = false;
      value = wrapAdd<u64>(wrapMul<u64>(value, base), u64(digit));
      digits++;
      this.at++;
    }
    if (digits === 0) this.valid = false;
    return value;
  }
}

/** The value of a hexadecimal digit; 255 for anything else. */
function digitOf(byte: u8): u8 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  if (letter >= 0x61 && letter <= 0x66) return letter - 0x57;
  return 255;
}

/** What a size is multiplied by where this letter follows, as a shift; 0 where it is none. */
function suffixShift(byte: u8): u32 {
  switch (byte | 0x20) {
    case 0x6b:
      return 10;
    case 0x6d:
      return 20;
    case 0x67:
      return 30;
    default:
      return 0;
  }
}

function parseDevice(cursor: Cursor, into: MmioDevice): boolean {
  into.size = cursor.number();
  const shift = suffixShift(cursor.peek());
  if (shift !== 0) {
    if (into.size >> 32 !== 0) return false;
    into.size = into.size << shift;
    cursor.at++;
  }
  cursor.expect(AT_SIGN);
  into.address = cursor.number();
  cursor.expect(COLON);
  const line = cursor.number();
  if (line >> 16 !== 0) return false;
  into.line = u32(line);
  if (cursor.peek() === COLON) {
    cursor.expect(COLON);
    cursor.number();
  }
  return cursor.valid && cursor.peek() === BLANK;
}

/** Calls `visit` for each device that the command line names, in its order. */
export function forEachMmioDevice(
  commandLine: Slice<u8>,
  visit: (device: MmioDevice) => void,
): void {
  const cursor = new Cursor(commandLine);
  const device = new MmioDevice();
  while (!cursor.atEnd) {
    if (cursor.skipWord(bytes(PREFIX))) {
      cursor.valid = true;
      if (parseDevice(cursor, device)) visit(device);
    }
    cursor.nextWord();
  }
}

/**
 * A line or message that grows in a buffer of the caller. What does not fit is left out, and
 * `complete` says so; nothing ever fails, because panics and protocol code print with it.
 */
import { formatDecimal, formatHex } from "./digits.ts";

/**
 * Appends to `storage`, which stays the caller's and must outlive the writer. Allocates nothing,
 * never blocks.
 */
export class TextWriter {
  private used: usize = 0;
  private cut: boolean = false;

  constructor(private readonly storage: Slice<u8>) {}

  /** Starts again with nothing. */
  clear(): void {
    this.used = 0;
    this.cut = false;
  }

  /** What was added since the start, as far as it fitted; valid until the next change. */
  contents(): Slice<u8> {
    return this.storage.sub(0, this.used);
  }

  /** The same as text. */
  asText(): str {
    return text(this.contents());
  }

  /** Whether all fitted. */
  complete(): boolean {
    return !this.cut;
  }

  addByte(value: u8): void {
    if (this.used >= this.storage.length) {
      this.cut = true;
      return;
    }
    this.storage[this.used] = value;
    this.used++;
  }

  addBytes(data: Slice<u8>): void {
    let length = data.length;
    const room = this.storage.length - this.used;
    if (length > room) {
      length = room;
      this.cut = true;
    }
    copyBytes(this.storage.sub(this.used, length), data.sub(0, length));
    this.used += length;
  }

  addText(value: str): void {
    this.addBytes(bytes(value));
  }

  /** In decimal. */
  addUnsigned(value: u64): void {
    const digits = fixedArray<u8, 20>();
    const first = formatDecimal(value, digits.slice());
    this.addBytes(digits.slice().sub(first));
  }

  /** In decimal, with `-` where it is negative. */
  addSigned(value: i64): void {
    if (value >= 0) {
      this.addUnsigned(u64(value));
      return;
    }
    this.addByte(0x2d);
    this.addUnsigned(wrapSub(u64(0), u64(value)));
  }

  /** In hexadecimal with `0x`. */
  addHex(value: u64): void {
    const digits = fixedArray<u8, 16>();
    const first = formatHex(value, digits.slice());
    this.addText("0x");
    this.addBytes(digits.slice().sub(first));
  }

  /** In decimal with leading zeros up to `width` digits. */
  addPadded(value: u64, width: usize): void {
    const digits = fixedArray<u8, 20>();
    const first = formatDecimal(value, digits.slice());
    for (let have: usize = digits.length - first; have < width; have++) this.addByte(0x30);
    this.addBytes(digits.slice().sub(first));
  }
}

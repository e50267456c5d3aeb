/**
 * Prints frames as hexadecimal lines in the form that `text2pcap` reads, for a look at a failing
 * test.
 */

const BYTES_PER_LINE: usize = 16;
const HEX = "0123456789abcdef";

/** Prints who does what and the bytes, 16 a line. */
export function dumpFrame(who: str, does: str, data: Slice<u8>): void {
  log`${who} ${does} ${data.length} bytes`;
  const digits = bytes(HEX);
  const line = fixedArray<u8, 64>();
  let at = 0;
  while (at < data.length) {
    const rest = data.length - at;
    const count = rest < BYTES_PER_LINE ? rest : BYTES_PER_LINE;
    let width = 0;
    for (let shift: u64 = 16; shift !== 0; shift -= 4) {
      line[width] = digits[(at >> (shift - 4)) & 15];
      width++;
    }
    for (let i = 0; i < count; i++) {
      const byte = data[at + i];
      line[width] = 32;
      line[width + 1] = digits[usize(byte >> 4)];
      line[width + 2] = digits[usize(byte & 15)];
      width += 3;
    }
    log`${text(line.slice().sub(0, width))}`;
    at += count;
  }
}

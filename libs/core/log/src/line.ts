/**
 * The one line that is being built. All state is zero at the start, so that it works before static
 * initialisers.
 */
import { consoleWrite } from "@typekraft/plat";
import { DECIMAL_DIGITS, formatDecimal } from "@typekraft/format";

/** Bytes of a line that leave in one piece. */
const LINE_BYTES = 512;

const storage = fixedArray<u8, 512>();
staticAssert(DECIMAL_DIGITS <= LINE_BYTES);
let used: usize = 0;

function flush(): void {
  consoleWrite(storage.slice().sub(0, used));
  used = 0;
}

/** Starts a line with `prefix`. */
export function beginLine(prefix: str): void {
  used = 0;
  appendBytes(bytes(prefix));
}

/** Appends; what no longer fits pushes out what is there. */
export function appendBytes(data: Slice<u8>): void {
  let rest = data;
  while (rest.length > LINE_BYTES - used) {
    const room = LINE_BYTES - used;
    copyBytes(storage.slice().sub(used, room), rest.sub(0, room));
    used = LINE_BYTES;
    rest = rest.sub(room);
    flush();
  }
  copyBytes(storage.slice().sub(used, rest.length), rest);
  used += rest.length;
}

/** Appends a number in decimal. */
export function appendUnsigned(value: u64): void {
  const digits = fixedArray<u8, 20>();
  const first = formatDecimal(value, digits.slice());
  appendBytes(digits.slice().sub(first));
}

/** Appends a number in decimal, with `-` where it is negative. */
export function appendSigned(value: i64): void {
  if (value >= 0) {
    appendUnsigned(u64(value));
    return;
  }
  appendBytes(bytes("-"));
  appendUnsigned(wrapSub(u64(0), u64(value)));
}

/** Ends the line and prints it. */
export function endLine(): void {
  appendBytes(bytes("\n"));
  flush();
}

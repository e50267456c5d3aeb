/**
 * Text on the console as it is, for programs whose output is read by others; people read the log.
 */
import { consoleWrite } from "@typekraft/plat";

/** Longest text that goes out together with its end of line. */
const LINE_BYTES = 256;

/** Writes the text, nothing more. */
export function print(line: str): void {
  consoleWrite(bytes(line));
}

/**
 * Writes the text and an end of line, up to 255 bytes in one piece so that other output cannot come
 * between.
 */
export function printLine(line: str): void {
  const data = bytes(line);
  if (data.length >= LINE_BYTES) {
    consoleWrite(data);
    consoleWrite(bytes("\n"));
    return;
  }
  const storage = fixedArray<u8, 256>();
  const whole = storage.slice().sub(0, data.length + 1);
  copyBytes(whole, data);
  whole[data.length] = 0x0a;
  consoleWrite(whole);
}

/**
 * The end of a program that broke its own rules: the functions that the compiler's checks call. The
 * message goes out in one piece, `PANIC file.ts:12: message`; the platform adds the backtrace and
 * ends the machine.
 *
 * They use the stack only, because a check may fail before the static initialisers ran or with the
 * heap in disorder.
 */
import { PANIC_STATUS, consoleWrite, crash, powerOff } from "@typekraft/plat";
import { TextWriter } from "@typekraft/format";

/**
 * Panics that have begun: another one while the first is being reported ends the machine without a
 * message.
 */
let depth: u32 = 0;

/** Ends the machine where a panic is under way already. */
function refuseRecursion(): void {
  depth++;
  if (depth === 2) powerOff(PANIC_STATUS);
  while (depth > 2) {
    // Powering off panicked as well; nothing is left that could be trusted.
  }
}

function beginMessage(message: TextWriter, file: str, line: u32): void {
  message.addText("PANIC ");
  message.addText(file);
  message.addByte(0x3a);
  message.addUnsigned(line);
  message.addText(": ");
}

/** The message's line, cut off where it is too long for the buffer, but always a line. */
function finish(message: TextWriter): never {
  consoleWrite(message.contents());
  consoleWrite(bytes(message.complete() ? "\n" : "…\n"));
  crash();
}

/**
 * An index outside its slice or array.
 * @lang panicBounds
 * @noinline
 */
export function panicBounds(index: u64, length: u64, file: str, line: u32): never {
  refuseRecursion();
  const storage = fixedArray<u8, 512>();
  const message = new TextWriter(storage.slice());
  beginMessage(message, file, line);
  message.addText("index ");
  message.addUnsigned(index);
  message.addText(" is outside 0..");
  message.addUnsigned(length);
  finish(message);
}

/**
 * Any other failed check, assertion or `panic`; `message` is what to say.
 * @lang panicCheck
 * @noinline
 */
export function panicCheck(message: str, file: str, line: u32): never {
  refuseRecursion();
  const storage = fixedArray<u8, 512>();
  const whole = new TextWriter(storage.slice());
  beginMessage(whole, file, line);
  whole.addText(message);
  finish(whole);
}
export { textEquals } from "./text-equals.ts";

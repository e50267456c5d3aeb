/**
 * The last words of a panic: one line `  at 0xADDRESS` for each frame of the stack, then the end of
 * the machine.
 *
 * The walk follows frame pointers and asks the page tables before it reads, so that a broken stack
 * shortens it but cannot fault. Each address is that of the last byte of a call, so that it lies in
 * the calling line even where the callee never returns; the tool looks it up as it is.
 *
 * @unsafe reads frames of the stack
 */
import { PANIC_STATUS } from "@typekraft/plat";
import { isReadable } from "./address-space.ts";
import { framePointer } from "./cpu.ts";
import { isCode } from "./image.ts";
import { powerOff } from "./power.ts";
import { printHex, printText } from "./report.ts";

/** Deep recursion repeats itself; its innermost frames tell enough. */
const MAX_FRAMES: u32 = 48;

let crashing: boolean = false;

/** Marks the beginning of a panic; a second one within it ends the machine at once. */
export function beginCrash(): void {
  if (crashing) powerOff(PANIC_STATUS);
  crashing = true;
}

/**
 * Prints where the caller is and powers off with `PANIC_STATUS`.
 * @noinline
 */
export function crash(): never {
  beginCrash();
  printFrames(framePointer());
  powerOff(PANIC_STATUS);
}

/** Prints the line of one frame. */
export function printFrame(address: u64): void {
  printText("  at ");
  printHex(address);
  printText("\n");
}

/** Prints the callers of the function whose frame pointer is `frame`. */
export function printFrames(frame: u64): void {
  let at = frame;
  for (let depth: u32 = 0; depth < MAX_FRAMES; depth++) {
    if (!isReadable(at) || !isReadable(at + 8)) return;
    const returnsTo = load<u64>(virt(at + 8));
    if (!isCode(returnsTo)) return;
    printFrame(returnsTo - 1);
    const next = load<u64>(virt(at));
    // Frames lie one above the other; anything else is the end, or a circle.
    if (next <= at) return;
    at = next;
  }
  printText("  and further frames\n");
}

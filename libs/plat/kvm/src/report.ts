/**
 * Prints what a dying machine has to say: straight to the console, past log levels and formats,
 * with almost no stack.
 */
import { consoleWrite } from "./serial.ts";

const HEX_DIGITS: u32 = 16;
const scratch = fixedArray<u8, 16>();

/** Prints text as it is. */
export function printText(line: str): void {
  consoleWrite(bytes(line));
}

/** `0x` and as many digits as it takes. */
export function printHex(value: u64): void {
  let digits: u32 = 1;
  while (digits < HEX_DIGITS && value >> (digits * 4) !== 0) digits++;
  printDigits(value, digits);
}

/** `0x` and 16 digits. */
export function printWord(value: u64): void {
  printDigits(value, HEX_DIGITS);
}

function printDigits(value: u64, digits: u32): void {
  for (let index: u32 = 0; index < digits; index++) {
    const digit = u8((value >> ((digits - 1 - index) * 4)) & 15);
    scratch[index] = digit < 10 ? digit + 48 : digit + 87;
  }
  consoleWrite(bytes("0x"));
  consoleWrite(scratch.slice().sub(0, digits));
}

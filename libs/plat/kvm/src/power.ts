/**
 * Ends the machine, and its exit status with it.
 *
 * QEMU's isa-debug-exit device ends QEMU with status 2 × code + 1, so that codes have 7 bits.
 * Without the device the machine is switched off or reset, in the ways that QEMU, Firecracker and
 * others understand, the gentlest first; the status is then lost.
 *
 * @unsafe writes the ports that switch off the machine
 */
import { PANIC_STATUS } from "@typekraft/plat";
import { tripleFault } from "./cpu.ts";
import { consoleFlush } from "./serial.ts";

const DEBUG_EXIT: u16 = 0xf4;
const DEBUG_EXIT_PANIC = 127;
const DEBUG_EXIT_OTHER = 126;
/**
 * PM1a_CNT_BLK as SeaBIOS sets it up on pc and q35; SLP_EN with the sleep type of S5, which is 0 on
 * both.
 */
const ACPI_PM1A_CONTROL: u16 = 0x604;
const ACPI_SLEEP_S5 = 0x2000;
const KEYBOARD_COMMAND: u16 = 0x64;
const KEYBOARD_PULSE_RESET = 0xfe;

/** Ends the machine with the low 8 bits of `status`. */
export function powerOff(status: i32): never {
  consoleFlush();
  outb(DEBUG_EXIT, debugExitCode(status));
  outw(ACPI_PM1A_CONTROL, ACPI_SLEEP_S5);
  outb(KEYBOARD_COMMAND, KEYBOARD_PULSE_RESET);
  tripleFault();
  for (;;) asm`cli; hlt`;
}

/**
 * What to write to the device: 0 to 126 as they are (126 also stands for all that do not fit), 127
 * for a panic.
 */
export function debugExitCode(status: i32): u8 {
  const low = u8(status);
  if (low < DEBUG_EXIT_OTHER) return low;
  return low === u8(PANIC_STATUS) ? DEBUG_EXIT_PANIC : DEBUG_EXIT_OTHER;
}

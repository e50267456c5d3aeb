/**
 * QEMU started directly, for what `./kraft run` has no option for: other machine types, and a network that the test
 * itself plays. Software emulation only, so that it works wherever the tests run.
 */
import { Guest } from "../../tools/guest.ts";

/** A virtual machine to start. */
export interface Machine {
  readonly image: string;
  /** QEMU's machine type; default `pc`. */
  readonly type?: "pc" | "q35" | "microvm";
  readonly memory?: string;
  /** The kernel's command line. */
  readonly append?: string;
  /** More of QEMU's options: devices. */
  readonly options?: readonly string[];
}

/** Starts it with the serial port on standard output; the exit status is QEMU's (docs/design/0003). */
export function startMachine(machine: Machine): Guest {
  return new Guest([
    ...["qemu-system-x86_64", "-accel", "tcg", "-machine", machine.type ?? "pc"],
    ...["-cpu", "max", "-smp", "1"],
    ...["-m", machine.memory ?? "16M", "-nodefaults", "-no-user-config", "-no-reboot"],
    ...["-display", "none", "-serial", "stdio"],
    ...["-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
    ...(machine.options ?? []),
    ...(machine.append === undefined ? [] : ["-append", machine.append]),
    ...["-kernel", machine.image],
  ]);
}

/** QEMU's exit status for a program that ended with `status` (docs/design/0003). */
export const exitStatusOf = (status: number): number => status * 2 + 1;

/**
 * The bare machine of the boot benchmarks: QEMU with the flags of the reference figures, for the floor and for our
 * images alike, started directly so that nothing but QEMU is measured.
 */
import { Guest } from "../../tools/guest.ts";

/** One kernel to boot, and the text that says it is there. */
export interface Kernel {
  readonly path: string;
  readonly marker: RegExp;
  /** More of QEMU's options: devices. */
  readonly devices?: readonly string[];
}

/** QEMU's command line for a kernel with so much memory. */
export function qemuCommand(kernel: Kernel, memoryKib: number): readonly string[] {
  return [
    ...["qemu-system-x86_64", "-accel", "tcg", "-machine", "pc", "-cpu", "max", "-smp", "1"],
    ...["-m", `${String(memoryKib)}K`, "-nodefaults", "-no-reboot", "-display", "none"],
    ...["-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
    ...(kernel.devices ?? []),
    ...["-kernel", kernel.path],
  ];
}

/** Milliseconds from the start of QEMU to the marker. Throws where it does not come within 10 s. */
export async function bootMs(kernel: Kernel, memoryKib: number): Promise<number> {
  const guest = new Guest(qemuCommand(kernel, memoryKib));
  try {
    return await guest.waitFor(kernel.marker, 10_000);
  } finally {
    guest.kill("SIGKILL");
    await guest.ended;
  }
}

/** Whether the marker comes with so much memory, within 3 s. */
export async function bootsWith(kernel: Kernel, memoryKib: number): Promise<boolean> {
  const guest = new Guest(qemuCommand(kernel, memoryKib));
  const booted = await guest.waitFor(kernel.marker, 3000).then(
    () => true,
    () => false,
  );
  guest.kill("SIGKILL");
  await guest.ended;
  return booted;
}

/** The least memory in KiB, to 32 KiB, with which it boots; looks from 640 KiB to 64 MiB. */
export async function leastMemoryKib(kernel: Kernel): Promise<number> {
  const grain = 32;
  let [fails, works] = [640 / grain, 65536 / grain];
  while (works - fails > 1) {
    const middle = (fails + works) >> 1;
    if (await bootsWith(kernel, middle * grain)) works = middle;
    else fails = middle;
  }
  return works * grain;
}

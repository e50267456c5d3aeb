/**
 * The command line of QEMU for an image, and the meaning of its exit code.
 *
 * One image runs on `microvm`, `pc` and `q35`; they differ in how devices are found (virtio-mmio or PCI), so that only
 * the network device's name changes. Source: QEMU 7.2 "System Emulation", docs/design/0003.
 */
import { ExitStatus } from "../diagnostics/error.ts";
import type { MachineType, Network, PublishedPort } from "./options.ts";
import { formatMemory } from "./options.ts";

/** The machine to start. */
export interface MachineOptions {
  readonly machine: MachineType;
  readonly kvm: boolean;
  readonly memoryBytes: number;
  /** Undefined: no network device. */
  readonly network: Network | undefined;
  readonly publish: readonly PublishedPort[];
  /** Port of the gdb stub; the machine then waits for the debugger. */
  readonly gdbPort: number | undefined;
  /** Words for the program. */
  readonly commandLine: readonly string[];
}

/** I/O port of the device that ends QEMU with a status. */
const EXIT_PORT = "0xf4";

/**
 * Without ACPI a microvm announces its virtio-mmio devices on the kernel's command line, which needs no interpreter of
 * ACPI tables, and its firmware has less to do.
 */
const MACHINE_PROPERTIES: Record<MachineType, string> = {
  microvm: "microvm,acpi=off",
  pc: "pc",
  q35: "q35",
};

/** The arguments of `qemu-system-x86_64` for this machine with this image as its kernel. */
export function qemuArguments(image: string, options: MachineOptions): string[] {
  const args = [
    ...["-accel", options.kvm ? "kvm" : "tcg"],
    ...["-machine", MACHINE_PROPERTIES[options.machine]],
    ...["-cpu", "max", "-smp", "1", "-m", formatMemory(options.memoryBytes)],
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio"],
    ...["-device", `isa-debug-exit,iobase=${EXIT_PORT},iosize=0x04`],
  ];
  if (options.network !== undefined)
    args.push(...networkArguments(options.machine, options.network, options.publish));
  if (options.gdbPort !== undefined)
    args.push("-gdb", `tcp:127.0.0.1:${String(options.gdbPort)}`, "-S");
  args.push("-kernel", image);
  if (options.commandLine.length > 0)
    args.push("-append", options.commandLine.map(commandLineWord).join(" "));
  return args;
}

/** The word as `@typekraft/args` reads it from the command line, by the shell's rules: a blank in it stays in it. */
export function commandLineWord(word: string): string {
  const plain = word !== "" && !/[\x00-\x20'"\\]/.test(word);
  return plain ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function networkArguments(
  machine: MachineType,
  network: Network,
  publish: readonly PublishedPort[],
): string[] {
  const forwards = publish.map(
    ({ protocol, address, host, guest }) =>
      `,hostfwd=${protocol}:${address}:${String(host)}-:${String(guest)}`,
  );
  const backend =
    network.kind === "user"
      ? `user,id=net0${forwards.join("")}`
      : `tap,id=net0,ifname=${network.interface},script=no,downscript=no`;
  // No option ROM: nobody boots from the network, and loading it costs time.
  const device =
    machine === "microvm" ? "virtio-net-device,netdev=net0" : "virtio-net-pci,netdev=net0,romfile=";
  const modern = machine === "microvm" ? ["-global", "virtio-mmio.force-legacy=false"] : [];
  return [...modern, "-netdev", backend, "-device", device];
}

/** What the end of QEMU means. */
export interface GuestEnd {
  readonly status: number;
  /** What the user should know, where the status alone does not tell it. */
  readonly note?: string;
  /** QEMU itself failed; its message says why. */
  readonly qemuFailed?: true;
}

/** `code` is QEMU's exit code, `stderr` what it printed there (a guest cannot). */
export function guestEnd(code: number, stderr: string): GuestEnd {
  const complaints = stderr
    .split("\n")
    .filter((line) => /^qemu-system-\w+: (?!warning)/.test(line));
  if (complaints.length > 0 && code === 1) return { status: ExitStatus.Failed, qemuFailed: true };
  if (code === 0) {
    return {
      status: ExitStatus.Panic,
      note: "the machine reset itself: the program crashed before it could say why",
    };
  }
  if (code % 2 === 0) return { status: code, note: `QEMU ended with status ${String(code)}` };
  const written = code >> 1;
  if (written === 127) return { status: ExitStatus.Panic };
  if (written === 126)
    return { status: 126, note: "the program ended with a status that is above 125" };
  return { status: written };
}

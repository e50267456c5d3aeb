/** `kraft run`: builds what is needed, starts it as a machine or a process, and reports how it ended. */
import { ExitStatus, KraftError } from "../diagnostics/error.ts";
import { chooseAcceleration } from "../machine/acceleration.ts";
import { formatMemory } from "../machine/options.ts";
import type { MachineType, Network, PublishedPort } from "../machine/options.ts";
import { guestEnd, qemuArguments } from "../machine/qemu.ts";
import { NETWORK_API } from "../resolve/resolve.ts";
import { runOnConsole } from "../sys/console.ts";
import type { ConsoleEnd } from "../sys/console.ts";
import { quote } from "../sys/execute.ts";
import { hardwareFacts, hasInterface } from "../sys/hardware.ts";
import { portProblem } from "../sys/ports.ts";
import { requireTools } from "../sys/tools.ts";
import type { BuiltTarget } from "./build.ts";

/** How the program is to be started. */
export interface RunOptions {
  readonly machine: MachineType;
  readonly memoryBytes: number;
  readonly network: Network;
  readonly publish: readonly PublishedPort[];
  readonly gdbPort: number | undefined;
  readonly timeoutMs: number | undefined;
  /** Words for the program. */
  readonly words: readonly string[];
}

/** A command that is ready to be started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** What the user should know before it starts. */
  readonly notes: readonly string[];
}

/** Memory for page tables, heap and stacks beyond the image itself; less is no machine for any program. */
const MINIMUM_HEADROOM = 128 * 1024;

/** The command for this image. Throws `KraftError` where the options do not fit it. */
export function launch(built: BuiltTarget, options: RunOptions): Launch {
  return built.target === "linux/x86_64"
    ? launchProcess(built, options)
    : launchMachine(built, options);
}

function launchProcess(built: BuiltTarget, options: RunOptions): Launch {
  if (options.network.kind === "tap") {
    throw new KraftError({
      code: "KR6001",
      what: "a Linux process uses the sockets of this computer, not a tap device",
      next: "leave --network out, or build for qemu/x86_64",
    });
  }
  const notes = options.publish.map(
    ({ guest }) =>
      `--publish is not needed: as a process it listens on port ${String(guest)} itself`,
  );
  if (options.gdbPort === undefined)
    return { command: built.image.path, args: options.words, notes };
  const address = `127.0.0.1:${String(options.gdbPort)}`;
  return {
    command: "gdbserver",
    args: [address, built.program.debugImage, ...options.words],
    notes,
  };
}

function launchMachine(built: BuiltTarget, options: RunOptions): Launch {
  const { "qemu-system-x86_64": qemu } = requireTools(["qemu-system-x86_64"]);
  const { memoryEnd } = built.summary;
  if (options.memoryBytes < memoryEnd + MINIMUM_HEADROOM) {
    const least = Math.ceil((memoryEnd + MINIMUM_HEADROOM) / (64 * 1024)) * 64;
    throw new KraftError({
      code: "KR6002",
      what: `${formatMemory(options.memoryBytes)} of memory cannot hold the image`,
      why: `it is loaded at 1 MiB and ends at ${String(Math.ceil(memoryEnd / 1024))}K`,
      next: `use --memory ${String(least)}K or more`,
    });
  }
  const networked = built.resolution.bindings.has(NETWORK_API);
  if (!networked && options.publish.length > 0) {
    throw new KraftError({
      code: "KR6003",
      what: "the program does not use the network, so that no port can be published",
      next: "leave --publish out",
    });
  }
  if (options.network.kind === "tap") checkTap(options.network.interface, options.publish);
  const acceleration = chooseAcceleration(hardwareFacts());
  const args = qemuArguments(built.image.path, {
    machine: options.machine,
    kvm: acceleration.kvm,
    memoryBytes: options.memoryBytes,
    network: networked ? options.network : undefined,
    publish: options.publish,
    gdbPort: options.gdbPort,
    commandLine: options.words,
  });
  const gdb = options.gdbPort;
  const notes = acceleration.note === undefined ? [] : [acceleration.note];
  if (gdb !== undefined) {
    notes.push(
      `waits for: gdb ${quote(built.program.debugImage)} -ex 'target remote 127.0.0.1:${String(gdb)}'`,
    );
  }
  return { command: qemu, args, notes };
}

function checkTap(name: string, publish: readonly PublishedPort[]): void {
  if (publish.length > 0) {
    throw new KraftError({
      code: "KR6004",
      what: "--publish belongs to user-mode networking; through a tap device the guest has an address of its own",
      next: "leave --publish or --network out",
    });
  }
  if (!hasInterface(name)) {
    throw new KraftError({
      code: "KR6005",
      what: `there is no network interface ${name}`,
      next: `ip tuntap add ${name} mode tap && ip addr add 10.0.0.1/24 dev ${name} && ip link set ${name} up   (as root)`,
    });
  }
}

/** Whether all ports that the machine would open on this computer are free. */
export async function checkPorts(options: RunOptions): Promise<void> {
  const gdb =
    options.gdbPort === undefined
      ? []
      : [{ protocol: "tcp" as const, address: "127.0.0.1", host: options.gdbPort }];
  for (const { protocol, address, host } of [...options.publish, ...gdb]) {
    const problem = await portProblem(protocol, address, host);
    if (problem === undefined) continue;
    const reasons: Record<string, string> = {
      EADDRINUSE: "another program uses it",
      EACCES: "ports below 1024 need privileges",
      EADDRNOTAVAIL: "this computer does not have the address",
    };
    throw new KraftError({
      code: "KR6006",
      what: `${protocol} port ${String(host)} on ${address} cannot be opened`,
      why: reasons[problem] ?? problem,
      next:
        problem === "EADDRINUSE"
          ? `choose another port, or see who has it: ss -lnp${protocol.charAt(0)} 'sport = :${String(host)}'`
          : "choose another port or address",
    });
  }
}

/** How the run ended: the status to return, and what the user should know about it. */
export interface RunEnd {
  readonly status: number;
  readonly note: string | undefined;
}

/** Starts it and waits for its end. */
export async function runLaunch(
  built: BuiltTarget,
  ready: Launch,
  timeoutMs: number | undefined,
): Promise<RunEnd> {
  const isProcess = built.target === "linux/x86_64";
  const end = await runOnConsole({
    command: ready.command,
    args: ready.args,
    debugImage: built.program.debugImage,
    stdin: isProcess ? "inherit" : "ignore",
    timeoutMs,
    showErrors: isProcess,
  });
  if (end.endedBy !== undefined) return stopped(end.endedBy, timeoutMs);
  return isProcess ? processEnd(end) : machineEnd(end);
}

function stopped(by: NonNullable<ConsoleEnd["endedBy"]>, timeoutMs: number | undefined): RunEnd {
  const after = `stopped after ${String((timeoutMs ?? 0) / 1000)} s as --timeout asks`;
  return { status: by.status, note: by.reason === "timeout" ? after : undefined };
}

function processEnd(end: ConsoleEnd): RunEnd {
  const signal = end.status - 128;
  const crashed = [4, 7, 8, 11].includes(signal);
  return {
    status: end.status,
    note: crashed ? `the process was ended by signal ${String(signal)}` : undefined,
  };
}

function machineEnd(end: ConsoleEnd): RunEnd {
  const guest = guestEnd(end.status, end.stderr);
  if (guest.qemuFailed === true) {
    throw new KraftError({
      code: "KR6007",
      what: "QEMU could not start the machine",
      why: end.stderr.trim(),
      next: "see the exact command with --dry-run",
    });
  }
  const panicked = guest.status === ExitStatus.Panic && guest.note === undefined;
  return { status: guest.status, note: panicked ? "the program panicked" : guest.note };
}

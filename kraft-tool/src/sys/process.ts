/**
 * Starts programs. Every child is known here, and those that still run are ended with the tool, so that no process is
 * left behind by an error or a signal.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** How a program ended and what it printed. */
export interface ProcessResult {
  /** The exit status, or 128 + signal number as a shell has it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Circumstances of a run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Written to its standard input. */
  readonly input?: string;
}

/** Output beyond this is cut off: a program that prints without end must not fill our memory. */
const MAXIMUM_OUTPUT = 4 * 1024 * 1024;
const SIGNAL_NUMBERS: Record<string, number> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSYS: 31,
};
const children = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Runs a program to its end and collects what it prints. Rejects only where it cannot be started. */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProcessResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.add(child);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => {
      if (output[name].length < MAXIMUM_OUTPUT) output[name] += text;
    });
  }
  // A program that does not read its input closes the pipe; that is no error of ours.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          child.kill("SIGKILL");
        }, options.timeoutMs);
  try {
    const status = await ended(child);
    return { status, ...output, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a program whose output is read while it runs, in a process group of its own: Ctrl-C reaches only us. */
export function startProcess(
  command: string,
  args: readonly string[],
  stdin: "inherit" | "ignore",
): ChildProcess {
  const child = spawn(command, args, { stdio: [stdin, "pipe", "pipe"], detached: true });
  children.add(child);
  return child;
}

/** Waits for the end of the program and of its output; its status as `ProcessResult` has it. */
export async function ended(child: ChildProcess): Promise<number> {
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? ""] ?? 0));
      });
    });
  } finally {
    children.delete(child);
  }
}

/** Asks a program to end, and ends it by force when it has not done so within `graceMs`. */
export function endProcess(child: ChildProcess, graceMs: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
}

/** Runs a guest or process with its console streamed through the backtrace filter to our standard output. */
import type { ChildProcess } from "node:child_process";
import { BacktraceFilter, parseSymboliser } from "../image/backtrace.ts";
import type { Symbolise } from "../image/backtrace.ts";
import { endProcess, ended, runProcess, startProcess } from "./process.ts";
import { onEndingSignal } from "./signals.ts";
import { findTool } from "./tools.ts";

/** A program to run with its console here. */
export interface ConsoleRun {
  readonly command: string;
  readonly args: readonly string[];
  /** The image with line numbers. */
  readonly debugImage: string;
  readonly stdin: "inherit" | "ignore";
  readonly timeoutMs: number | undefined;
  /** Whether standard error belongs to the program and is shown; otherwise it is only collected. */
  readonly showErrors: boolean;
}

/** How it ended. */
export interface ConsoleEnd {
  readonly status: number;
  readonly stderr: string;
  /** We ended it: with this status, because of a signal or the timeout. */
  readonly endedBy: { readonly status: number; readonly reason: "signal" | "timeout" } | undefined;
}

/** Time for a program to end by itself after it was asked to. */
const GRACE_MS = 2000;
const MAXIMUM_ERRORS = 64 * 1024;

/** Runs to the end. Ctrl-C and its relatives end the program first, so that nothing is left behind. */
export async function runOnConsole(run: ConsoleRun): Promise<ConsoleEnd> {
  let endedBy: ConsoleEnd["endedBy"];
  const child = startProcess(run.command, run.args, run.stdin);
  const stop = (status: number, reason: "signal" | "timeout"): void => {
    endedBy ??= { status, reason };
    endProcess(child, GRACE_MS);
  };
  const noMoreSignals = onEndingSignal((status) => {
    stop(status, "signal");
  });
  const timer =
    run.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          stop(124, "timeout");
        }, run.timeoutMs);
  let stderr = "";
  child.stderr?.setEncoding("latin1");
  child.stderr?.on("data", (text: string) => {
    if (run.showErrors) process.stderr.write(text, "latin1");
    if (stderr.length < MAXIMUM_ERRORS) stderr += text;
  });
  try {
    const [status] = await Promise.all([ended(child), stream(child, run.debugImage)]);
    return { status, stderr, endedBy };
  } finally {
    clearTimeout(timer);
    noMoreSignals();
  }
}

async function stream(child: ChildProcess, debugImage: string): Promise<void> {
  const filter = new BacktraceFilter(symboliser(debugImage));
  if (child.stdout === null) return;
  child.stdout.setEncoding("latin1");
  for await (const chunk of child.stdout as AsyncIterable<string>) {
    await write(await filter.push(chunk));
  }
  await write(filter.end());
}

/** Waits where the reader is slower than the program, so that output does not pile up here. */
async function write(text: string): Promise<void> {
  if (text === "" || process.stdout.destroyed) return;
  await new Promise<void>((resolve) => {
    process.stdout.write(text, "latin1", () => {
      resolve();
    });
  });
}

/** Looks addresses up with llvm-symbolizer; where that is missing or fails, addresses stay as they are. */
export function symboliser(debugImage: string): Symbolise {
  return async (addresses) => {
    const tool = findTool("llvm-symbolizer");
    if (tool === undefined) return [];
    // A return address belongs to the line behind the call, which may be another one: look one byte before it.
    const words = addresses.map(
      (address) => `0x${(address > 0n ? address - 1n : 0n).toString(16)}`,
    );
    const args = [`--obj=${debugImage}`, "--output-style=JSON", ...words];
    const { status, stdout } = await runProcess(tool, args, { timeoutMs: 10_000 });
    return status === 0 ? parseSymboliser(stdout) : [];
  };
}

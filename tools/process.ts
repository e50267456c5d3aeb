/** Starting other programs from the repository's scripts: output collected or passed on, always with a time limit. */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder, without a slash at the end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** What a finished program left behind. */
export interface Finished {
  /** Exit status; 128 + signal number is not computed: a signal gives 1, a start that failed 127. */
  readonly status: number;
  /** Standard output and standard error in the order in which they arrived. */
  readonly output: string;
  readonly milliseconds: number;
}

/** Options of `run`. */
export interface RunOptions {
  /** Kills the program's whole process group afterwards; the status is then 1. Default: 10 minutes. */
  readonly timeoutMs?: number;
  /** Also passes the output on to this process's own output as it comes. */
  readonly show?: boolean;
}

/**
 * Runs a program in the root folder, with the npm packages' commands first in the search path.
 * Never rejects: a program that cannot be started gives status 127 and the reason as output.
 */
export function run(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [program = "", ...args] = command;
  const started = performance.now();
  const bin = join(root, "node_modules/.bin");
  const child = spawn(program, args, {
    cwd: root,
    detached: true,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ""}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (options.show === true) process.stdout.write(text);
    });
  }
  return new Promise((resolve) => {
    const timeoutMs = options.timeoutMs ?? 600_000;
    const stop = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    };
    const timer = setTimeout(() => {
      output += `\nstopped after ${String(timeoutMs / 1000)} s\n`;
      stop();
    }, timeoutMs);
    process.once("SIGINT", stop);
    const finish = (status: number): void => {
      clearTimeout(timer);
      process.removeListener("SIGINT", stop);
      resolve({ status, output, milliseconds: performance.now() - started });
    };
    child.once("error", (error) => {
      output += `${program}: ${error.message}\n`;
      finish(127);
    });
    child.once("close", (code) => {
      finish(code ?? 1);
    });
  });
}

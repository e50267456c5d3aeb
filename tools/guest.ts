/**
 * A program that runs in the background and talks on its standard output: a virtual machine started by `./kraft run`, or
 * QEMU itself. It has its own process group, and ends with this process at the latest.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { root } from "./process.ts";

const running = new Set<Guest>();
process.once("exit", () => {
  for (const guest of running) guest.kill("SIGKILL");
});

/** One running program. */
export class Guest {
  /** Everything it has written to standard output and standard error so far. */
  output = "";
  /** Time of the start, as `performance.now()` counts. */
  readonly startedMs: number = performance.now();
  /** Resolves with the exit status when it has ended; 128 + 15 or so after a signal is 1 here. */
  readonly ended: Promise<number>;
  private readonly child: ChildProcess;
  private readonly listeners = new Set<() => void>();
  private over = false;

  constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    const child = spawn(program, args, {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
        this.changed();
      });
    }
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => {
        this.output += `${program}: ${error.message}\n`;
        this.finish();
        resolve(127);
      });
      child.once("close", (code) => {
        this.finish();
        resolve(code ?? 1);
      });
    });
  }

  /** The process id, which `ps` shows; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Waits for a text in the output and gives the milliseconds from the start until it was there.
   * Rejects with the output so far where the program ends or the time is over before.
   */
  waitFor(pattern: RegExp | string, timeoutMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const there =
          typeof pattern === "string" ? this.output.includes(pattern) : pattern.test(this.output);
        if (there) {
          settle();
          resolve(performance.now() - this.startedMs);
        } else if (this.over) {
          settle();
          reject(new Error(`ended without ${String(pattern)}. Its output:\n${this.output}`));
        }
      };
      const timer = setTimeout(() => {
        settle();
        reject(
          new Error(
            `no ${String(pattern)} within ${String(timeoutMs)} ms. The output:\n${this.output}`,
          ),
        );
      }, timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.listeners.delete(look);
      };
      this.listeners.add(look);
      look();
    });
  }

  /** Ends it as Ctrl-C does, by force where that does not help within 5 s, and gives the exit status. */
  async stop(): Promise<number> {
    if (!this.over) this.kill("SIGINT");
    const timer = setTimeout(() => {
      this.kill("SIGKILL");
    }, 5000);
    const status = await this.ended;
    clearTimeout(timer);
    return status;
  }

  /** Sends a signal to it and all that it has started. */
  kill(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined || this.over) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch (error) {
      // It ended between two instructions of ours.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  private finish(): void {
    this.over = true;
    running.delete(this);
    this.changed();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** A TCP port of the loopback interface that was free just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no TCP port"));
        else resolve(address.port);
      });
    });
  });
}

/** The real world for reading Kconfig trees: files, the environment, and `/bin/sh` for `$(shell)`. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { KconfigHost } from "../kconfig/host.ts";
import { printError } from "./terminal.ts";

/** Compilers that are asked what they can do answer at once; what hangs is ended. */
const SHELL_TIMEOUT_MS = 60_000;
const MAXIMUM_OUTPUT_BYTES = 1 << 20;

/** Files are read each time; whoever sources one twice wants it twice. */
export function systemKconfigHost(): KconfigHost {
  const results = new Map<string, string | undefined>();
  return {
    read: (path) => attempt(() => readFileSync(path, "utf8")),
    entries: (folder) => attempt(() => readdirSync(folder)) ?? [],
    environment: (name) => process.env[name],
    // What a command says does not change while one tree is read, and trees ask the same things often.
    shell: (command) => {
      if (!results.has(command)) results.set(command, runShell(command));
      return results.get(command);
    },
    print: printError,
  };
}

function runShell(command: string): string | undefined {
  const done = spawnSync("/bin/sh", ["-c", command], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: SHELL_TIMEOUT_MS,
    maxBuffer: MAXIMUM_OUTPUT_BYTES,
  });
  return done.error === undefined ? done.stdout : undefined;
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

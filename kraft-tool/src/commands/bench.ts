/**
 * `kraft bench`: runs a benchmark of this repository's own sources in a process of its own. The benchmarks belong to the
 * checkout and not to the tool, so that they are started from their sources.
 */
import { join } from "node:path";
import { repositoryRoot } from "../sys/paths.ts";
import { runProcess } from "../sys/process.ts";
import type { ProcessResult } from "../sys/process.ts";

/** The benchmarks there are. */
export const BENCHMARKS = ["language", "boot", "http"] as const;

const TIMEOUT_MS = 600_000;

/**
 * Runs one of them to its end.
 * @param name which
 * @param options passed on: `--json` (prints one JSON object), `--checks` (language: the cost of each kind of checks)
 */
export function bench(
  name: (typeof BENCHMARKS)[number],
  options: readonly string[],
): Promise<ProcessResult> {
  const root = repositoryRoot();
  const script = join(root, "bench", name, "run.ts");
  return runProcess(join(root, "node_modules/.bin/tsx"), [script, ...options], {
    cwd: root,
    timeoutMs: TIMEOUT_MS,
  });
}

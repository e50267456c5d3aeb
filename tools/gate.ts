/**
 * The gate: every check of the sources that needs no machine to run on.
 *
 * Each check is one command that prints its findings and fails where there are any. They run two at a time; what a
 * passing check printed is dropped, what a failing one printed is shown in full.
 */
import { run, type Finished } from "./process.ts";

/** One check of the gate. */
export interface Check {
  readonly name: string;
  readonly command: readonly string[];
  /** What mends the findings by itself, where such a thing exists. */
  readonly fix?: readonly string[];
}

/** In the order in which they start; the slow ones first. */
export const checks: readonly Check[] = [
  {
    name: "lint",
    command: ["eslint", ".", "--cache", "--cache-location", "out/eslint-cache", "--max-warnings=0"],
    fix: ["eslint", ".", "--fix"],
  },
  { name: "types (Node side)", command: ["tsc", "-b", "--pretty", "false"] },
  {
    name: "types (kernel dialect)",
    command: ["tsc", "-p", "tsconfig.kernel-all.json", "--pretty", "false"],
  },
  {
    name: "format",
    command: ["prettier", "--check", "--log-level", "warn", "."],
    fix: ["prettier", "--write", "--log-level", "warn", "."],
  },
  {
    name: "borders between layers",
    command: [
      "depcruise",
      "--config",
      "dependency-cruiser.config.mjs",
      "--output-type",
      "err",
      ".",
    ],
  },
  { name: "dead code", command: ["knip", "--no-progress", "--no-config-hints"] },
  { name: "spelling", command: ["cspell", "--no-progress", "--no-summary", "**/*.md"] },
  { name: "tidy", command: ["tsx", "tools/tidy.ts"] },
];

/** The result of one check. */
export interface Outcome {
  readonly check: Check;
  readonly finished: Finished;
}

/** Runs the checks, two at a time, and tells of each as soon as it has finished. */
export async function runGate(tell: (outcome: Outcome) => void): Promise<readonly Outcome[]> {
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const outcome = { check, finished: await run(check.command) };
      outcomes.push(outcome);
      tell(outcome);
    }
  };
  await Promise.all([worker(), worker()]);
  return outcomes;
}

/** `ok    lint   12.3 s`, followed by the findings where there are any. */
export function describe({ check, finished }: Outcome): string {
  const seconds = (finished.milliseconds / 1000).toFixed(1);
  const failed = finished.status !== 0;
  const line = `${failed ? "FAIL" : "ok  "}  ${check.name.padEnd(24)} ${seconds.padStart(6)} s\n`;
  return failed ? `${line}${finished.output.trimEnd()}\n\n` : line;
}

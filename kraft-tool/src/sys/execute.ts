/** Runs the steps of a plan: what is in the cache is not run, the rest in parallel, results appear whole or not at all. */
import { KraftError } from "../diagnostics/error.ts";
import { OUTPUT } from "../graph/plan.ts";
import type { Plan, Step } from "../graph/plan.ts";
import {
  fileStamp,
  folderEntries,
  isFile,
  makeFolder,
  moveFile,
  remove,
  touch,
  writeFile,
} from "./files.ts";
import { runProcess } from "./process.ts";
import { availableParallelism } from "./terminal.ts";

/** Told what is going on. */
export interface Progress {
  /** A step begins; `done` of `total` are finished. */
  readonly step: (title: string, done: number, total: number) => void;
  /** For `--verbose`: the command as one could type it, or output of a successful command. */
  readonly detail: (text: string) => void;
}

/** What was done. */
export interface ExecuteResult {
  /** Steps that ran; the others were current. */
  readonly ran: number;
  /** Keys of the link steps by output, for the manifest. */
  readonly keys: Record<string, string>;
}

/** Runs what is not current. `earlierKeys` are those of the last build's link steps. */
export async function executePlan(
  plan: Plan,
  earlierKeys: Readonly<Record<string, string>>,
  progress: Progress,
): Promise<ExecuteResult> {
  for (const { path, text } of plan.sources) writeFile(path, text);
  const stale = plan.objects.filter(({ output }) => !isFile(output));
  for (const { output } of plan.objects) if (isFile(output)) touch(output);
  const keys = Object.fromEntries(plan.link.map(({ output, key }) => [output, key]));
  const current = ({ output, key }: Step): boolean => earlierKeys[output] === key && isFile(output);
  const firstStale = plan.link.findIndex((step) => !current(step));
  const links = firstStale < 0 ? [] : plan.link.slice(firstStale);
  const total = stale.length + links.length;
  let done = 0;
  const run = async (step: Step): Promise<void> => {
    progress.step(step.title, done, total);
    await runStep(step, progress);
    done++;
  };
  await inParallel(stale, availableParallelism(), run);
  for (const step of links) await run(step);
  return { ran: total, keys };
}

async function runStep(step: Step, progress: Progress): Promise<void> {
  const unfinished = `${step.output}.${String(process.pid)}.tmp`;
  const args = step.args.map((arg) => (arg === OUTPUT ? unfinished : arg));
  makeFolder(step.output.slice(0, step.output.lastIndexOf("/")));
  const shown = [step.command, ...step.args.map((arg) => (arg === OUTPUT ? step.output : arg))];
  progress.detail(shown.map(quote).join(" "));
  const result = await runProcess(step.command, args);
  if (result.status !== 0) {
    remove(unfinished);
    throw new KraftError({
      code: "KR5002",
      what: `${step.title} failed with status ${String(result.status)}`,
      why: result.stderr.trim().split("\n").slice(0, 40).join("\n"),
      next: "if your program is accepted by the compiler, this is a fault of Typekraft: please report it with this text",
    });
  }
  if (result.stderr !== "") progress.detail(result.stderr.trimEnd());
  moveFile(unfinished, step.output);
}

/** Runs at most `limit` at once; the first failure ends the rest and is thrown. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined && !failed; item = items[next++]) {
      try {
        await run(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
  const results = await Promise.allSettled(workers);
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Removes objects that no build has used for `days`. */
export function cleanCache(folder: string, days: number): void {
  const oldest = Date.now() - days * 86_400_000;
  for (const name of folderEntries(folder)) {
    const stamp = fileStamp(`${folder}/${name}`);
    if (stamp !== undefined && stamp.mtimeMs < oldest) remove(`${folder}/${name}`);
  }
}

/** A word as the shell reads it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs wrk and reads its report. */
import { run } from "../../tools/process.ts";

/** What wrk measured. */
export interface WrkResult {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Connection, read, write and timeout errors, and answers other than 2xx and 3xx. */
  readonly errors: number;
  /** Milliseconds, as wrk prints it. */
  readonly latencyMs: number;
}

/**
 * Runs `wrk -t2 -c30 -dSECONDSs URL`, within `prefix` (a namespace). Throws where wrk fails.
 * A request counts as timed out after 10 s instead of 2: QEMU's forwarded port has a queue of one connection, so that
 * the kernel makes some of 30 that come at once wait for seconds before the machine hears of them.
 */
export async function runWrk(
  url: string,
  seconds: number,
  prefix: (...command: readonly string[]) => readonly string[] = (...command) => command,
): Promise<WrkResult> {
  const command = prefix("wrk", "-t2", "-c30", `-d${String(seconds)}s`, "--timeout", "10s", url);
  const { status, output } = await run(command, { timeoutMs: (seconds + 30) * 1000 });
  if (status !== 0) throw new Error(output);
  return parseWrk(output);
}

/** Reads wrk's report. Throws where it is none. */
export function parseWrk(output: string): WrkResult {
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1];
  const requests = /(\d+) requests in/.exec(output)?.[1];
  const latency = /Latency\s+([\d.]+)(us|ms|s)/.exec(output);
  if (rate === undefined || requests === undefined) throw new Error(`no report of wrk:\n${output}`);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    output,
  );
  const other = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1];
  const counts = [...(sockets?.slice(1) ?? []), other ?? "0"];
  const unit = { us: 0.001, ms: 1, s: 1000 }[latency?.[2] ?? "ms"] ?? 1;
  return {
    requestsPerSecond: Number(rate),
    requests: Number(requests),
    errors: counts.reduce((sum, count) => sum + Number(count), 0),
    latencyMs: Number(latency?.[1] ?? Number.NaN) * unit,
  };
}

/**
 * `tsx bench/http/run.ts [--json] [--seconds N]`: examples/http-hello under `wrk -t2 -c30`, through user-mode networking
 * and, as root, through a tap device in a network namespace. Exit status 1 where wrk saw an error or where the allocator
 * holds more after the load than before.
 */
import { freePort, Guest } from "../../tools/guest.ts";
import { build } from "../../tools/kraft.ts";
import { run } from "../../tools/process.ts";
import { Namespace } from "./namespace.ts";
import { runWrk, type WrkResult } from "./wrk.ts";

const PROJECT = "examples/http-hello";
const WARM_UP_SECONDS = 2;
/** A closed connection is remembered for twice the segment lifetime; only then is its memory free. */
const SETTLE_MS = 3000;

type Prefix = (...command: readonly string[]) => readonly string[];

/** One way to the machine. */
interface Setting {
  readonly network: "user" | "tap";
  readonly url: string;
  readonly options: readonly string[];
  readonly prefix: Prefix;
}

interface Row extends WrkResult {
  readonly network: string;
  readonly usedBefore: number;
  readonly usedAfter: number;
}

/** Fetches within the setting's namespace; the output of curl. Throws where nobody answers. */
async function curl({ url, prefix }: Setting, path: string): Promise<string> {
  const command = ["curl", "-sS", "--fail", "--max-time", "2", "--retry", "40"];
  const retry = ["--retry-all-errors", "--retry-delay", "1", `${url}${path}`];
  const { status, output } = await run(prefix(...command, ...retry), { timeoutMs: 60_000 });
  if (status !== 0) throw new Error(output);
  return output;
}

/** Bytes of the heap in use, as the machine itself counts them. */
async function usedBytes(setting: Setting): Promise<number> {
  const text = await curl(setting, "stats");
  return (JSON.parse(text) as { readonly used: number }).used;
}

async function measure(setting: Setting, seconds: number): Promise<Row> {
  const guest = new Guest(
    setting.prefix("./kraft", "run", PROJECT, "--target", "qemu/x86_64", ...setting.options),
  );
  try {
    await curl(setting, "");
    await runWrk(setting.url, WARM_UP_SECONDS, setting.prefix);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const usedBefore = await usedBytes(setting);
    const result = await runWrk(setting.url, seconds, setting.prefix);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return { network: setting.network, ...result, usedBefore, usedAfter: await usedBytes(setting) };
  } catch (error) {
    throw new Error(`${setting.network}: the console says:\n${guest.output}`, { cause: error });
  } finally {
    await guest.stop();
  }
}

async function measureUser(seconds: number): Promise<Row> {
  const port = String(await freePort());
  const options = ["--publish", `${port}:80`];
  const prefix: Prefix = (...command) => command;
  return measure({ network: "user", url: `http://127.0.0.1:${port}/`, options, prefix }, seconds);
}

async function measureTap(seconds: number): Promise<Row> {
  const namespace = new Namespace();
  try {
    await namespace.create();
    const url = `http://${namespace.guestAddress}/`;
    const options = ["--network", `tap:${namespace.tap}`];
    const prefix: Prefix = (...command) => namespace.inside(...command);
    return await measure({ network: "tap", url, options, prefix }, seconds);
  } finally {
    await namespace.remove();
  }
}

const secondsAt = process.argv.indexOf("--seconds");
const seconds = secondsAt < 0 ? 10 : Number(process.argv[secondsAt + 1]);
const image = await build(PROJECT, "--target", "qemu/x86_64");
const rows = [await measureUser(seconds)];
if (Namespace.possible()) rows.push(await measureTap(seconds));
else process.stderr.write("bench: no tap measurement, which needs root\n");

if (process.argv.includes("--json")) {
  const report = { benchmark: "http", seconds, imageBytes: image.bytes, rows };
  process.stdout.write(`${JSON.stringify(report)}\n`);
} else {
  process.stdout.write("network  requests/s  latency ms  errors  heap used before → after\n");
  for (const row of rows) {
    const rate = row.requestsPerSecond.toFixed(0).padStart(12);
    const latency = row.latencyMs.toFixed(2).padStart(12);
    const memory = `${String(row.usedBefore)} → ${String(row.usedAfter)}`;
    process.stdout.write(
      `${row.network.padEnd(7)}${rate}${latency}${String(row.errors).padStart(8)}  ${memory}\n`,
    );
  }
}
const clean = rows.every((row) => row.errors === 0 && row.usedAfter <= row.usedBefore);
process.exitCode = clean ? 0 : 1;

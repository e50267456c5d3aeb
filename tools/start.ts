/**
 * `npm start`: the whole way once. Builds examples/http-hello, boots it in QEMU, fetches its page and says what happened
 * and how to do each step by hand. On a terminal the server then stays until Ctrl-C; otherwise it is stopped.
 * Exit status 0 only where the answer was right.
 */
import { existsSync, readFileSync } from "node:fs";
import { freePort, Guest } from "./guest.ts";
import { build } from "./kraft.ts";

const PROJECT = "examples/http-hello";
const TARGET = "qemu/x86_64";
const PAGE_BYTES = 612;
const MEMORY = "4M";
const FIRST_ANSWER_MS = 60_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/**
 * Asks until the server answers. The first tries are given up quickly: QEMU accepts connections before the machine has
 * an address, and then takes seconds to offer such a connection to the machine again.
 */
async function fetchPage(
  url: string,
  guest: Guest,
): Promise<{ body: string; milliseconds: number }> {
  const giveUpMs = guest.startedMs + FIRST_ANSWER_MS;
  let ended: number | undefined;
  void guest.ended.then((status) => (ended = status));
  for (let patienceMs = 50; ; patienceMs = Math.min(patienceMs * 1.2, 5000)) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
      const body = await response.text();
      if (!response.ok) throw new Error(`the server answered ${String(response.status)}`);
      return { body, milliseconds: performance.now() - guest.startedMs };
    } catch (error) {
      if (ended !== undefined)
        throw new Error(`the machine ended with ${String(ended)}`, { cause: error });
      if (performance.now() > giveUpMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Resident memory of the process tree below `pid` that is QEMU, in MiB; undefined where /proc does not say. */
function residentMib(pid: number): number | undefined {
  const list = `/proc/${String(pid)}/task/${String(pid)}/children`;
  if (!existsSync(list)) return undefined;
  const children = readFileSync(list, "utf8");
  for (const child of children.trim().split(" ").filter(Boolean).map(Number)) {
    const status = readFileSync(`/proc/${String(child)}/status`, "utf8");
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    if (/^Name:\s+qemu/m.test(status) && kib !== undefined) return Number(kib) / 1024;
    const below = residentMib(child);
    if (below !== undefined) return below;
  }
  return undefined;
}

say(`Building ${PROJECT} for ${TARGET} …`);
const started = performance.now();
const image = await build(PROJECT, "--target", TARGET);
const buildSeconds = ((performance.now() - started) / 1000).toFixed(1);

const port = await freePort();
const url = `http://127.0.0.1:${String(port)}/`;
const command = [
  ...["./kraft", "run", PROJECT, "--target", TARGET],
  ...["--memory", MEMORY, "--publish", `${String(port)}:80`],
];
say(`Booting it: ${command.join(" ")}`);
const guest = new Guest(command);
let failure: string | undefined;
try {
  const { body, milliseconds } = await fetchPage(url, guest);
  const resident = guest.pid === undefined ? undefined : residentMib(guest.pid);
  const bytes = Buffer.byteLength(body);
  if (bytes !== PAGE_BYTES)
    failure = `the page has ${String(bytes)} bytes instead of ${String(PAGE_BYTES)}`;
  say(`\n${body.trimEnd()}\n`);
  say(`page            ${String(bytes)} bytes from ${url}`);
  say(`image           ${String(image.bytes)} bytes, built in ${buildSeconds} s: ${image.path}`);
  say(`first answer    ${milliseconds.toFixed(0)} ms after the start of ./kraft run`);
  say(
    `guest memory    ${MEMORY}${resident === undefined ? "" : ` (QEMU itself: ${resident.toFixed(0)} MiB)`}`,
  );
  say(`
By hand:
  ./kraft build ${PROJECT} --target ${TARGET}
  ${command.join(" ")}
  curl ${url}`);
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
  say(guest.output);
}
if (failure === undefined && process.stdout.isTTY) {
  say("\nThe server stays up; Ctrl-C ends it.");
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    void guest.ended.then(resolve);
  });
}
await guest.stop();
if (failure !== undefined) say(`\nFAILED: ${failure}`);
process.exitCode = failure === undefined ? 0 : 1;

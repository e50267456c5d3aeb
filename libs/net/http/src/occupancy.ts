/**
 * How many connections are served, and waiting until there are fewer. Shared by all servers of the
 * program.
 */
import { config } from "@typekraft/config";
import { NO_DEADLINE } from "@typekraft/plat";
import { WaitQueue, scheduler } from "@typekraft/sched";

declare module "@typekraft/config" {
  interface Config {
    /** Connections served at the same time. */
    readonly LIB_HTTP_CONNECTIONS: u32;
  }
}

let active: u32 = 0;
/** Whether a client waits because there is no memory to serve it. */
let isShort: boolean = false;
const freed = new WaitQueue();

/** Waits until there is a place, and takes it. Blocks. */
export function takePlace(): void {
  while (active >= config.LIB_HTTP_CONNECTIONS) scheduler.wait(freed, NO_DEADLINE);
  active++;
}

/** Gives a place back. */
export function leavePlace(): void {
  assert(active > 0);
  active--;
  scheduler.wakeOne(freed);
}

/**
 * For a client that cannot be served for want of memory: waits until another has gone; false where
 * none does in time. Blocks.
 */
export function awaitMemory(deadlineNs: u64): boolean {
  isShort = true;
  const left = active > 1 && scheduler.wait(freed, deadlineNs);
  isShort = false;
  return left;
}

/** Whether there are so many clients, or so little memory, that idle ones should go. */
export function isCrowded(): boolean {
  return isShort || active >= config.LIB_HTTP_CONNECTIONS - config.LIB_HTTP_CONNECTIONS / 4;
}

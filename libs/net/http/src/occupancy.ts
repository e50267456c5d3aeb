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

/** Whether at least three quarters of the places are taken, so that idle clients should go. */
export function isCrowded(): boolean {
  return active >= config.LIB_HTTP_CONNECTIONS - config.LIB_HTTP_CONNECTIONS / 4;
}

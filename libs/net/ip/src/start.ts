/**
 * Starts the network when the program boots: opens the device, gives it to the interface, and lets
 * the scheduler poll. A machine without a network device keeps running; the interface then never
 * gets an address.
 */
import { openNetDevice } from "@typekraft/netdev";
import { type WaitQueue, scheduler } from "@typekraft/sched";
import { ip } from "./global.ts";

/** @init network */
export function startNetworkInterface(): void {
  const device = openNetDevice();
  if (device === null) return;
  ip.attach(device);
  ip.setWaker(wakeThreads);
  const added = scheduler.addPoller(ip);
  assert(added, "no room for the poller of the network");
}

function wakeThreads(queue: WaitQueue): void {
  scheduler.wakeAll(queue);
}

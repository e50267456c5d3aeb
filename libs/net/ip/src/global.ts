/** The program's one network interface. */
import { IpInterface } from "./interface.ts";
import { PlatformClock } from "./platform-clock.ts";

const platformClock = new PlatformClock();

/**
 * It has a device once the init calls of level "network" are through, and an address once its `ready`
 * queue is woken.
 */
export const ip = new IpInterface(platformClock);

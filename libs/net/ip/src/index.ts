/** IPv4 over Ethernet for one interface: ARP, IPv4, ICMP. Transport protocols register with `ip.setProtocol`. */
import { IpInterface } from "./interface.ts";
import { PlatformClock } from "./platform-clock.ts";

export { IpInterface, TRANSPORT_HEADROOM, type Ipv4Address } from "./interface.ts";
export { IpCounters } from "./counters.ts";
export { type IpProtocol } from "./protocol.ts";
export { startNetworkInterface } from "./start.ts";

const platformClock = new PlatformClock();

/** The program's network interface. It has a device after `@init network` and an address once `ready` is woken. */
export const ip = new IpInterface(platformClock);

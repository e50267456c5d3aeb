/**
 * IPv4 over Ethernet for one interface: ARP, IPv4, ICMP. Transport protocols register with
 * `ip.setProtocol`.
 */
export { ip } from "./global.ts";
export { IpInterface, TRANSPORT_HEADROOM, type Ipv4Address } from "./interface.ts";
export { IpCounters } from "./counters.ts";
export { RateLimit } from "./rate-limit.ts";
export { type IpProtocol } from "./protocol.ts";
export { startNetworkInterface } from "./start.ts";

/** Gives the network its address at boot: DHCP, or `net.ip=… net.gw=…` on the command line. */
export { configureNetwork, nameServer } from "./start.ts";
export { DhcpClient, DhcpState } from "./client.ts";
export { Lease } from "./lease.ts";
export { configureStatically, wordAfter } from "./static-address.ts";

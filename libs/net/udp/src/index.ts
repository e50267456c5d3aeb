/** UDP: bind a `UdpPort` with `udp.bind`, wait on its `ready` queue, take datagrams, send. */
export { startUdp, udp } from "./global.ts";
export { UdpCounters, UdpError, UdpLayer } from "./udp-layer.ts";
export { UDP_QUEUE, UdpPort, UdpSource } from "./udp-port.ts";

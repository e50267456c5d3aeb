/** The program's UDP, on the program's interface. */
import { ip } from "@typekraft/ip";
import { UdpLayer } from "./udp-layer.ts";

export const udp = new UdpLayer(ip);

/** @init network */
export function startUdp(): void {
  udp.start();
}

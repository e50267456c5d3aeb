/**
 * Gives the interface its address when the program boots: from the command line, or by DHCP in a
 * thread of its own.
 */
import { ip } from "@typekraft/ip";
import { commandLine } from "@typekraft/plat";
import { scheduler } from "@typekraft/sched";
import { UdpError, udp } from "@typekraft/udp";
import { DhcpClient } from "./client.ts";
import { configureStatically } from "./static-address.ts";

const STACK_BYTES: usize = 16384;

const client = new DhcpClient(ip, udp);

/** @init service */
export function configureNetwork(): void {
  if (!ip.attached()) {
    log`net: no network device`;
    return;
  }
  if (configureStatically(ip, commandLine())) return;
  const thread = scheduler.spawn("dhcp", runClient, virt(0), STACK_BYTES);
  if (thread === null) panic("no memory for the thread of the DHCP client");
  scheduler.detach(thread);
}

/** The DNS server that DHCP named, in host order; 0: none. */
export function nameServer(): u32 {
  return client.lease.nameServer;
}

function runClient(_argument: VirtAddr): void {
  if (client.start() !== UdpError.None) panic("UDP port 68 is taken: DHCP needs it");
  for (;;) {
    const deadlineNs = client.run();
    scheduler.wait(client.port.ready, deadlineNs);
  }
}

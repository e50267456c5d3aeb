/**
 * Tests of the DHCP client against a server of a few lines on the other side of a simulated cable.
 */
import { IpInterface } from "@typekraft/ip";
import { SIM_RIGHT_MAC, SimFrame, SimNetwork } from "@typekraft/netsim";
import { UdpError, UdpLayer } from "@typekraft/udp";
import { ARP_REPLY, MAC_BROADCAST } from "@typekraft/wire";
import { DhcpClient, DhcpState } from "./client.ts";
import { DHCPACK, DHCPDECLINE, DHCPDISCOVER, DHCPNAK, DHCPOFFER, DHCPREQUEST } from "./message.ts";
import { OFFERED, SERVER, TestServer } from "./testing.ts";

const SECOND: u64 = 1_000_000_000;

const network = new SimNetwork();
const ip = new IpInterface(network.clock);
const udp = new UdpLayer(ip);
const client = new DhcpClient(ip, udp);
const serverIp = new IpInterface(network.clock);
const serverUdp = new UdpLayer(serverIp);
const server = new TestServer(serverIp, serverUdp);
const frame = new SimFrame();

function start(seed: u64): void {
  network.start(seed);
  ip.attach(network.left);
  udp.start();
  server.start(network.right);
  assert(client.start() === UdpError.None);
}

function is(state: DhcpState): boolean {
  return client.state === state;
}

/** Lets everything happen that is due now. */
function settle(): u64 {
  for (;;) {
    const deadline = client.run();
    const serverBusy = serverIp.poll();
    server.run();
    const clientBusy = ip.poll();
    if (!serverBusy && !clientBusy) return deadline;
  }
}

/** Lets this much time pass, with everything that is due within it. */
function pass(timeNs: u64): void {
  const end = network.clock.nowNs() + timeNs;
  for (;;) {
    const deadline = settle();
    if (deadline > end) break;
    network.clock.advanceTo(deadline);
  }
  network.clock.advanceTo(end);
  settle();
}

/** @test */
export function getsAnAddressAtOnce(): void {
  start(1);
  settle();
  assert(ip.address() === OFFERED && ip.subnetMask() === 0xffff_ff00);
  assert(ip.gatewayAddress() === SERVER && client.lease.nameServer === SERVER + 1);
  assert(is(DhcpState.Checking));
  assert(server.count(DHCPDISCOVER) === 1 && server.count(DHCPREQUEST) === 1);
  pass(2 * SECOND);
  assert(is(DhcpState.Bound));
  assert(network.left.packetsInUse() === 0 && network.right.packetsInUse() === 0);
}

/** @test */
export function asksAgainWhenMessagesAreLost(): void {
  start(2);
  network.toRight.dropNext = 2;
  settle();
  assert(ip.address() === 0);
  pass(4 * SECOND);
  assert(ip.address() === OFFERED && server.count(DHCPDISCOVER) === 1);
}

/** @test */
export function asksMoreAndMoreSeldom(): void {
  start(3);
  server.silent = true;
  pass(1000 * SECOND);
  const asked = server.count(DHCPDISCOVER);
  assert(asked >= 14 && asked <= 26);
  server.silent = false;
  pass(80 * SECOND);
  assert(ip.address() === OFFERED);
}

/** @test */
export function looksForAnotherServerWhenRequestsAreNotAnswered(): void {
  start(4);
  server.ignoresRequests = true;
  pass(17 * SECOND);
  assert(server.count(DHCPREQUEST) >= 4 && server.count(DHCPDISCOVER) >= 2);
  server.ignoresRequests = false;
  pass(20 * SECOND);
  assert(ip.address() === OFFERED);
}

/** @test */
export function startsAgainAfterARefusal(): void {
  start(5);
  server.refuseNext = 1;
  settle();
  assert(ip.address() === 0);
  pass(3 * SECOND);
  assert(ip.address() === OFFERED && server.count(DHCPDISCOVER) === 2);
}

/** @test */
export function renewsAtHalfOfTheLease(): void {
  start(6);
  pass(1799 * SECOND);
  assert(server.count(DHCPREQUEST) === 1);
  pass(2 * SECOND);
  assert(server.count(DHCPREQUEST) === 2 && is(DhcpState.Bound));
  assert(!server.lastWasBroadcast && server.lastClientAddress === OFFERED);
  pass(36000 * SECOND);
  assert(ip.address() === OFFERED && server.count(DHCPDISCOVER) === 1);
}

/** @test */
export function asksAllServersAndThenGivesUp(): void {
  start(7);
  settle();
  server.silent = true;
  pass(3100 * SECOND);
  assert(is(DhcpState.Renewing) && ip.address() === OFFERED);
  pass(100 * SECOND);
  assert(is(DhcpState.Rebinding) && server.lastWasBroadcast);
  pass(500 * SECOND);
  assert(ip.address() === 0 && is(DhcpState.Selecting));
  server.silent = false;
  pass(80 * SECOND);
  assert(ip.address() === OFFERED);
}

/** @test */
export function aRefusedRenewalTakesTheAddressAway(): void {
  start(8);
  settle();
  server.refuseNext = 1;
  pass(1801 * SECOND);
  assert(server.count(DHCPNAK) === 1);
  pass(2 * SECOND);
  assert(ip.address() === OFFERED && server.count(DHCPDISCOVER) === 2);
}

/** @test */
export function leasesWithoutEndAreNotRenewed(): void {
  start(9);
  server.leaseSeconds = 0xffff_ffff;
  pass(u64(1_000_000) * SECOND);
  assert(ip.address() === OFFERED && server.count(DHCPREQUEST) === 1);
}

/** @test */
export function anAddressOfAnotherStationIsDeclined(): void {
  start(10);
  settle();
  assert(ip.address() === OFFERED);
  network.left.inject(frame.arp(MAC_BROADCAST, ARP_REPLY, SIM_RIGHT_MAC, OFFERED, 0, OFFERED));
  pass(2 * SECOND);
  assert(ip.address() === 0 && server.count(DHCPDECLINE) === 1);
  pass(12 * SECOND);
  assert(ip.address() === OFFERED && server.count(DHCPDISCOVER) === 2);
}

/** @test */
export function repliesToOthersAreIgnored(): void {
  start(11);
  server.wrongXid = true;
  settle();
  assert(ip.address() === 0 && client.ignored === 1);
  server.wrongXid = false;
  server.wrongMac = true;
  pass(2 * SECOND);
  assert(ip.address() === 0 && client.ignored >= 2);
  server.wrongMac = false;
  pass(5 * SECOND);
  assert(ip.address() === OFFERED);
}

/** @test */
export function uselessOffersAreIgnored(): void {
  start(12);
  server.offered = 0x7f00_0001;
  settle();
  assert(server.count(DHCPREQUEST) === 0);
  server.offered = OFFERED;
  server.mask = 0xff00_ff00;
  pass(2 * SECOND);
  assert(ip.address() === 0 && server.count(DHCPACK) >= 1 && server.count(DHCPOFFER) >= 1);
}

function overABadCable(seed: u64): void {
  start(seed);
  network.toRight.lossPerMille = 300;
  network.toLeft.lossPerMille = 300;
  network.toRight.duplicatePerMille = 200;
  network.toLeft.corruptPerMille = 100;
  pass(600 * SECOND);
  assert(ip.address() === OFFERED);
}

/** @test */
export function worksOverABadCable(): void {
  overABadCable(20);
}

/** @test */
export function worksOverAnotherBadCable(): void {
  overABadCable(21);
}

/** Tests of the interface: what it accepts, where it sends, and random damage to whole frames. */
import {
  MAC_BROADCAST,
  type MacAddress,
  PROTOCOL_ICMP,
  PROTOCOL_UDP,
  packetData,
} from "@typekraft/wire";
import { Random, SIM_LEFT_MAC, SIM_RIGHT_MAC, mutate } from "@typekraft/netsim";
import {
  MASK,
  OWN,
  PEER,
  destinationMac,
  done,
  drainRight,
  echoRequest,
  frame,
  introducePeer,
  ip,
  ipv4Of,
  network,
  nothingSent,
  sendBytes,
  sent,
  startConfigured,
} from "./testing.ts";

/** Lets a packet with these addresses in; whether it was delivered to a protocol. */
function accepts(to: MacAddress, source: u32, destination: u32): boolean {
  const before = ip.counters.received;
  network.left.inject(frame.ipv4(to, SIM_RIGHT_MAC, PROTOCOL_ICMP, source, destination, 20));
  ip.poll();
  assert(network.left.packetsInUse() === 0);
  return ip.counters.received !== before;
}

/** @test */
export function onlyPacketsForUsAreDelivered(): void {
  startConfigured(1);
  assert(accepts(SIM_LEFT_MAC, PEER, OWN));
  assert(accepts(MAC_BROADCAST, PEER, 0xffff_ffff));
  assert(accepts(MAC_BROADCAST, PEER, 0x0a00_02ff));
  assert(accepts(MAC_BROADCAST, 0, 0xffff_ffff));
  assert(!accepts(SIM_LEFT_MAC, PEER, OWN + 1));
  assert(!accepts(SIM_RIGHT_MAC, PEER, OWN));
  assert(!accepts(MAC_BROADCAST, PEER, OWN));
  assert(!accepts(SIM_LEFT_MAC, PEER, 0x7f00_0001));
  assert(!accepts(SIM_LEFT_MAC, PEER, 0));
  assert(!accepts(SIM_LEFT_MAC, PEER, 0xe000_0001));
}

/** @test */
export function forgedSourcesAreDropped(): void {
  startConfigured(2);
  assert(!accepts(SIM_LEFT_MAC, OWN, OWN));
  assert(!accepts(SIM_LEFT_MAC, 0, OWN));
  assert(!accepts(SIM_LEFT_MAC, 0x7f00_0001, OWN));
  assert(!accepts(SIM_LEFT_MAC, 0xe000_0001, OWN));
  assert(!accepts(SIM_LEFT_MAC, 0xffff_ffff, OWN));
  assert(!accepts(SIM_LEFT_MAC, 0x0a00_02ff, OWN));
  assert(!accepts(MAC_BROADCAST, 0x7f00_0001, 0xffff_ffff));
  assert(ip.counters.badAddresses === 7);
}

/** @test */
export function beforeItHasAnAddressOnlyBroadcastsComeIn(): void {
  network.start(3);
  ip.attach(network.left);
  assert(accepts(MAC_BROADCAST, PEER, 0xffff_ffff));
  assert(!accepts(SIM_LEFT_MAC, PEER, OWN));
  assert(!accepts(SIM_LEFT_MAC, PEER, 0));
  assert(!sendBytes(PEER, 10));
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function fragmentsAndDamageAreCounted(): void {
  startConfigured(4);
  frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, PROTOCOL_ICMP, PEER, OWN, 20);
  frame.ipv4Header().flagsFragment = htons(0x2000);
  network.left.inject(frame.bytes());
  ip.poll();
  assert(ip.counters.badChecksums === 1);
  frame.fixIpv4();
  network.left.inject(frame.bytes());
  network.left.inject(frame.bytes().sub(0, 33));
  network.left.inject(frame.bytes().sub(0, 13));
  ip.poll();
  assert(ip.counters.fragments === 1 && ip.counters.tooShort === 1 && ip.counters.badFrames === 1);
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function packetsBeyondTheSubnetGoToTheRouter(): void {
  startConfigured(5);
  introducePeer();
  assert(sendBytes(0x0808_0808, 10));
  const packet = sent();
  assert(destinationMac(packet) === SIM_RIGHT_MAC);
  assert(ntohl(ipv4Of(packet).destination) === 0x0808_0808);
  assert(ipv4Of(packet).timeToLive === 64 && ntohs(ipv4Of(packet).flagsFragment) === 0x4000);
  done(packet);
  ip.configure(OWN, MASK, 0);
  drainRight();
  assert(!sendBytes(0x0808_0808, 10));
  assert(nothingSent() && ip.counters.outputDropped === 1);
}

/** @test */
export function aRouterOutsideOfTheSubnetIsANeighbour(): void {
  startConfigured(6);
  ip.configure(OWN, 0xffff_ffff, PEER);
  drainRight();
  introducePeer();
  assert(sendBytes(0x0808_0808, 10));
  const packet = sent();
  assert(destinationMac(packet) === SIM_RIGHT_MAC);
  done(packet);
}

/** @test */
export function broadcastsAndGroupsNeedNoArp(): void {
  startConfigured(7);
  assert(sendBytes(0xffff_ffff, 10) && sendBytes(0x0a00_02ff, 10) && sendBytes(0xe000_00fb, 10));
  for (let i = 0; i < 2; i++) {
    const packet = sent();
    assert(destinationMac(packet) === MAC_BROADCAST);
    done(packet);
  }
  const group = sent();
  assert(destinationMac(group) === 0x0100_5e00_00fb);
  done(group);
}

/** @test */
export function tooLongPacketsAreDropped(): void {
  startConfigured(8);
  introducePeer();
  assert(sendBytes(PEER, 1480));
  assert(!sendBytes(PEER, 1481));
  assert(drainRight() === 1 && network.left.packetsInUse() === 0);
}

/** @test */
export function aFullRingIsTriedTwice(): void {
  startConfigured(9);
  introducePeer();
  network.left.refuseNext = 1;
  assert(sendBytes(PEER, 10));
  network.left.refuseNext = 2;
  assert(!sendBytes(PEER, 10));
  assert(drainRight() === 1 && ip.link.dropped === 1 && network.left.packetsInUse() === 0);
}

/** @test */
export function packetsToOurselvesComeBackAtThePoll(): void {
  startConfigured(10);
  const before = ip.counters.received;
  assert(sendBytes(OWN, 10) && sendBytes(0x7f00_0001, 10));
  assert(ip.counters.received === before && !ip.arm());
  assert(ip.poll());
  // The packet to our address, and the report that nobody wanted it.
  assert(ip.counters.received === before + 2);
  assert(ip.arm() && nothingSent());
}

/** @test */
export function loopbackIsBounded(): void {
  startConfigured(11);
  let taken = 0;
  for (let i = 0; i < 100; i++) if (sendBytes(OWN, 10)) taken++;
  assert(taken === 32 && ip.counters.loopbackDropped === 68);
  assert(network.left.packetsInUse() === 32);
}

/** @test */
export function aBatchIsBounded(): void {
  startConfigured(12);
  introducePeer();
  for (let i = 0; i < 100; i++) network.left.inject(echoRequest(OWN, 8));
  ip.poll();
  assert(drainRight() === 64);
  ip.poll();
  assert(drainRight() === 36);
}

/** Gives the interface one damaged frame. */
function injectDamaged(random: Random): void {
  const kind = random.below(4);
  if (kind === 0) {
    echoRequest(OWN, random.below(100));
  } else if (kind === 1) {
    const operation = u16(1 + random.below(2));
    const sender = PEER + u32(random.below(64));
    frame.arp(SIM_LEFT_MAC, operation, SIM_RIGHT_MAC, sender, SIM_LEFT_MAC, OWN);
  } else {
    const protocol = kind === 2 ? PROTOCOL_UDP : u8(random.next());
    frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, protocol, PEER, OWN, random.below(60));
  }
  const all = frame.bytes();
  const used = all.sub(0, mutate(all, random));
  if (used.length >= 34 && random.chance(600)) frame.fixIpv4();
  if (used.length !== 0) network.left.inject(used);
}

/** @test */
export function survivesDamagedFrames(): void {
  startConfigured(13);
  introducePeer();
  const random = new Random();
  random.seed(13);
  for (let i = 0; i < 100000; i++) {
    injectDamaged(random);
    ip.poll();
    if (random.chance(100)) network.clock.advance(random.below(100_000_000));
    drainRight();
  }
  const waiting = network.left.packetsInUse();
  assert(waiting <= 16);
  introducePeer();
  drainRight();
  network.left.inject(echoRequest(OWN, 8));
  ip.poll();
  const reply = sent();
  assert(packetData(reply).length === 50);
  done(reply);
}

/** Tests of address resolution: asking, waiting, learning, and what is not learnt. */
import { SIM_LEFT_MAC, SIM_RIGHT_MAC } from "@typekraft/netsim";
import { ARP_REPLY, ARP_REQUEST, ETHERTYPE_IPV4, MAC_BROADCAST } from "@typekraft/wire";
import {
  MASK,
  OWN,
  PEER,
  answerArp,
  arpOf,
  destinationMac,
  done,
  drainRight,
  etherType,
  frame,
  introducePeer,
  ip,
  network,
  nothingSent,
  sendBytes,
  sent,
  startConfigured,
} from "./testing.ts";

const SECOND: u64 = 1_000_000_000;
const OTHER_MAC: u64 = 0x0200_0000_0077;

function inject(operation: u16, mac: u64, sender: u32, target: u32): void {
  network.left.inject(frame.arp(MAC_BROADCAST, operation, mac, sender, 0, target));
  ip.poll();
}

/** @test */
export function requestsForUsAreAnswered(): void {
  startConfigured(1);
  inject(ARP_REQUEST, SIM_RIGHT_MAC, PEER, OWN);
  const reply = sent();
  const arp = arpOf(reply);
  assert(destinationMac(reply) === SIM_RIGHT_MAC && reply.length === 42);
  assert(ntohs(arp.operation) === ARP_REPLY && ntohl(arp.senderAddress) === OWN);
  assert(ntohl(arp.targetAddress) === PEER);
  done(reply);
  inject(ARP_REQUEST, SIM_RIGHT_MAC, PEER, OWN + 1);
  assert(nothingSent() && network.left.packetsInUse() === 0);
}

/** @test */
export function probesAreAnsweredButTeachNothing(): void {
  startConfigured(2);
  inject(ARP_REQUEST, SIM_RIGHT_MAC, 0, OWN);
  done(sent());
  assert(ip.arp.knows(0) === false);
}

/** @test */
export function theAddressIsAnnounced(): void {
  network.start(3);
  ip.attach(network.left);
  ip.configure(OWN, MASK, PEER);
  const announcement = sent();
  const arp = arpOf(announcement);
  assert(destinationMac(announcement) === MAC_BROADCAST);
  assert(ntohl(arp.senderAddress) === OWN && ntohl(arp.targetAddress) === OWN);
  done(announcement);
}

/** @test */
export function packetsWaitForTheAnswer(): void {
  startConfigured(4);
  assert(sendBytes(PEER, 10) && sendBytes(PEER, 20));
  const request = sent();
  const arp = arpOf(request);
  assert(destinationMac(request) === MAC_BROADCAST && ntohl(arp.targetAddress) === PEER);
  assert(ntohs(arp.operation) === ARP_REQUEST && ntohl(arp.senderAddress) === OWN);
  done(request);
  assert(nothingSent());
  answerArp(PEER, SIM_RIGHT_MAC);
  const first = sent();
  assert(etherType(first) === ETHERTYPE_IPV4 && destinationMac(first) === SIM_RIGHT_MAC);
  assert(first.length === 44);
  done(first);
  const second = sent();
  assert(second.length === 54);
  done(second);
  assert(sendBytes(PEER, 10));
  done(sent());
  assert(nothingSent() && network.left.packetsInUse() === 0);
}

/** @test */
export function requestsAreOneASecondAndThreeInAll(): void {
  startConfigured(5);
  let requests: u32 = 0;
  for (let tenth = 0; tenth < 29; tenth++) {
    sendBytes(PEER, 10);
    requests += drainRight();
    network.clock.advance(SECOND / 10);
  }
  assert(requests === 3);
  assert(network.left.packetsInUse() === 4);
  network.clock.advance(SECOND);
  ip.poll();
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function waitingPacketsAreBounded(): void {
  startConfigured(6);
  for (let i: u32 = 0; i < 60; i++) {
    for (let n = 0; n < 5; n++) sendBytes(0x0a00_0220 + i, 10);
  }
  drainRight();
  assert(network.left.packetsInUse() <= 16);
  ip.configure(0, 0, 0);
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function aMinuteLaterItAsksAgainButKeepsSending(): void {
  startConfigured(7);
  introducePeer();
  network.clock.advance(61 * SECOND);
  assert(sendBytes(PEER, 10));
  const request = sent();
  assert(destinationMac(request) === SIM_RIGHT_MAC);
  assert(ntohl(arpOf(request).targetAddress) === PEER);
  done(request);
  const packet = sent();
  assert(etherType(packet) === ETHERTYPE_IPV4);
  done(packet);
  answerArp(PEER, SIM_RIGHT_MAC);
  assert(sendBytes(PEER, 10));
  assert(drainRight() === 1);
}

/** @test */
export function aSilentNeighbourIsForgotten(): void {
  startConfigured(8);
  introducePeer();
  network.clock.advance(61 * SECOND);
  for (let i = 0; i < 3; i++) {
    sendBytes(PEER, 10);
    assert(drainRight() === 2);
    network.clock.advance(SECOND);
  }
  sendBytes(PEER, 10);
  const request = sent();
  assert(destinationMac(request) === MAC_BROADCAST);
  done(request);
  assert(nothingSent());
}

/** @test */
export function whatNobodyAskedForIsNotLearnt(): void {
  startConfigured(9);
  inject(ARP_REPLY, OTHER_MAC, PEER, OWN);
  inject(ARP_REPLY, OTHER_MAC, PEER, PEER);
  inject(ARP_REQUEST, OTHER_MAC, PEER, OWN + 5);
  assert(!ip.arp.knows(PEER));
  inject(ARP_REQUEST, OTHER_MAC, 0x0808_0808, OWN);
  assert(!ip.arp.knows(0x0808_0808) && nothingSent());
}

/** @test */
export function knownNeighboursMayMove(): void {
  startConfigured(10);
  introducePeer();
  inject(ARP_REQUEST, OTHER_MAC, PEER, PEER);
  assert(sendBytes(PEER, 10));
  const packet = sent();
  assert(destinationMac(packet) === OTHER_MAC);
  done(packet);
}

/** @test */
export function impossibleSendersAreIgnored(): void {
  startConfigured(11);
  inject(ARP_REQUEST, MAC_BROADCAST, PEER, OWN);
  inject(ARP_REQUEST, 0x0100_0000_0001, PEER, OWN);
  inject(ARP_REQUEST, 0, PEER, OWN);
  inject(ARP_REQUEST, SIM_LEFT_MAC, PEER, OWN);
  assert(nothingSent() && !ip.arp.knows(PEER) && ip.counters.arpBad === 4);
}

/** @test */
export function ourAddressIsDefendedAtALimitedRate(): void {
  startConfigured(12);
  for (let i = 0; i < 5; i++) inject(ARP_REQUEST, OTHER_MAC, OWN, OWN);
  assert(ip.counters.arpConflicts === 5 && drainRight() === 1);
  network.clock.advance(10 * SECOND);
  inject(ARP_REPLY, OTHER_MAC, OWN, OWN);
  assert(drainRight() === 1);
}

/** @test */
export function inventedNeighboursDisplaceNobodyInUse(): void {
  startConfigured(13);
  ip.configure(OWN, 0xffff_0000, PEER);
  drainRight();
  introducePeer();
  assert(sendBytes(PEER, 10));
  drainRight();
  for (let i: u32 = 0; i < 2000; i++) {
    inject(ARP_REQUEST, OTHER_MAC, 0x0a00_0300 + i, OWN);
    drainRight();
  }
  assert(ip.arp.knows(PEER) && ip.counters.arpTableFull > 0);
  assert(sendBytes(PEER, 10));
  const packet = sent();
  assert(destinationMac(packet) === SIM_RIGHT_MAC);
  done(packet);
}

/** @test */
export function thoseWhoSpeakDisplaceThoseWhoDoNot(): void {
  startConfigured(14);
  ip.configure(OWN, 0xffff_0000, PEER);
  for (let i: u32 = 0; i < 2000; i++) sendBytes(0x0a00_0300 + i, 10);
  assert(ip.counters.arpTableFull > 0);
  drainRight();
  introducePeer();
  assert(ip.arp.knows(PEER));
}

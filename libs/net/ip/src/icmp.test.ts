/** Tests of echo replies and "unreachable" messages. */
import { type Packet } from "@typekraft/netdev";
import { SIM_LEFT_MAC, SIM_RIGHT_MAC } from "@typekraft/netsim";
import {
  ICMP_UNREACHABLE_PROTOCOL,
  IcmpHeader,
  Ipv4Fault,
  checkIpv4,
  checksumIsValid,
  checksumSum,
  packetData,
} from "@typekraft/wire";
import {
  OWN,
  PEER,
  destinationMac,
  done,
  echoRequest,
  frame,
  introducePeer,
  ip,
  ipv4Of,
  network,
  nothingSent,
  sent,
  startConfigured,
} from "./testing.ts";

const ICMP_AT: usize = 34;

/** The ICMP message of a packet that must be right in every checksum. */
function icmpOf(packet: Packet): Slice<u8> {
  const data = packetData(packet);
  const [headerBytes, totalBytes, fault] = checkIpv4(data.sub(14));
  assert(fault === Ipv4Fault.None && headerBytes === 20 && totalBytes === data.length - 14);
  const message = data.sub(ICMP_AT);
  assert(checksumIsValid(checksumSum(message, 0)));
  return message;
}

/** @test */
export function echoIsAnsweredWithItsData(): void {
  startConfigured(1);
  introducePeer();
  for (let count = 0; count <= 1472; count += 64) {
    network.left.inject(echoRequest(OWN, count));
    assert(ip.poll());
    const reply = sent();
    assert(destinationMac(reply) === SIM_RIGHT_MAC);
    assert(ntohl(ipv4Of(reply).source) === OWN && ntohl(ipv4Of(reply).destination) === PEER);
    const message = icmpOf(reply);
    const header = overlay<IcmpHeader>(message, 0);
    assert(header.type === 0 && ntohl(header.rest) === 0x1234_0001);
    assert(message.length === 8 + count);
    for (let i = 8; i < message.length; i++) assert(message[i] === u8(i));
    done(reply);
  }
  assert(network.left.packetsInUse() === 0 && ip.counters.echoReplies === 24);
}

/** @test */
export function echoWithDamageIsDropped(): void {
  startConfigured(2);
  introducePeer();
  const request = echoRequest(OWN, 20);
  request[50] = request[50] ^ 1;
  network.left.inject(request);
  network.left.inject(frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, 1, PEER, OWN, 7));
  ip.poll();
  assert(nothingSent() && ip.counters.icmpBad === 2);
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function echoToTheBroadcastIsNotAnswered(): void {
  startConfigured(3);
  introducePeer();
  network.left.inject(echoRequest(0x0a00_02ff, 20));
  network.left.inject(echoRequest(0xffff_ffff, 20));
  ip.poll();
  assert(nothingSent() && network.left.packetsInUse() === 0);
}

/** @test */
export function manyEchosCostOneFlush(): void {
  startConfigured(4);
  introducePeer();
  const before = network.left.flushes;
  for (let i = 0; i < 30; i++) network.left.inject(echoRequest(OWN, 8));
  ip.poll();
  assert(network.left.flushes === before + 1);
  for (let i = 0; i < 30; i++) done(sent());
  assert(nothingSent());
}

/** @test */
export function unknownProtocolsAreReported(): void {
  startConfigured(5);
  introducePeer();
  network.left.inject(frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, 99, PEER, OWN, 100));
  ip.poll();
  const report = sent();
  const message = icmpOf(report);
  const header = overlay<IcmpHeader>(message, 0);
  assert(header.type === 3 && header.code === ICMP_UNREACHABLE_PROTOCOL);
  assert(message.length === 8 + 20 + 8);
  const offending = frame.bytes().sub(14);
  for (let i = 0; i < 28; i++) assert(message[8 + i] === offending[i]);
  done(report);
  assert(network.left.packetsInUse() === 0);
}

/** @test */
export function reportsQuoteOptionsToo(): void {
  startConfigured(6);
  introducePeer();
  frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, 99, PEER, OWN, 100);
  frame.ipv4Header().versionIhl = 0x4f;
  frame.fixIpv4();
  network.left.inject(frame.bytes());
  ip.poll();
  const report = sent();
  assert(icmpOf(report).length === 8 + 60 + 8);
  done(report);
}

/** @test */
export function reportsAreLimitedInRate(): void {
  startConfigured(7);
  introducePeer();
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 20; i++) {
      network.left.inject(frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, 99, PEER, OWN, 20));
    }
    ip.poll();
  }
  assert(ip.counters.unreachablesSent === 32 && ip.counters.unreachablesLimited === 168);
  network.clock.advance(10_000_000);
  network.left.inject(frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, 99, PEER, OWN, 20));
  ip.poll();
  assert(ip.counters.unreachablesSent === 33);
  assert(network.left.packetsInUse() === 0);
}

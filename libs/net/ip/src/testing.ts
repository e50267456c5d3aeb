/**
 * For the tests of this package: an interface on the left of a simulated cable, raw frames on the
 * right.
 */
import type { Packet } from "@typekraft/netdev";
import { SIM_LEFT_MAC, SIM_RIGHT_MAC, SimFrame, SimNetwork } from "@typekraft/netsim";
import {
  ARP_REPLY,
  ARP_REQUEST,
  ArpPacket,
  ETHERNET_HEADER_BYTES,
  ETHERTYPE_ARP,
  EthernetHeader,
  IcmpHeader,
  Ipv4Header,
  PROTOCOL_ICMP,
  checksumFinish,
  checksumSum,
  macOf,
  packetData,
} from "@typekraft/wire";
import { IpInterface } from "./interface.ts";

export const OWN: u32 = 0x0a00_020f;
export const PEER: u32 = 0x0a00_0202;
export const MASK: u32 = 0xffff_ff00;

export const network = new SimNetwork();
export const ip = new IpInterface(network.clock);
export const frame = new SimFrame();

/** A configured interface whose announcement has been taken off the line. */
export function startConfigured(seed: u64): void {
  network.start(seed);
  ip.attach(network.left);
  ip.configure(OWN, MASK, PEER);
  drainRight();
}

/** The next frame that the interface has sent, to be given back with `done`. */
export function sent(): Packet {
  const packet = network.right.receive();
  assert(packet !== null, "nothing was sent");
  if (packet === null) panic("nothing was sent");
  return packet;
}

/** Gives back a packet of `sent`. */
export function done(packet: Packet): void {
  network.right.releasePacket(packet);
}

/** Whether no frame waits at the right. */
export function nothingSent(): boolean {
  return network.right.armReceive();
}

/** Throws away all that was sent; how many frames it was. */
export function drainRight(): u32 {
  let count: u32 = 0;
  for (;;) {
    const packet = network.right.receive();
    if (packet === null) return count;
    count++;
    done(packet);
  }
}

/** The type field of a frame. */
export function etherType(packet: Packet): u16 {
  return ntohs(overlay<EthernetHeader>(packetData(packet), 0).type);
}

/** The station that a frame is for. */
export function destinationMac(packet: Packet): u64 {
  const header = overlay<EthernetHeader>(packetData(packet), 0);
  return macOf(header.destinationHigh, header.destinationLow);
}

/** The ARP packet in a frame that must be one. */
export function arpOf(packet: Packet): ArpPacket {
  assert(etherType(packet) === ETHERTYPE_ARP);
  return overlay<ArpPacket>(packetData(packet), ETHERNET_HEADER_BYTES);
}

/** The IPv4 header of a frame. */
export function ipv4Of(packet: Packet): Ipv4Header {
  return overlay<Ipv4Header>(packetData(packet), ETHERNET_HEADER_BYTES);
}

/** The station with this address and MAC address answers the interface's request. */
export function answerArp(address: u32, mac: u64): void {
  network.left.inject(frame.arp(SIM_LEFT_MAC, ARP_REPLY, mac, address, SIM_LEFT_MAC, OWN));
  ip.poll();
}

/**
 * The peer asks for the interface's MAC address and takes the answer, so that both know each other.
 */
export function introducePeer(): void {
  network.left.inject(frame.arp(SIM_LEFT_MAC, ARP_REQUEST, SIM_RIGHT_MAC, PEER, 0, OWN));
  ip.poll();
  done(sent());
}

/** An echo request of `count` bytes of data, from PEER to `destination`. */
export function echoRequest(destination: u32, count: usize): Slice<u8> {
  frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, PROTOCOL_ICMP, PEER, destination, 8 + count);
  const header = overlay<IcmpHeader>(frame.payload(), 0);
  header.type = 8;
  header.code = 0;
  header.checksum = htons(0);
  header.rest = htonl(0x1234_0001);
  header.checksum = checksumFinish(checksumSum(frame.payload(), 0));
  return frame.bytes();
}

/** Sends `count` bytes to an address with protocol 17; whether `send` took them. */
export function sendBytes(destination: u32, count: usize): boolean {
  const packet = ip.allocate();
  if (packet === null) panic("no packet");
  packet.length = count;
  return ip.send(packet, 17, OWN, destination);
}

/**
 * Ethernet frames that the tests send: ARP, ICMP, UDP and TCP with right lengths and checksums.
 * Sources: RFC 826, 791, 792, 768, 9293.
 */

/** Addresses of one end. */
export interface End {
  readonly mac: Buffer;
  /** `10.0.2.15` */
  readonly ip: string;
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;

/** `52:54:00:12:34:56` as bytes. */
export function macAddress(text: string): Buffer {
  return Buffer.from(text.replaceAll(":", ""), "hex");
}

function ipAddress(text: string): Buffer {
  return Buffer.from(text.split(".").map(Number));
}

/** The ones' complement sum of RFC 1071, complemented. */
function checksum(...parts: readonly Buffer[]): number {
  const data = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < data.length; at += 2) {
    sum += at + 1 < data.length ? data.readUInt16BE(at) : (data[at] ?? 0) << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function words(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => data.writeUInt16BE(value & 0xffff, index * 2));
  return data;
}

function ethernet(from: End, to: End, type: number, payload: Buffer): Buffer {
  const frame = Buffer.concat([to.mac, from.mac, words(type), payload]);
  return frame.length >= 60 ? frame : Buffer.concat([frame, Buffer.alloc(60 - frame.length)]);
}

function ipv4(from: End, to: End, protocol: number, payload: Buffer): Buffer {
  const header = Buffer.concat([
    words(0x4500, 20 + payload.length, 0, 0x4000, (64 << 8) | protocol, 0),
    ipAddress(from.ip),
    ipAddress(to.ip),
  ]);
  header.writeUInt16BE(checksum(header), 10);
  return ethernet(from, to, ETHERTYPE_IPV4, Buffer.concat([header, payload]));
}

/** An ARP packet: operation 1 asks who has `to.ip`, 2 answers. */
export function arp(operation: 1 | 2, from: End, to: End): Buffer {
  const target = operation === 1 ? Buffer.alloc(6) : to.mac;
  const body = [words(1, 0x0800, 0x0604, operation), from.mac, ipAddress(from.ip), target];
  return ethernet(from, to, ETHERTYPE_ARP, Buffer.concat([...body, ipAddress(to.ip)]));
}

/** An ICMP echo request. */
export function echoRequest(from: End, to: End, sequence: number, data: Buffer): Buffer {
  const message = Buffer.concat([words(0x0800, 0, 0x1234, sequence), data]);
  message.writeUInt16BE(checksum(message), 2);
  return ipv4(from, to, 1, message);
}

/** A UDP datagram. */
export function udp(from: End, to: End, ports: readonly [number, number], data: Buffer): Buffer {
  const length = 8 + data.length;
  const datagram = Buffer.concat([words(ports[0], ports[1], length, 0), data]);
  const pseudo = Buffer.concat([ipAddress(from.ip), ipAddress(to.ip), words(17, length)]);
  datagram.writeUInt16BE(checksum(pseudo, datagram) || 0xffff, 6);
  return ipv4(from, to, 17, datagram);
}

/** What a TCP segment says; sequence numbers count modulo 2^32. */
export interface Segment {
  readonly ports: readonly [number, number];
  readonly sequence: number;
  readonly acknowledgment?: number;
  readonly flags: number;
  readonly window?: number;
  readonly data?: Buffer;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

/** A TCP segment without options. */
export function tcp(from: End, to: End, segment: Segment): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(segment.ports[0], 0);
  header.writeUInt16BE(segment.ports[1], 2);
  header.writeUInt32BE(segment.sequence >>> 0, 4);
  header.writeUInt32BE((segment.acknowledgment ?? 0) >>> 0, 8);
  header.writeUInt16BE(0x5000 | segment.flags, 12);
  header.writeUInt16BE(segment.window ?? 8192, 14);
  const data = segment.data ?? Buffer.alloc(0);
  const length = words(6, header.length + data.length);
  const pseudo = Buffer.concat([ipAddress(from.ip), ipAddress(to.ip), length]);
  header.writeUInt16BE(checksum(pseudo, header, data), 16);
  return ipv4(from, to, 6, Buffer.concat([header, data]));
}

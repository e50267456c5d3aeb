/**
 * Sending segments: from values to a packet that IP takes.
 *
 * The payload is copied once, from the send ring into the packet; headers are put in front of it in
 * place. With checksum offload the field gets the sum of the pseudo-header, and the device sums the
 * rest.
 */
import type { Packet } from "@typekraft/netdev";
import { NO_DEADLINE } from "@typekraft/plat";
import {
  PROTOCOL_TCP,
  checksumFinish,
  checksumPartial,
  checksumSum,
  extendPacket,
  packetData,
  pseudoHeaderSum,
  pushHeader,
} from "@typekraft/wire";
import type { Connection } from "./connection.ts";
import type { TcpCore } from "./core.ts";
import {
  ACK,
  NO_SCALE,
  RST,
  SYN,
  TCP_CHECKSUM_OFFSET,
  TCP_HEADER_BYTES,
  TcpHeader,
  type Segment,
  emitSynOptions,
  synOptionBytes,
} from "./header.ts";
import { windowToOffer } from "./window.ts";

/**
 * What a segment that belongs to no connection object says: SYN-ACKs, resets, answers of TIME-WAIT.
 */
export class BareSegment {
  localAddress: u32 = 0;
  remoteAddress: u32 = 0;
  localPort: u16 = 0;
  remotePort: u16 = 0;
  seq: u32 = 0;
  ack: u32 = 0;
  flags: u8 = 0;
  window: u16 = 0;
  /** Of a SYN: our window scale, or `NO_SCALE` for none. */
  scale: u8 = NO_SCALE;

  /** Addresses it to where `s` came from. */
  answerTo(s: Segment): void {
    this.localAddress = s.localAddress;
    this.remoteAddress = s.remoteAddress;
    this.localPort = s.localPort;
    this.remotePort = s.remotePort;
  }

  /** Addresses it to the peer of a connection. */
  addressTo(c: Connection): void {
    this.localAddress = c.localAddress;
    this.remoteAddress = c.remoteAddress;
    this.localPort = c.localPort;
    this.remotePort = c.remotePort;
  }
}

/** Sends a segment without payload; false where there was no packet for it. */
export function sendBare(core: TcpCore, b: BareSegment): boolean {
  const packet = core.ip.allocate();
  if (packet === null) {
    core.counters.noPacket++;
    return false;
  }
  let optionBytes = 0;
  if ((b.flags & SYN) !== 0) {
    optionBytes = synOptionBytes(b.scale);
    emitSynOptions(extendPacket(packet, optionBytes), u16(core.localMss()), b.scale);
  }
  const header = overlay<TcpHeader>(pushHeader(packet, TCP_HEADER_BYTES), 0);
  header.sourcePort = htons(b.localPort);
  header.destinationPort = htons(b.remotePort);
  header.sequenceNumber = htonl(b.seq);
  header.acknowledgmentNumber = htonl(b.ack);
  header.dataOffset = u8(((TCP_HEADER_BYTES + optionBytes) / 4) << 4);
  header.controlBits = b.flags;
  header.window = htons(b.window);
  header.urgentPointer = htons(0);
  if ((b.flags & RST) !== 0) core.counters.resetsSent++;
  checksumAndSend(core, packet, header, b.localAddress, b.remoteAddress);
  return true;
}

/**
 * Sends a segment of a synchronized connection, with ACK and the current window: `count` bytes of
 * the send ring from sequence number `seq` on. It counts as the acknowledgement of all received so
 * far. False where there was no packet.
 */
export function sendSegment(
  core: TcpCore,
  c: Connection,
  seq: u32,
  count: u32,
  flags: u8,
): boolean {
  const packet = core.ip.allocate();
  if (packet === null) {
    core.counters.noPacket++;
    return false;
  }
  if (count !== 0) {
    const distance = usize(wrapSub(seq, c.sndBase));
    c.sendRing.peek(distance, extendPacket(packet, usize(count)));
  }
  const header = overlay<TcpHeader>(pushHeader(packet, TCP_HEADER_BYTES), 0);
  header.sourcePort = htons(c.localPort);
  header.destinationPort = htons(c.remotePort);
  header.sequenceNumber = htonl(seq);
  header.acknowledgmentNumber = htonl(c.rcvNxt);
  header.dataOffset = 5 << 4;
  header.controlBits = flags | ACK;
  header.window = htons(windowToOffer(c));
  header.urgentPointer = htons(0);
  c.unacknowledged = 0;
  c.ackNow = false;
  c.delayedAckNs = NO_DEADLINE;
  if (c.quickAcks > 0 && count === 0) c.quickAcks--;
  checksumAndSend(core, packet, header, c.localAddress, c.remoteAddress);
  return true;
}

/**
 * An ACK by itself. Its sequence number is the end of all that was ever sent: SND.NXT has gone back
 * after a timeout, and a peer that has the data already would drop an ACK from there as old. Two
 * sides that both did so would never hear each other again. A byte sent to probe a shut window does
 * not count, because the peer may not have taken it.
 */
export function sendAck(core: TcpCore, c: Connection): void {
  if (!sendSegment(core, c, c.persisting ? c.sndNxt : c.sndMax, 0, 0)) {
    // Without a packet now, it goes out at the end of the batch.
    c.ackNow = true;
    core.addPending(c);
  }
}

/** The SYN of an active open, or the SYN-ACK of a simultaneous one. */
export function sendSyn(core: TcpCore, c: Connection, withAck: boolean): void {
  const b = new BareSegment();
  b.addressTo(c);
  b.seq = c.iss;
  b.ack = withAck ? c.rcvNxt : 0;
  b.flags = withAck ? SYN | ACK : SYN;
  // The window of a SYN is never scaled.
  b.window = c.receiveRing.capacity > 0xffff ? 0xffff : u16(c.receiveRing.capacity);
  b.scale = c.scaling ? c.rcvScale : NO_SCALE;
  sendBare(core, b);
}

/** Resets a connection: RFC 9293 §3.10.5. */
export function sendReset(core: TcpCore, c: Connection): void {
  const b = new BareSegment();
  b.addressTo(c);
  b.seq = c.persisting ? c.sndNxt : c.sndMax;
  b.ack = c.rcvNxt;
  b.flags = RST | ACK;
  sendBare(core, b);
}

/** Answers a segment that belongs to no connection: RFC 9293 §3.10.7.1. Never answers a reset. */
export function rejectSegment(core: TcpCore, s: Segment): void {
  if (s.has(RST)) return;
  const b = new BareSegment();
  b.answerTo(s);
  if (s.has(ACK)) {
    b.seq = s.ack;
    b.flags = RST;
  } else {
    b.ack = s.end();
    b.flags = RST | ACK;
  }
  sendBare(core, b);
}

function checksumAndSend(
  core: TcpCore,
  packet: Packet,
  header: TcpHeader,
  local: u32,
  remote: u32,
): void {
  const sum = pseudoHeaderSum(local, remote, PROTOCOL_TCP, u16(packet.length));
  if (core.offload) {
    header.checksum = checksumPartial(sum);
    packet.checksumNeeded = true;
    packet.checksumStart = 0;
    packet.checksumOffset = TCP_CHECKSUM_OFFSET;
  } else {
    header.checksum = htons(0);
    header.checksum = checksumFinish(checksumSum(packetData(packet), sum));
  }
  core.counters.segmentsSent++;
  core.ip.send(packet, PROTOCOL_TCP, local, remote);
}

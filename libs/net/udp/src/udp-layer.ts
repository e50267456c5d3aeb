/**
 * UDP: delivers datagrams to bound ports and sends them.
 *
 * A received datagram stays in its packet until its reader takes it. The packets of all ports
 * together are limited, so that a reader that sleeps cannot dry up the device's pool. A datagram
 * for a port that nobody has is answered with ICMP "port unreachable". Sending copies the data
 * once, into a packet.
 * Source: RFC 768, RFC 1122 §4.1. Context: threads and the poller of the cooperative scheduler;
 * nothing here blocks.
 */
import { config } from "@typekraft/config";
import type { IpInterface, IpProtocol } from "@typekraft/ip";
import type { Packet } from "@typekraft/netdev";
import {
  IPV4_HEADER_BYTES,
  PROTOCOL_UDP,
  UDP_CHECKSUM_OFFSET,
  UDP_HEADER_BYTES,
  UdpFault,
  UdpHeader,
  checkUdp,
  emitUdp,
  extendPacket,
  packetData,
  pullHeader,
  pushHeader,
  trimPacket,
} from "@typekraft/wire";
import { type UdpPort, UdpSource } from "./udp-port.ts";
import { UdpTable } from "./udp-table.ts";

declare module "@typekraft/config" {
  interface Config {
    /** Packets that wait in all ports together. */
    readonly LIB_UDP_WAITING: u32;
  }
}

/** Why something was not done. */
export enum UdpError {
  None,
  /** The port number is taken. */
  InUse,
  /** All dynamic ports are taken. */
  NoPorts,
  /** No free packet. */
  NoBuffers,
  /** Longer than a frame: datagrams are not fragmented. */
  TooLong,
  /** No device, no address or no route; or the device or ARP had no room for it. */
  Unreachable,
  /** The port is not bound. */
  Closed,
}

export class UdpCounters {
  received: u64 = 0;
  sent: u64 = 0;
  tooShort: u64 = 0;
  badChecksums: u64 = 0;
  noPort: u64 = 0;
  /** Dropped because the port's queue, or all together, were full. */
  queueFull: u64 = 0;
}

export class UdpLayer implements IpProtocol {
  readonly counters: UdpCounters = new UdpCounters();
  private readonly table: UdpTable = new UdpTable();
  private waiting: u32 = 0;

  constructor(private readonly ip: IpInterface) {}

  /** Registers with IP. Once, before the first `bind`. */
  start(): void {
    this.ip.setProtocol(PROTOCOL_UDP, this);
  }

  /** Binds a port object to a number, 0 for any free one. Errors: `InUse`, `NoPorts`. */
  bind(port: UdpPort, number: u16): UdpError {
    assert(port.number === 0, "the port is bound already");
    let chosen = number;
    if (chosen === 0) {
      chosen = this.table.freeNumber(this.ip.random());
      if (chosen === 0) return UdpError.NoPorts;
    } else if (this.table.find(chosen) !== null) {
      return UdpError.InUse;
    }
    this.table.insert(port, chosen);
    return UdpError.None;
  }

  /**
   * Unbinds a port, drops what waits in it and wakes its readers. Does nothing for one that is not
   * bound.
   */
  unbind(port: UdpPort): void {
    if (port.number === 0 || !this.table.remove(port)) return;
    const from = new UdpSource();
    for (;;) {
      const packet = port.pop(from);
      if (packet === null) break;
      this.waiting--;
      this.ip.release(packet);
    }
    this.ip.wake(port.ready);
  }

  /**
   * Takes the oldest datagram of a port: the packet's data is its payload, and the caller releases
   * it with `IpInterface.release`. Null where none waits.
   */
  take(port: UdpPort, from: UdpSource): Packet | null {
    const packet = port.pop(from);
    if (packet !== null) this.waiting--;
    return packet;
  }

  /**
   * Copies the oldest datagram, cut off where it is longer than `into`; the bytes copied, and
   * whether one waited.
   */
  receiveInto(port: UdpPort, into: Slice<u8>, from: UdpSource): [usize, boolean] {
    const packet = this.take(port, from);
    if (packet === null) return [0, false];
    const data = packetData(packet);
    const count = data.length < into.length ? data.length : into.length;
    copyBytes(into, data.sub(0, count));
    this.ip.release(packet);
    return [count, true];
  }

  /** The most bytes that one datagram holds: 1472 on Ethernet, 0 without a device. */
  maximumLength(): usize {
    const headers = IPV4_HEADER_BYTES + UDP_HEADER_BYTES;
    const mtu = this.ip.mtu();
    return mtu < headers ? 0 : mtu - headers;
  }

  /**
   * Sends a datagram from a bound port. It is in the device's ring when this returns, and announced
   * by the next poll or `IpInterface.flush`.
   */
  send(port: UdpPort, data: Slice<u8>, address: u32, number: u16): UdpError {
    if (port.number === 0) return UdpError.Closed;
    if (data.length > this.maximumLength()) return UdpError.TooLong;
    const packet = this.ip.allocate();
    if (packet === null) return UdpError.NoBuffers;
    copyBytes(extendPacket(packet, data.length), data);
    return this.sendPacket(port, packet, address, number);
  }

  /**
   * As `send`, for data that is in a packet of `IpInterface.allocate` already; always takes
   * ownership.
   */
  sendPacket(port: UdpPort, packet: Packet, address: u32, number: u16): UdpError {
    if (port.number === 0 || packet.length > this.maximumLength()) {
      this.ip.release(packet);
      return port.number === 0 ? UdpError.Closed : UdpError.TooLong;
    }
    const source = this.ip.sourceFor(address);
    const offload = this.ip.checksumOffload();
    pushHeader(packet, UDP_HEADER_BYTES);
    emitUdp(packetData(packet), port.number, number, source, address, offload);
    packet.checksumNeeded = offload;
    packet.checksumStart = 0;
    packet.checksumOffset = UDP_CHECKSUM_OFFSET;
    this.counters.sent++;
    const sent = this.ip.send(packet, PROTOCOL_UDP, source, address);
    return sent ? UdpError.None : UdpError.Unreachable;
  }

  receive(packet: Packet, source: u32, destination: u32): void {
    const data = packetData(packet);
    const [length, fault] = checkUdp(data, source, destination, packet.checksumValid);
    if (fault !== UdpFault.None) {
      if (fault === UdpFault.Short) this.counters.tooShort++;
      else this.counters.badChecksums++;
      this.ip.release(packet);
      return;
    }
    const header = overlay<UdpHeader>(data, 0);
    const sourcePort = ntohs(header.sourcePort);
    const port = this.table.find(ntohs(header.destinationPort));
    if (port === null || port.number === 0) {
      this.counters.noPort++;
      this.ip.rejectPort(packet, source, destination);
      return;
    }
    trimPacket(packet, length);
    pullHeader(packet, UDP_HEADER_BYTES);
    if (this.waiting >= config.LIB_UDP_WAITING || !port.push(packet, source, sourcePort)) {
      this.counters.queueFull++;
      port.dropped++;
      this.ip.release(packet);
      return;
    }
    this.waiting++;
    this.counters.received++;
    if (port.waiting() === 1) this.ip.wake(port.ready);
  }

  endOfBatch(): void {}
}

/**
 * The way in: validates Ethernet frames and IPv4 packets and hands what is for us to ARP, ICMP or a
 * transport.
 *
 * What is dropped is counted, never answered, except for protocols that nobody has registered for.
 * A packet for a unicast address that came in a link-layer broadcast is dropped, so is one that
 * claims to come from us.
 * Source: RFC 894; RFC 1122 §3.2.1, §3.3.6. Context: the poller; nothing blocks.
 */
import type { Packet } from "@typekraft/netdev";
import {
  ETHERNET_HEADER_BYTES,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  EthernetHeader,
  ICMP_UNREACHABLE_PROTOCOL,
  Ipv4Fault,
  Ipv4Header,
  MAC_BROADCAST,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  checkIpv4,
  ipv4IsLoopback,
  ipv4IsUsableSource,
  macOf,
  packetData,
  pullHeader,
  pushHeader,
  trimPacket,
} from "@typekraft/wire";
import type { Addressing } from "./addressing.ts";
import type { IpInterface } from "./interface.ts";
import type { IpProtocol } from "./protocol.ts";

export class Receiver {
  tcp: IpProtocol | null = null;
  udp: IpProtocol | null = null;
  /**
   * Whether the packet being received comes from the loopback queue: only those may have our
   * address as source.
   */
  private fromOurselves: boolean = false;
  /** Where the IP header of the packet being delivered starts, for `reject`. */
  private headerStart: usize = 0;

  /** An IPv4 packet from the loopback queue. */
  ownPacket(packet: Packet, ip: IpInterface): void {
    this.fromOurselves = true;
    this.ipv4(packet, true, ip);
    this.fromOurselves = false;
  }

  /** All frames of one batch have been received. */
  endOfBatch(): void {
    const tcp = this.tcp;
    if (tcp !== null) tcp.endOfBatch();
    const udp = this.udp;
    if (udp !== null) udp.endOfBatch();
  }

  /** One Ethernet frame: only what is for us or for all, only ARP and IPv4. */
  frame(packet: Packet, ip: IpInterface): void {
    ip.counters.framesReceived++;
    if (packet.length < ETHERNET_HEADER_BYTES) {
      ip.counters.badFrames++;
      ip.release(packet);
      return;
    }
    const frame = packetData(packet);
    const header = overlay<EthernetHeader>(frame, 0);
    const destination = macOf(header.destinationHigh, header.destinationLow);
    const unicast = destination === ip.link.mac;
    const type = ntohs(header.type);
    if (!unicast && destination !== MAC_BROADCAST) {
      ip.counters.notForUs++;
      ip.release(packet);
      return;
    }
    pullHeader(packet, ETHERNET_HEADER_BYTES);
    if (type === ETHERTYPE_IPV4) {
      this.ipv4(packet, unicast, ip);
    } else if (type === ETHERTYPE_ARP) {
      ip.arp.receive(packet, ip.addresses, ip.link, ip.nowNs(), ip.counters);
    } else {
      ip.counters.unknownTypes++;
      ip.release(packet);
    }
  }

  /** One IPv4 packet: validated (RFC 1122 §3.2.1), its header pulled off, delivered by protocol. */
  ipv4(packet: Packet, linkUnicast: boolean, ip: IpInterface): void {
    const data = packetData(packet);
    const [headerBytes, totalBytes, fault] = checkIpv4(data);
    if (fault !== Ipv4Fault.None) {
      ip.counters.countFault(fault);
      ip.release(packet);
      return;
    }
    const header = overlay<Ipv4Header>(data, 0);
    const source = ntohl(header.source);
    const destination = ntohl(header.destination);
    if (!this.acceptsAddresses(source, destination, linkUnicast, ip.addresses)) {
      ip.counters.badAddresses++;
      ip.release(packet);
      return;
    }
    trimPacket(packet, totalBytes);
    this.headerStart = packet.start;
    pullHeader(packet, headerBytes);
    ip.counters.received++;
    this.deliver(packet, header.protocol, source, destination, ip);
  }

  private acceptsAddresses(
    source: u32,
    destination: u32,
    linkUnicast: boolean,
    addresses: Addressing,
  ): boolean {
    if (ipv4IsLoopback(destination)) return this.fromOurselves && ipv4IsLoopback(source);
    if (addresses.isBroadcast(destination)) return source === 0 || ipv4IsUsableSource(source);
    const own = addresses.own;
    if (!linkUnicast || destination !== own || own === 0) return false;
    if (source === own) return this.fromOurselves;
    return addresses.isForeignUnicast(source);
  }

  private deliver(
    packet: Packet,
    protocol: u8,
    source: u32,
    destination: u32,
    ip: IpInterface,
  ): void {
    const unicast = !ip.isBroadcast(destination);
    if (protocol === PROTOCOL_TCP) {
      const tcp = this.tcp;
      if (tcp !== null && unicast) {
        tcp.receive(packet, source, destination);
        return;
      }
    } else if (protocol === PROTOCOL_UDP) {
      const udp = this.udp;
      if (udp !== null) {
        udp.receive(packet, source, destination);
        return;
      }
    } else if (protocol === PROTOCOL_ICMP) {
      if (unicast && ip.icmp.answer(packet, ip.counters)) {
        ip.send(packet, PROTOCOL_ICMP, destination, source);
        return;
      }
      ip.release(packet);
      return;
    }
    ip.counters.unknownProtocols++;
    this.reject(packet, source, destination, ICMP_UNREACHABLE_PROTOCOL, ip);
  }

  /**
   * Sends "destination unreachable" with the header that the packet came with, and releases the
   * packet.
   */
  reject(packet: Packet, source: u32, destination: u32, code: u8, ip: IpInterface): void {
    assert(this.headerStart <= packet.start);
    pushHeader(packet, packet.start - this.headerStart);
    const answerable = source !== 0 && !ip.isBroadcast(destination);
    if (answerable && ip.icmp.mayReport(ip.nowNs(), ip.counters)) {
      const report = ip.allocate();
      if (report !== null) {
        ip.icmp.emitUnreachable(report, packetData(packet), code);
        ip.send(report, PROTOCOL_ICMP, destination, source);
      }
    }
    ip.release(packet);
  }
}

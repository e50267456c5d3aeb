/**
 * Frames that a test writes by hand: right where nothing else is said, so that a test can spoil one
 * thing.
 */
import {
  ARP_BYTES,
  ETHERNET_HEADER_BYTES,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  IPV4_HEADER_BYTES,
  Ipv4Header,
  UDP_HEADER_BYTES,
  checksumFinish,
  checksumSum,
  emitArp,
  emitEthernet,
  emitIpv4,
  emitUdp,
} from "@typekraft/wire";

export class SimFrame {
  length: usize = 0;
  private readonly storage: FixedArray<u8, 1600> = fixedArray();

  /** The whole frame. */
  bytes(): Slice<u8> {
    return this.storage.slice().sub(0, this.length);
  }

  /** What follows the Ethernet header and an IPv4 header without options. */
  payload(): Slice<u8> {
    return this.bytes().sub(ETHERNET_HEADER_BYTES + IPV4_HEADER_BYTES);
  }

  /** The IPv4 header, to be spoilt; `fixIpv4` makes its checksum right again. */
  ipv4Header(): Ipv4Header {
    return overlay<Ipv4Header>(this.bytes(), ETHERNET_HEADER_BYTES);
  }

  /** An ARP packet; the frame comes from `senderMac`. */
  arp(
    to: u64,
    operation: u16,
    senderMac: u64,
    sender: u32,
    targetMac: u64,
    target: u32,
  ): Slice<u8> {
    this.length = ETHERNET_HEADER_BYTES + ARP_BYTES;
    emitEthernet(this.bytes(), to, senderMac, ETHERTYPE_ARP);
    const body = this.bytes().sub(ETHERNET_HEADER_BYTES);
    emitArp(body, operation, senderMac, sender, targetMac, target);
    return this.bytes();
  }

  /**
   * An IPv4 packet with `count` bytes of payload, which the caller fills in: 0, 1, 2 … until then.
   */
  ipv4(to: u64, from: u64, protocol: u8, source: u32, destination: u32, count: usize): Slice<u8> {
    this.length = ETHERNET_HEADER_BYTES + IPV4_HEADER_BYTES + count;
    const frame = this.bytes();
    emitEthernet(frame, to, from, ETHERTYPE_IPV4);
    const total = u16(IPV4_HEADER_BYTES + count);
    emitIpv4(frame.sub(ETHERNET_HEADER_BYTES), total, protocol, source, destination);
    const payload = this.payload();
    for (let i = 0; i < count; i++) payload[i] = u8(i);
    return frame;
  }

  /** A UDP datagram with `count` bytes of data: 8, 9, 10 …. */
  udp(
    to: u64,
    from: u64,
    source: u32,
    sourcePort: u16,
    destination: u32,
    destinationPort: u16,
    count: usize,
  ): Slice<u8> {
    this.ipv4(to, from, 17, source, destination, UDP_HEADER_BYTES + count);
    emitUdp(this.payload(), sourcePort, destinationPort, source, destination, false);
    return this.bytes();
  }

  /** Makes the checksum of an IPv4 header right, whatever else it says. */
  fixIpv4(): void {
    const header = this.ipv4Header();
    let length = usize(header.versionIhl & 15) * 4;
    const room = this.length - ETHERNET_HEADER_BYTES;
    if (length > room) length = room;
    header.checksum = htons(0);
    const sum = checksumSum(this.bytes().sub(ETHERNET_HEADER_BYTES, length), 0);
    header.checksum = checksumFinish(sum);
  }
}

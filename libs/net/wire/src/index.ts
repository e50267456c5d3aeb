/**
 * Wire formats of the Internet protocols: packed headers, the Internet checksum, and the data of
 * packets.
 */
export {
  extendPacket,
  packetData,
  packetRoom,
  pullHeader,
  pushHeader,
  resetPacket,
  trimPacket,
} from "./packet-data.ts";
export {
  checksumAdjust,
  checksumFinish,
  checksumIsValid,
  checksumPartial,
  checksumSum,
  pseudoHeaderSum,
} from "./checksum.ts";
export {
  ETHERNET_HEADER_BYTES,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  EthernetHeader,
  MAC_BROADCAST,
  type MacAddress,
  emitEthernet,
  macFromBytes,
  macHigh,
  macIsUnicast,
  macLow,
  macOf,
  macToBytes,
} from "./ethernet.ts";
export { ARP_BYTES, ARP_REPLY, ARP_REQUEST, ArpPacket, arpIsValid, emitArp } from "./arp.ts";
export {
  IPV4_BROADCAST,
  IPV4_HEADER_BYTES,
  IPV4_LOOPBACK,
  Ipv4Fault,
  Ipv4Header,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  checkIpv4,
  emitIpv4,
  ipv4IsLoopback,
  ipv4IsMulticast,
  ipv4IsUsableSource,
  ipv4MulticastMac,
} from "./ipv4.ts";
export {
  ICMP_DESTINATION_UNREACHABLE,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMP_HEADER_BYTES,
  ICMP_UNREACHABLE_PORT,
  ICMP_UNREACHABLE_PROTOCOL,
  IcmpHeader,
} from "./icmp.ts";
export {
  UDP_CHECKSUM_OFFSET,
  UDP_HEADER_BYTES,
  UdpFault,
  UdpHeader,
  checkUdp,
  emitUdp,
} from "./udp.ts";
export {
  IPV4_TEXT_BYTES,
  MAC_TEXT_BYTES,
  formatIpv4,
  formatIpv4Prefix,
  formatMac,
  maskOfPrefix,
  parseIpv4,
  parseIpv4Prefix,
} from "./format.ts";

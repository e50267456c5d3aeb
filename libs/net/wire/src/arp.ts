/**
 * ARP packets for IPv4 over Ethernet, 28 bytes behind the Ethernet header.
 * Source: RFC 826; RFC 5227 for probes and announcements.
 */
import { ETHERTYPE_IPV4, type MacAddress, macHigh, macLow } from "./ethernet.ts";

export const ARP_BYTES: usize = 28;
export const ARP_HARDWARE_ETHERNET: u16 = 1;
export const ARP_REQUEST: u16 = 1;
export const ARP_REPLY: u16 = 2;

/** ar$hrd … ar$tpa of RFC 826. */
@packed
export class ArpPacket {
  hardwareType!: be16;
  protocolType!: be16;
  hardwareLength!: u8;
  protocolLength!: u8;
  operation!: be16;
  senderMacHigh!: be16;
  senderMacLow!: be32;
  senderAddress!: be32;
  targetMacHigh!: be16;
  targetMacLow!: be32;
  targetAddress!: be32;
}
staticAssert(sizeof<ArpPacket>() === 28);

/** Whether this is a request or reply for IPv4 over Ethernet, of sufficient length. */
export function arpIsValid(data: Slice<u8>): boolean {
  if (data.length < ARP_BYTES) return false;
  const arp = overlay<ArpPacket>(data, 0);
  const operation = ntohs(arp.operation);
  return (
    ntohs(arp.hardwareType) === ARP_HARDWARE_ETHERNET &&
    ntohs(arp.protocolType) === ETHERTYPE_IPV4 &&
    arp.hardwareLength === 6 &&
    arp.protocolLength === 4 &&
    (operation === ARP_REQUEST || operation === ARP_REPLY)
  );
}

/** Fills in a whole packet; addresses in host order. */
export function emitArp(
  into: Slice<u8>,
  operation: u16,
  senderMac: MacAddress,
  senderAddress: u32,
  targetMac: MacAddress,
  targetAddress: u32,
): void {
  const arp = overlay<ArpPacket>(into, 0);
  arp.hardwareType = htons(ARP_HARDWARE_ETHERNET);
  arp.protocolType = htons(ETHERTYPE_IPV4);
  arp.hardwareLength = 6;
  arp.protocolLength = 4;
  arp.operation = htons(operation);
  arp.senderMacHigh = macHigh(senderMac);
  arp.senderMacLow = macLow(senderMac);
  arp.senderAddress = htonl(senderAddress);
  arp.targetMacHigh = macHigh(targetMac);
  arp.targetMacLow = macLow(targetMac);
  arp.targetAddress = htonl(targetAddress);
}

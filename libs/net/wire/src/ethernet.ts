/**
 * Ethernet II frames: the 14-byte header and MAC addresses.
 *
 * A MAC address is a `u64` whose low 48 bits are the six bytes in the order in which they are sent,
 * the first in the highest place, so that addresses compare and copy as one register. The frame
 * check sequence is the device's.
 * Source: IEEE 802.3 §3, RFC 894.
 */

/** A MAC address in the low 48 bits: 52:54:00:12:34:56 is 0x5254_0012_3456. */
export type MacAddress = u64;

export const MAC_BROADCAST: MacAddress = 0xffff_ffff_ffff;
/** The bit of the first byte that marks a group (multicast, broadcast). */
const MAC_GROUP_BIT: u64 = 0x0100_0000_0000;

export const ETHERNET_HEADER_BYTES: usize = 14;
export const ETHERTYPE_IPV4: u16 = 0x0800;
export const ETHERTYPE_ARP: u16 = 0x0806;

@packed
export class EthernetHeader {
  destinationHigh!: be16;
  destinationLow!: be32;
  sourceHigh!: be16;
  sourceLow!: be32;
  type!: be16;
}
staticAssert(sizeof<EthernetHeader>() === 14);

/** A MAC address from the two fields that hold it in a header. */
export function macOf(high: be16, low: be32): MacAddress {
  return (u64(ntohs(high)) << 32) | u64(ntohl(low));
}

/** The first two bytes of the address, as a header holds them. */
export function macHigh(mac: MacAddress): be16 {
  return htons(u16(mac >> 32));
}

/** The last four bytes of the address, as a header holds them. */
export function macLow(mac: MacAddress): be32 {
  return htonl(u32(mac));
}

/** Whether the address is of one station: neither a group's nor all zero. */
export function macIsUnicast(mac: MacAddress): boolean {
  return (mac & MAC_GROUP_BIT) === 0 && mac !== 0;
}

/** Reads an address from six bytes. */
export function macFromBytes(data: Slice<u8>): MacAddress {
  assert(data.length >= 6);
  let mac: u64 = 0;
  for (const byte of data.sub(0, 6)) mac = (mac << 8) | u64(byte);
  return mac;
}

/** Writes the six bytes of an address. */
export function macToBytes(mac: MacAddress, into: Slice<u8>): void {
  assert(into.length >= 6);
  for (let i = 0; i < 6; i++) into[i] = u8(mac >> u64((5 - i) * 8));
}

/** Fills in a whole header at the start of `frame`. */
export function emitEthernet(
  frame: Slice<u8>,
  destination: MacAddress,
  source: MacAddress,
  type: u16,
): void {
  const header = overlay<EthernetHeader>(frame, 0);
  header.destinationHigh = macHigh(destination);
  header.destinationLow = macLow(destination);
  header.sourceHigh = macHigh(source);
  header.sourceLow = macLow(source);
  header.type = htons(type);
}

/**
 * ICMP for IPv4: the header that all messages share, and the two that this system uses.
 * Source: RFC 792; RFC 1122 §3.2.2.
 */

export const ICMP_HEADER_BYTES: usize = 8;
export const ICMP_ECHO_REPLY: u8 = 0;
export const ICMP_DESTINATION_UNREACHABLE: u8 = 3;
export const ICMP_ECHO_REQUEST: u8 = 8;

export const ICMP_UNREACHABLE_PROTOCOL: u8 = 2;
export const ICMP_UNREACHABLE_PORT: u8 = 3;

@packed
export class IcmpHeader {
  type!: u8;
  code!: u8;
  checksum!: be16;
  /** Identifier and sequence number of an echo; unused (0) in "unreachable". */
  rest!: be32;
}
staticAssert(sizeof<IcmpHeader>() === 8);

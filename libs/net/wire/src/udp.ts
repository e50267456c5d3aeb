/**
 * The UDP header: a checked view for received datagrams, emission for sent ones.
 * Source: RFC 768.
 */
import { checksumFinish, checksumIsValid, checksumPartial, checksumSum } from "./checksum.ts";
import { pseudoHeaderSum } from "./checksum.ts";
import { PROTOCOL_UDP } from "./ipv4.ts";

export const UDP_HEADER_BYTES: usize = 8;
/** Where the checksum stands in the header. */
export const UDP_CHECKSUM_OFFSET: u16 = 6;

@packed
export class UdpHeader {
  sourcePort!: be16;
  destinationPort!: be16;
  length!: be16;
  checksum!: be16;
}
staticAssert(sizeof<UdpHeader>() === 8);

/** Why a datagram is not acceptable. */
export enum UdpFault {
  None,
  /** Shorter than its header or than its length field says, or a length below 8. */
  Short,
  BadChecksum,
}

/**
 * Validates the datagram at the start of `data`. With `verified` the checksum is known to be right;
 * a checksum of 0 means that the sender made none. The result is the length of header and data, and
 * the fault.
 */
export function checkUdp(
  data: Slice<u8>,
  source: u32,
  destination: u32,
  verified: boolean,
): [usize, UdpFault] {
  if (data.length < UDP_HEADER_BYTES) return [0, UdpFault.Short];
  const header = overlay<UdpHeader>(data, 0);
  const length = ntohs(header.length);
  if (usize(length) < UDP_HEADER_BYTES || usize(length) > data.length) return [0, UdpFault.Short];
  if (!verified && ntohs(header.checksum) !== 0) {
    const seed = pseudoHeaderSum(source, destination, PROTOCOL_UDP, length);
    if (!checksumIsValid(checksumSum(data.sub(0, usize(length)), seed))) {
      return [0, UdpFault.BadChecksum];
    }
  }
  return [usize(length), UdpFault.None];
}

/**
 * Fills in the header at the start of `datagram`, which is the header's room and the data behind
 * it. With `offload` the checksum field gets the pseudo-header's sum, for the device to complete;
 * otherwise the checksum.
 */
export function emitUdp(
  datagram: Slice<u8>,
  sourcePort: u16,
  destinationPort: u16,
  source: u32,
  destination: u32,
  offload: boolean,
): void {
  const length = u16(datagram.length);
  const header = overlay<UdpHeader>(datagram, 0);
  header.sourcePort = htons(sourcePort);
  header.destinationPort = htons(destinationPort);
  header.length = htons(length);
  const seed = pseudoHeaderSum(source, destination, PROTOCOL_UDP, length);
  if (offload) {
    header.checksum = checksumPartial(seed);
    return;
  }
  header.checksum = htons(0);
  const checksum = checksumFinish(checksumSum(datagram, seed));
  header.checksum = ntohs(checksum) === 0 ? htons(0xffff) : checksum;
}

/**
 * Benchmark `parse`: validates IPv4 and TCP headers with options and takes out what a TCP implementation needs.
 * Sources: RFC 791 §3.1, RFC 9293 §3.1 and §3.2.
 *
 * @unsafe the harness passes its buffer by address
 */
import { checksum, sumWords } from "./checksum.ts";

@packed
class Ipv4Header {
  versionAndLength: u8 = 0;
  typeOfService: u8 = 0;
  totalLength: be16 = htons(0);
  identification: be16 = htons(0);
  fragment: be16 = htons(0);
  timeToLive: u8 = 0;
  protocol: u8 = 0;
  checksum: be16 = htons(0);
  source: be32 = htonl(0);
  destination: be32 = htonl(0);
}
staticAssert(sizeof<Ipv4Header>() === 20);

@packed
class TcpHeader {
  sourcePort: be16 = htons(0);
  destinationPort: be16 = htons(0);
  sequence: be32 = htonl(0);
  acknowledgment: be32 = htonl(0);
  offsetAndFlags: be16 = htons(0);
  window: be16 = htons(0);
  checksum: be16 = htons(0);
  urgent: be16 = htons(0);
}
staticAssert(sizeof<TcpHeader>() === 20);

enum ParseError {
  None,
  Short,
  BadVersion,
  BadChecksum,
  NotTcp,
}

/** What `parse` finds. */
class Segment {
  source: u32 = 0;
  destination: u32 = 0;
  sourcePort: u16 = 0;
  destinationPort: u16 = 0;
  sequence: u32 = 0;
  flags: u8 = 0;
  maximumSegmentSize: u16 = 0;
}

/** The payload, or why the packet is not a TCP segment. */
function parse(packet: Slice<u8>, into: Segment): [Slice<u8>, ParseError] {
  if (packet.length < 20) return [packet, ParseError.Short];
  const ip = overlay<Ipv4Header>(packet, 0);
  if (ip.versionAndLength >> 4 !== 4) return [packet, ParseError.BadVersion];
  const headerLength = usize(ip.versionAndLength & 15) * 4;
  const total = usize(ntohs(ip.totalLength));
  if (headerLength < 20 || total < headerLength || total > packet.length) {
    return [packet, ParseError.Short];
  }
  if (sumWords(packet.sub(0, headerLength), 0) !== 0xffff) return [packet, ParseError.BadChecksum];
  if (ip.protocol !== 6) return [packet, ParseError.NotTcp];
  if (total - headerLength < 20) return [packet, ParseError.Short];
  const tcp = overlay<TcpHeader>(packet, headerLength);
  const offsetAndFlags = ntohs(tcp.offsetAndFlags);
  const dataOffset = usize(offsetAndFlags >> 12) * 4;
  if (dataOffset < 20 || headerLength + dataOffset > total) return [packet, ParseError.Short];
  into.source = ntohl(ip.source);
  into.destination = ntohl(ip.destination);
  into.sourcePort = ntohs(tcp.sourcePort);
  into.destinationPort = ntohs(tcp.destinationPort);
  into.sequence = ntohl(tcp.sequence);
  into.flags = u8(offsetAndFlags & 0x3f);
  into.maximumSegmentSize = segmentSizeOption(packet.sub(headerLength + 20, dataOffset - 20));
  return [
    packet.sub(headerLength + dataOffset, total - headerLength - dataOffset),
    ParseError.None,
  ];
}

/** The value of the option "maximum segment size", 536 where it is absent. */
function segmentSizeOption(options: Slice<u8>): u16 {
  let value: u16 = 536;
  let i = 0;
  while (i < options.length) {
    const kind = options[i];
    if (kind === 0) break;
    if (kind === 1) {
      i++;
      continue;
    }
    if (i + 1 >= options.length) break;
    const length = usize(options[i + 1]);
    if (length < 2 || i + length > options.length) break;
    if (kind === 2 && length === 4) value = (u16(options[i + 2]) << 8) | options[i + 3];
    i += length;
  }
  return value;
}

const PACKET_BYTES = 64;
const segment = new Segment();

/** Fills `at … at + length` with packets of 64 bytes: 20 of IPv4, 36 of TCP with two options, 8 of data. */
export function preparePackets(at: VirtAddr, length: usize): void {
  for (let start = 0; start + PACKET_BYTES <= length; start += PACKET_BYTES) {
    const packet = sliceAt<u8>(at + start, PACKET_BYTES);
    fillBytes(packet, 0);
    const ip = overlay<Ipv4Header>(packet, 0);
    ip.versionAndLength = 0x45;
    ip.totalLength = htons(PACKET_BYTES);
    ip.timeToLive = 64;
    ip.protocol = 6;
    ip.source = htonl(0x0a00_0001 + u32(start));
    ip.destination = htonl(0x0a00_020f);
    ip.checksum = htons(checksum(packet.sub(0, 20)));
    const tcp = overlay<TcpHeader>(packet, 20);
    tcp.sourcePort = htons(1024 + u16(start >> 6));
    tcp.destinationPort = htons(80);
    tcp.sequence = htonl(u32(start) * 1000);
    tcp.offsetAndFlags = htons(0x9018);
    packet[40] = 2;
    packet[41] = 4;
    packet[42] = 5;
    packet[43] = 180;
    packet[44] = 1;
    packet[45] = 1;
    packet[46] = 8;
    packet[47] = 10;
  }
}

/** Parses all packets `rounds` times; a sum over what it found. */
export function parseTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const data = sliceAt<u8>(at, length);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    for (let start = 0; start + PACKET_BYTES <= length; start += PACKET_BYTES) {
      const [payload, error] = parse(data.sub(start, PACKET_BYTES), segment);
      if (error !== ParseError.None) return 0;
      sum += payload.length + segment.sourcePort + segment.sequence;
      sum += u64(segment.maximumSegmentSize) + segment.flags + segment.source;
    }
  }
  return sum;
}

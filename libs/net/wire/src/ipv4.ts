/**
 * The IPv4 header: a checked view for received packets, emission for sent ones, and the classes of
 * addresses.
 *
 * Options are skipped, fragments are refused (this system sends and asks for whole packets only; a
 * fragment is counted and dropped, which every transport survives). Sent packets have no options,
 * may not be fragmented (DF) and therefore carry identification 0 (RFC 6864 §4.1).
 * Source: RFC 791 §3.1, RFC 1122 §3.2.1.
 */
import { checksumIsValid, checksumSum } from "./checksum.ts";
import { type MacAddress } from "./ethernet.ts";

export const IPV4_HEADER_BYTES: usize = 20;
export const PROTOCOL_ICMP: u8 = 1;
export const PROTOCOL_TCP: u8 = 6;
export const PROTOCOL_UDP: u8 = 17;

export const IPV4_BROADCAST: u32 = 0xffff_ffff;
export const IPV4_LOOPBACK: u32 = 0x7f00_0001;

const VERSION_4: u8 = 0x40;
const VERSION_4_IHL_5: u8 = 0x45;
const FLAG_DF: u16 = 0x4000;
/** MF and the fragment offset: anything set here is a fragment. */
const FRAGMENT_MASK: u16 = 0x3fff;
const DEFAULT_TTL: u8 = 64;

@packed
export class Ipv4Header {
  versionIhl!: u8;
  typeOfService!: u8;
  totalLength!: be16;
  identification!: be16;
  flagsFragment!: be16;
  timeToLive!: u8;
  protocol!: u8;
  checksum!: be16;
  source!: be32;
  destination!: be32;
}
staticAssert(sizeof<Ipv4Header>() === 20);

/** Why a packet is not acceptable. */
export enum Ipv4Fault {
  None,
  /** Shorter than its header, or than its total length says. */
  Short,
  BadVersion,
  /** IHL below 5 or beyond the total length. */
  BadHeaderLength,
  BadChecksum,
  Fragment,
}

/**
 * Validates the header at the start of `data`, which may have link padding behind the packet.
 * The result is the header's length, the packet's, and the fault; with a fault both lengths are 0.
 */
export function checkIpv4(data: Slice<u8>): [usize, usize, Ipv4Fault] {
  if (data.length < IPV4_HEADER_BYTES) return [0, 0, Ipv4Fault.Short];
  const header = overlay<Ipv4Header>(data, 0);
  let headerBytes = IPV4_HEADER_BYTES;
  if (header.versionIhl !== VERSION_4_IHL_5) {
    if ((header.versionIhl & 0xf0) !== VERSION_4) return [0, 0, Ipv4Fault.BadVersion];
    headerBytes = usize(header.versionIhl & 15) * 4;
    if (headerBytes < IPV4_HEADER_BYTES) return [0, 0, Ipv4Fault.BadHeaderLength];
  }
  const totalBytes = usize(ntohs(header.totalLength));
  if (totalBytes > data.length) return [0, 0, Ipv4Fault.Short];
  if (totalBytes < headerBytes) return [0, 0, Ipv4Fault.BadHeaderLength];
  if (!checksumIsValid(headerSum(data.sub(0, headerBytes)))) return [0, 0, Ipv4Fault.BadChecksum];
  if ((ntohs(header.flagsFragment) & FRAGMENT_MASK) !== 0) return [0, 0, Ipv4Fault.Fragment];
  return [headerBytes, totalBytes, Ipv4Fault.None];
}

/** The sum over a received header; five loads for one without options. */
function headerSum(header: Slice<u8>): u64 {
  if (header.length !== IPV4_HEADER_BYTES) return checksumSum(header, 0);
  const words = viewAs<le32>(header);
  const first = u64(fromLe32(words[0])) + u64(fromLe32(words[1]));
  const addresses = u64(fromLe32(words[3])) + u64(fromLe32(words[4]));
  return first + u64(fromLe32(words[2])) + addresses;
}

/**
 * Fills in a header of 20 bytes, checksum included; addresses in host order, `totalLength` with the
 * header.
 */
export function emitIpv4(
  into: Slice<u8>,
  totalLength: u16,
  protocol: u8,
  source: u32,
  destination: u32,
): void {
  const header = overlay<Ipv4Header>(into, 0);
  header.versionIhl = VERSION_4_IHL_5;
  header.typeOfService = 0;
  header.totalLength = htons(totalLength);
  header.identification = htons(0);
  header.flagsFragment = htons(FLAG_DF);
  header.timeToLive = DEFAULT_TTL;
  header.protocol = protocol;
  header.source = htonl(source);
  header.destination = htonl(destination);
  header.checksum = headerChecksum(totalLength, protocol, source, destination);
}

/**
 * Of a header as `emitIpv4` makes it, from its values: nothing just written has to be read back.
 */
function headerChecksum(totalLength: u16, protocol: u8, source: u32, destination: u32): be16 {
  let sum: u32 = 0x4500 + 0x4000 + 0x4000;
  sum += u32(totalLength) + u32(protocol);
  sum += (source >> 16) + (source & 0xffff);
  sum += (destination >> 16) + (destination & 0xffff);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return htons(u16(~sum));
}

/** 224.0.0.0/4. */
export function ipv4IsMulticast(address: u32): boolean {
  return address >> 28 === 14;
}

/** 127.0.0.0/8. */
export function ipv4IsLoopback(address: u32): boolean {
  return address >> 24 === 127;
}

/**
 * Whether a host may have this address: not of 0/8, loopback, multicast or the reserved classes
 * (RFC 1122 §3.2.1.3).
 */
export function ipv4IsUsableSource(address: u32): boolean {
  const first = address >> 24;
  return first !== 0 && first !== 127 && first < 224;
}

/** The MAC address of a multicast group (RFC 1112 §6.4). */
export function ipv4MulticastMac(address: u32): MacAddress {
  return u64(0x0100_5e00_0000) | u64(address & 0x7f_ffff);
}

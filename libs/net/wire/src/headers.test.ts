/** Tests of the headers: known bytes, each fault, and random damage. */
import { Random, mutate } from "@typekraft/netsim";
import { ARP_REPLY, ARP_REQUEST, ArpPacket, arpIsValid, emitArp } from "./arp.ts";
import {
  EthernetHeader,
  MAC_BROADCAST,
  emitEthernet,
  macFromBytes,
  macIsUnicast,
  macOf,
  macToBytes,
} from "./ethernet.ts";
import {
  IPV4_HEADER_BYTES,
  Ipv4Fault,
  Ipv4Header,
  checkIpv4,
  emitIpv4,
  ipv4IsUsableSource,
  ipv4MulticastMac,
} from "./ipv4.ts";
import { checksumFinish, checksumIsValid, checksumSum } from "./checksum.ts";
import { UdpFault, UdpHeader, checkUdp, emitUdp } from "./udp.ts";

const SOURCE: u32 = 0x0a00_020f;
const DESTINATION: u32 = 0xc0a8_0101;
const storage = fixedArray<u8, 256>();

function same(data: Slice<u8>, expected: Slice<u8>): boolean {
  if (data.length !== expected.length) return false;
  for (let i = 0; i < data.length; i++) if (data[i] !== expected[i]) return false;
  return true;
}

function fixChecksum(data: Slice<u8>): void {
  const header = overlay<Ipv4Header>(data, 0);
  let length = usize(header.versionIhl & 15) * 4;
  if (length > data.length) length = data.length;
  header.checksum = htons(0);
  header.checksum = checksumFinish(checksumSum(data.sub(0, length), 0));
}

/** A right packet of 60 bytes with a header of 20. */
function goodPacket(): Slice<u8> {
  const data = storage.slice().sub(0, 60);
  fillBytes(data, 0);
  emitIpv4(data, 60, 17, SOURCE, DESTINATION);
  return data;
}

function faultOf(data: Slice<u8>): Ipv4Fault {
  const [headerBytes, totalBytes, fault] = checkIpv4(data);
  if (fault === Ipv4Fault.None) {
    assert(headerBytes >= 20 && headerBytes <= totalBytes && totalBytes <= data.length);
  } else {
    assert(headerBytes === 0 && totalBytes === 0);
  }
  return fault;
}

/** @test */
export function macAddressesKeepTheirOrder(): void {
  const six = sliceOf<u8>(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);
  assert(macFromBytes(six) === 0x5254_0012_3456);
  const out = storage.slice().sub(0, 6);
  macToBytes(0x5254_0012_3456, out);
  assert(same(out, six));
  assert(macIsUnicast(0x5254_0012_3456));
  assert(!macIsUnicast(MAC_BROADCAST) && !macIsUnicast(0x0100_5e00_0001) && !macIsUnicast(0));
}

/** @test */
export function ethernetHeaderBytes(): void {
  const frame = storage.slice().sub(0, 14);
  emitEthernet(frame, 0x0102_0304_0506, 0x5254_0012_3456, 0x0800);
  const expected = sliceOf<u8>(1, 2, 3, 4, 5, 6, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 8, 0);
  assert(same(frame, expected));
  const header = overlay<EthernetHeader>(frame, 0);
  assert(macOf(header.sourceHigh, header.sourceLow) === 0x5254_0012_3456);
}

/** @test */
export function arpPacketBytes(): void {
  const data = storage.slice().sub(0, 28);
  emitArp(data, ARP_REQUEST, 0x5254_0012_3456, SOURCE, 0, 0x0a00_0202);
  assert(arpIsValid(data));
  assert(data[0] === 0 && data[1] === 1 && data[2] === 8 && data[4] === 6 && data[5] === 4);
  assert(data[7] === 1 && data[8] === 0x52 && data[14] === 10 && data[17] === 15);
  assert(data[24] === 10 && data[27] === 2);
  assert(!arpIsValid(data.sub(0, 27)));
  const arp = overlay<ArpPacket>(data, 0);
  arp.operation = htons(ARP_REPLY);
  assert(arpIsValid(data));
  arp.operation = htons(3);
  assert(!arpIsValid(data));
  arp.operation = htons(ARP_REPLY);
  arp.hardwareLength = 8;
  assert(!arpIsValid(data));
}

/** @test */
export function ipv4HeaderBytes(): void {
  const data = goodPacket();
  const expected = sliceOf<u8>(
    0x45,
    0,
    0,
    60,
    0,
    0,
    0x40,
    0,
    64,
    17,
    0xac,
    0xfc,
    10,
    0,
    2,
    15,
    192,
    168,
    1,
    1,
  );
  fixChecksum(data);
  const summed = u16(data[10]) * 256 + u16(data[11]);
  emitIpv4(data, 60, 17, SOURCE, DESTINATION);
  assert(u16(data[10]) * 256 + u16(data[11]) === summed);
  assert(same(data.sub(0, 10), expected.sub(0, 10)));
  assert(same(data.sub(12, 8), expected.sub(12, 8)));
  assert(faultOf(data) === Ipv4Fault.None);
}

/** @test */
export function checksumOfEmittedHeadersIsRight(): void {
  const random = new Random();
  random.seed(4);
  const data = storage.slice().sub(0, 20);
  for (let i = 0; i < 20000; i++) {
    const a = u32(random.next());
    const b = u32(random.next());
    emitIpv4(data, u16(random.next()), u8(random.next()), a, b);
    assert(checksumIsValid(checksumSum(data, 0)));
  }
}

/** @test */
export function ipv4FaultsAreFound(): void {
  let data = goodPacket();
  assert(faultOf(data.sub(0, 19)) === Ipv4Fault.Short);
  assert(faultOf(data.sub(0, 59)) === Ipv4Fault.Short);
  data[0] = 0x65;
  assert(faultOf(data) === Ipv4Fault.BadVersion);
  data[0] = 0x44;
  assert(faultOf(data) === Ipv4Fault.BadHeaderLength);
  data = goodPacket();
  overlay<Ipv4Header>(data, 0).totalLength = htons(19);
  assert(faultOf(data) === Ipv4Fault.BadHeaderLength);
  data = goodPacket();
  data[12] = data[12] ^ 1;
  assert(faultOf(data) === Ipv4Fault.BadChecksum);
}

/** @test */
export function fragmentsAreRefused(): void {
  const data = goodPacket();
  overlay<Ipv4Header>(data, 0).flagsFragment = htons(0x2000);
  fixChecksum(data);
  assert(faultOf(data) === Ipv4Fault.Fragment);
  overlay<Ipv4Header>(data, 0).flagsFragment = htons(1);
  fixChecksum(data);
  assert(faultOf(data) === Ipv4Fault.Fragment);
  overlay<Ipv4Header>(data, 0).flagsFragment = htons(0);
  fixChecksum(data);
  assert(faultOf(data) === Ipv4Fault.None);
}

/** @test */
export function optionsAndPaddingAreSkipped(): void {
  const data = goodPacket();
  data[0] = 0x47;
  overlay<Ipv4Header>(data, 0).totalLength = htons(40);
  fixChecksum(data);
  const [headerBytes, totalBytes, fault] = checkIpv4(data);
  assert(fault === Ipv4Fault.None && headerBytes === 28 && totalBytes === 40);
}

/** @test */
export function fuzzIpv4(): void {
  const random = new Random();
  random.seed(5);
  let good: u64 = 0;
  for (let i = 0; i < 100000; i++) {
    const data = goodPacket();
    const used = data.sub(0, mutate(data, random));
    if (used.length >= IPV4_HEADER_BYTES && random.chance(700)) fixChecksum(used);
    if (faultOf(used) === Ipv4Fault.None) good++;
  }
  assert(good > 1000);
}

/** @test */
export function fuzzArp(): void {
  const random = new Random();
  random.seed(6);
  const data = storage.slice().sub(0, 28);
  let good: u64 = 0;
  for (let i = 0; i < 100000; i++) {
    emitArp(data, ARP_REQUEST, 0x5254_0012_3456, SOURCE, 0, DESTINATION);
    if (arpIsValid(data.sub(0, mutate(data, random)))) good++;
  }
  assert(good > 1000);
}

/** @test */
export function udpRoundTrip(): void {
  for (let length = 8; length < 200; length++) {
    const data = storage.slice().sub(0, length);
    for (let i = 8; i < length; i++) data[i] = u8(i * 7);
    emitUdp(data, 5353, 53, SOURCE, DESTINATION, false);
    const [bytesUsed, fault] = checkUdp(data, SOURCE, DESTINATION, false);
    assert(fault === UdpFault.None && bytesUsed === length);
    const [, other] = checkUdp(data, SOURCE + 1, DESTINATION, false);
    assert(other === UdpFault.BadChecksum);
    const [, trusted] = checkUdp(data, SOURCE + 1, DESTINATION, true);
    assert(trusted === UdpFault.None);
  }
}

/** @test */
export function udpLengthsAreChecked(): void {
  const data = storage.slice().sub(0, 20);
  emitUdp(data, 1, 2, SOURCE, DESTINATION, false);
  const [, short] = checkUdp(data.sub(0, 7), SOURCE, DESTINATION, true);
  assert(short === UdpFault.Short);
  const [, cut] = checkUdp(data.sub(0, 19), SOURCE, DESTINATION, true);
  assert(cut === UdpFault.Short);
  overlay<UdpHeader>(data, 0).length = htons(7);
  const [, tiny] = checkUdp(data, SOURCE, DESTINATION, true);
  assert(tiny === UdpFault.Short);
}

/** @test */
export function udpWithoutChecksumIsAccepted(): void {
  const data = storage.slice().sub(0, 20);
  emitUdp(data, 1, 2, SOURCE, DESTINATION, false);
  overlay<UdpHeader>(data, 0).checksum = htons(0);
  const [length, fault] = checkUdp(data, SOURCE, DESTINATION, false);
  assert(fault === UdpFault.None && length === 20);
}

/** @test */
export function udpChecksumOfZeroIsSentAsOnes(): void {
  const data = storage.slice().sub(0, 10);
  for (let value: u32 = 0; value < 65536; value++) {
    data[8] = u8(value >> 8);
    data[9] = u8(value);
    emitUdp(data, 1, 2, SOURCE, DESTINATION, false);
    assert(ntohs(overlay<UdpHeader>(data, 0).checksum) !== 0);
    const [, fault] = checkUdp(data, SOURCE, DESTINATION, false);
    assert(fault === UdpFault.None);
  }
}

/** @test */
export function addressClasses(): void {
  assert(ipv4IsUsableSource(SOURCE) && ipv4IsUsableSource(DESTINATION));
  assert(!ipv4IsUsableSource(0) && !ipv4IsUsableSource(0x7f00_0001));
  assert(!ipv4IsUsableSource(0xe000_0001) && !ipv4IsUsableSource(0xffff_ffff));
  assert(ipv4MulticastMac(0xe0ff_0203) === 0x0100_5e7f_0203);
}

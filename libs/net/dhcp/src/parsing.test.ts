/** Tests of what the client believes: options, leases, the command line, and random damage. */
import { sameBytes } from "@typekraft/format";
import { NO_DEADLINE } from "@typekraft/plat";
import { Random, mutate } from "@typekraft/netsim";
import { Lease } from "./lease.ts";
import {
  DHCPACK,
  DHCPDISCOVER,
  DHCP_HEADER_BYTES,
  DHCP_MESSAGE_BYTES,
  DhcpHeader,
  DhcpRequest,
  OPTION_MESSAGE_TYPE,
  OPTION_OVERLOAD,
  emitDhcp,
} from "./message.ts";
import { DhcpReply } from "./reply.ts";
import { wordAfter } from "./static-address.ts";
import { TestOptions, emitReplyHeader } from "./testing.ts";

const MAC: u64 = 0x5254_0012_3456;
const YOURS: u32 = 0x0a00_0063;
const storage = fixedArray<u8, 576>();
const reply = new DhcpReply();
const lease = new Lease();

/** A right DHCPACK; the message without the room behind its last option. */
function goodAck(): Slice<u8> {
  const data = storage.slice();
  emitReplyHeader(data, 0x1234_5678, MAC, YOURS);
  const options = new TestOptions(data);
  options.byte(OPTION_MESSAGE_TYPE, DHCPACK);
  options.word(54, 0x0a00_0001);
  options.word(1, 0xffff_ff00);
  options.word(3, 0x0a00_0001);
  options.word(51, 3600);
  options.end();
  return data.sub(0, options.at);
}

/** @test */
export function readsAnAck(): void {
  assert(reply.parse(goodAck()));
  assert(reply.xid === 0x1234_5678 && reply.mac === MAC && reply.yourAddress === YOURS);
  assert(reply.type === DHCPACK && reply.serverIdentifier === 0x0a00_0001);
  assert(reply.mask === 0xffff_ff00 && reply.router === 0x0a00_0001);
  assert(reply.leaseSeconds === 3600 && reply.renewalSeconds === 0);
}

/** @test */
export function everyCutIsSafe(): void {
  const all = goodAck();
  for (let length = 0; length < all.length; length++) {
    const understood = reply.parse(all.sub(0, length));
    assert(understood === length >= DHCP_HEADER_BYTES + 3);
  }
}

/** @test */
export function otherMessagesAreRefused(): void {
  const data = goodAck();
  data[0] = 1;
  assert(!reply.parse(data));
  goodAck()[1] = 6;
  assert(!reply.parse(data));
  goodAck()[2] = 16;
  assert(!reply.parse(data));
  goodAck()[236] = 0;
  assert(!reply.parse(data));
  goodAck()[DHCP_HEADER_BYTES] = 0;
  assert(!reply.parse(data));
}

/** @test */
export function optionsOfWrongLengthDoNotCount(): void {
  const data = goodAck();
  data[DHCP_HEADER_BYTES + 4] = 3;
  data[DHCP_HEADER_BYTES + 8] = 0;
  assert(reply.parse(data));
  assert(reply.serverIdentifier === 0 && reply.mask === 0xffff_ff00);
}

/** @test */
export function overloadedFieldsHoldOptions(): void {
  const data = storage.slice();
  emitReplyHeader(data, 1, MAC, YOURS);
  const options = new TestOptions(data);
  options.byte(OPTION_OVERLOAD, 3);
  options.end();
  const header = overlay<DhcpHeader>(data, 0);
  header.file[0] = OPTION_MESSAGE_TYPE;
  header.file[1] = 1;
  header.file[2] = DHCPACK;
  header.file[127] = 51;
  header.sname[62] = 1;
  header.sname[63] = 4;
  assert(reply.parse(data));
  assert(reply.type === DHCPACK && reply.mask === 0 && reply.leaseSeconds === 0);
}

/** @test */
export function survivesDamagedReplies(): void {
  const random = new Random();
  random.seed(9);
  let understood = 0;
  let usable = 0;
  for (let i = 0; i < 100000; i++) {
    const data = goodAck();
    const options = data.sub(DHCP_HEADER_BYTES);
    const length = DHCP_HEADER_BYTES + mutate(options, random);
    if (random.chance(100)) mutate(data, random);
    if (!reply.parse(data.sub(0, length))) continue;
    understood++;
    if (!lease.take(reply, 1_000_000_000)) continue;
    usable++;
    assert(lease.renewNs <= lease.rebindNs && lease.rebindNs <= lease.expireNs);
  }
  assert(understood > 10000 && usable > 10000);
}

function takes(leaseSeconds: u32, renewal: u32, rebinding: u32): void {
  assert(reply.parse(goodAck()));
  reply.leaseSeconds = leaseSeconds;
  reply.renewalSeconds = renewal;
  reply.rebindingSeconds = rebinding;
  assert(lease.take(reply, 0));
}

/** @test */
export function timesOfALease(): void {
  const second: u64 = 1_000_000_000;
  takes(3600, 0, 0);
  assert(lease.renewNs === 1800 * second && lease.rebindNs === 3150 * second);
  assert(lease.expireNs === 3600 * second);
  takes(3600, 100, 200);
  assert(lease.renewNs === 100 * second && lease.rebindNs === 200 * second);
  takes(3600, 300, 200);
  assert(lease.renewNs === 100 * second && lease.rebindNs === 200 * second);
  takes(3600, 4000, 5000);
  assert(lease.renewNs === 1800 * second && lease.rebindNs === 3150 * second);
  takes(1, 0, 0);
  assert(lease.renewNs < lease.rebindNs && lease.rebindNs < lease.expireNs);
  takes(0xffff_ffff, 0, 0);
  assert(lease.renewNs === NO_DEADLINE);
}

/** @test */
export function uselessLeasesAreRefused(): void {
  assert(reply.parse(goodAck()));
  reply.leaseSeconds = 0;
  assert(!lease.take(reply, 0));
  reply.leaseSeconds = 1;
  reply.mask = 0xff00_ff00;
  assert(!lease.take(reply, 0));
  reply.mask = 0x8000_0000;
  assert(!lease.take(reply, 0));
  reply.mask = 0;
  assert(lease.take(reply, 0) && lease.mask === 0xff00_0000);
  reply.yourAddress = 0xffff_ffff;
  assert(!lease.take(reply, 0));
}

/** @test */
export function requestsAreWellFormed(): void {
  const request = new DhcpRequest();
  request.type = DHCPDISCOVER;
  request.mac = MAC;
  request.xid = 7;
  request.requestedAddress = YOURS;
  request.serverIdentifier = YOURS;
  const data = storage.slice().sub(0, DHCP_MESSAGE_BYTES);
  emitDhcp(data, request);
  let at = DHCP_HEADER_BYTES;
  let count = 0;
  while (data[at] !== 255) {
    at += 2 + usize(data[at + 1]);
    count++;
  }
  assert(count === 6 && at < DHCP_MESSAGE_BYTES);
}

/** @test */
export function findsWordsOfTheCommandLine(): void {
  const line = "a net.gw=1 net.ip=10.0.2.15/24  b net.ip=x";
  const [value, found] = wordAfter(line, "net.ip=");
  assert(found && sameBytes(bytes(value), "10.0.2.15/24"));
  const [last, hasLast] = wordAfter("net.gw=", "net.gw=");
  assert(hasLast && last.length === 0);
  const [, none] = wordAfter("xnet.ip=1", "net.ip=");
  assert(!none);
}

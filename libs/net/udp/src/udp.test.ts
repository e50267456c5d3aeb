/** Tests of UDP: two hosts on a simulated cable, and raw datagrams against one of them. */
import { IpInterface } from "@typekraft/ip";
import {
  Random,
  SIM_LEFT_MAC,
  SIM_RIGHT_MAC,
  SimFrame,
  SimNetwork,
  mutate,
} from "@typekraft/netsim";
import { packetData } from "@typekraft/wire";
import { UdpError, UdpLayer } from "./udp-layer.ts";
import { UDP_QUEUE, UdpPort, UdpSource } from "./udp-port.ts";

const LEFT: u32 = 0x0a00_0001;
const RIGHT: u32 = 0x0a00_0002;
const MASK: u32 = 0xffff_ff00;

const network = new SimNetwork();
const leftIp = new IpInterface(network.clock);
const rightIp = new IpInterface(network.clock);
const left = new UdpLayer(leftIp);
const right = new UdpLayer(rightIp);
const leftPort = new UdpPort();
const rightPort = new UdpPort();
const otherPort = new UdpPort();
const thirdPort = new UdpPort();
const frame = new SimFrame();
const buffer = fixedArray<u8, 2048>();
const from = new UdpSource();

function start(seed: u64): void {
  network.start(seed);
  leftIp.attach(network.left);
  rightIp.attach(network.right);
  left.start();
  right.start();
  leftIp.configure(LEFT, MASK, 0);
  rightIp.configure(RIGHT, MASK, 0);
  assert(left.bind(leftPort, 1000) === UdpError.None);
  assert(right.bind(rightPort, 2000) === UdpError.None);
  settle();
}

/** Polls both sides until nothing happens any more. */
function settle(): void {
  for (;;) {
    const leftBusy = leftIp.poll();
    const rightBusy = rightIp.poll();
    if (!leftBusy && !rightBusy) return;
  }
}

function leaks(): usize {
  return network.left.packetsInUse() + network.right.packetsInUse();
}

function exchange(count: usize): void {
  const data = buffer.slice().sub(0, count);
  for (let i = 0; i < count; i++) data[i] = u8(i * 3);
  assert(left.send(leftPort, data, RIGHT, 2000) === UdpError.None);
  settle();
  fillBytes(buffer.slice(), 0xee);
  const [length, found] = right.receiveInto(rightPort, buffer.slice(), from);
  assert(found && length === count && from.address === LEFT && from.port === 1000);
  for (let i = 0; i < count; i++) assert(buffer[i] === u8(i * 3));
  assert(buffer[count] === 0xee);
  assert(
    right.send(rightPort, buffer.slice().sub(0, count), from.address, from.port) === UdpError.None,
  );
  settle();
  const [back, returned] = left.receiveInto(leftPort, buffer.slice(), from);
  assert(returned && back === count && from.address === RIGHT && from.port === 2000);
  assert(leaks() === 0);
}

/** @test */
export function datagramsOfEveryLength(): void {
  start(1);
  for (let count = 0; count < 200; count++) exchange(count);
  exchange(1471);
  exchange(1472);
  assert(left.maximumLength() === 1472);
}

/** @test */
export function datagramsWithChecksumOffload(): void {
  network.left.offload = true;
  start(2);
  network.left.offload = true;
  network.right.offload = true;
  leftIp.attach(network.left);
  rightIp.attach(network.right);
  for (let count = 0; count < 200; count++) exchange(count);
  assert(right.counters.badChecksums === 0);
}

/** @test */
export function longDatagramsAreCutOffForTheReader(): void {
  start(3);
  assert(left.send(leftPort, buffer.slice().sub(0, 100), RIGHT, 2000) === UdpError.None);
  settle();
  const [length, found] = right.receiveInto(rightPort, buffer.slice().sub(0, 10), from);
  assert(found && length === 10 && leaks() === 0);
  const [, again] = right.receiveInto(rightPort, buffer.slice(), from);
  assert(!again);
}

/** @test */
export function tooLongOrUnboundOrUnreachableIsSaid(): void {
  start(4);
  assert(left.send(leftPort, buffer.slice().sub(0, 1473), RIGHT, 2000) === UdpError.TooLong);
  assert(left.send(otherPort, buffer.slice().sub(0, 1), RIGHT, 2000) === UdpError.Closed);
  const far: u32 = 0x0808_0808;
  assert(left.send(leftPort, buffer.slice().sub(0, 1), far, 2000) === UdpError.Unreachable);
  assert(leaks() === 0);
}

/** @test */
export function portsAreExclusive(): void {
  start(5);
  assert(left.bind(otherPort, 1000) === UdpError.InUse);
  assert(left.bind(otherPort, 0) === UdpError.None);
  assert(otherPort.number >= 49152);
  left.unbind(otherPort);
  left.unbind(leftPort);
  left.unbind(leftPort);
  assert(left.bind(otherPort, 1000) === UdpError.None);
}

/** @test */
export function closedPortsAreReported(): void {
  start(6);
  assert(left.send(leftPort, buffer.slice().sub(0, 5), RIGHT, 2001) === UdpError.None);
  settle();
  assert(right.counters.noPort === 1 && rightIp.counters.unreachablesSent === 1);
  assert(leftIp.counters.icmpIgnored === 1 && leaks() === 0);
  assert(left.send(leftPort, buffer.slice().sub(0, 5), 0xffff_ffff, 2001) === UdpError.None);
  settle();
  assert(right.counters.noPort === 2 && rightIp.counters.unreachablesSent === 1);
  assert(leaks() === 0);
}

/** @test */
export function queuesAreBounded(): void {
  start(7);
  for (let i: u32 = 0; i < UDP_QUEUE + 10; i++) {
    buffer[0] = u8(i);
    assert(left.send(leftPort, buffer.slice().sub(0, 1), RIGHT, 2000) === UdpError.None);
    settle();
  }
  assert(right.counters.queueFull === 10 && rightPort.waiting() === UDP_QUEUE);
  for (let i: u32 = 0; i < UDP_QUEUE; i++) {
    const packet = right.take(rightPort, from);
    assert(packet !== null);
    if (packet === null) return;
    assert(packetData(packet)[0] === u8(i));
    rightIp.release(packet);
  }
  assert(leaks() === 0);
}

/** @test */
export function allQueuesTogetherAreBounded(): void {
  start(8);
  assert(
    right.bind(otherPort, 2001) === UdpError.None && right.bind(thirdPort, 2002) === UdpError.None,
  );
  for (let i = 0; i < 120; i++) {
    left.send(leftPort, buffer.slice().sub(0, 1), RIGHT, u16(2000 + (i % 3)));
    settle();
  }
  assert(network.right.packetsInUse() === 64);
  right.unbind(rightPort);
  right.unbind(otherPort);
  right.unbind(thirdPort);
  assert(leaks() === 0);
}

/** @test */
export function datagramsToOurselves(): void {
  start(9);
  assert(left.bind(otherPort, 1001) === UdpError.None);
  assert(left.send(leftPort, buffer.slice().sub(0, 7), LEFT, 1001) === UdpError.None);
  settle();
  const [length, found] = left.receiveInto(otherPort, buffer.slice(), from);
  assert(found && length === 7 && from.address === LEFT && from.port === 1000);
  assert(left.send(leftPort, buffer.slice().sub(0, 7), 0x7f00_0001, 1001) === UdpError.None);
  settle();
  const [, again] = left.receiveInto(otherPort, buffer.slice(), from);
  assert(again && from.address === 0x7f00_0001 && leaks() === 0);
}

/** @test */
export function damagedDatagramsAreCounted(): void {
  start(10);
  frame.udp(SIM_LEFT_MAC, SIM_RIGHT_MAC, RIGHT, 5, LEFT, 1000, 20);
  frame.payload()[10] = frame.payload()[10] ^ 1;
  network.left.inject(frame.bytes());
  frame.ipv4(SIM_LEFT_MAC, SIM_RIGHT_MAC, 17, RIGHT, LEFT, 7);
  network.left.inject(frame.bytes());
  settle();
  assert(left.counters.badChecksums === 1 && left.counters.tooShort === 1 && leaks() === 0);
}

/** @test */
export function survivesDamagedDatagrams(): void {
  start(11);
  const random = new Random();
  random.seed(11);
  let delivered = 0;
  for (let i = 0; i < 100000; i++) {
    frame.udp(SIM_LEFT_MAC, SIM_RIGHT_MAC, RIGHT, 5, LEFT, 1000, random.below(40));
    const payload = frame.payload();
    mutate(payload, random);
    if (random.chance(500)) {
      payload[6] = 0;
      payload[7] = 0;
    }
    network.left.inject(frame.bytes());
    settle();
    const [, found] = left.receiveInto(leftPort, buffer.slice(), from);
    if (found) delivered++;
  }
  assert(delivered > 1000 && leaks() === 0);
}

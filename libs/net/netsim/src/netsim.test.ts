/** Tests of the simulated network itself: what it does to frames, and what it refuses. */
import type { Packet } from "@typekraft/netdev";
import { NO_DEADLINE } from "@typekraft/plat";
import { extendPacket, packetData } from "@typekraft/wire";
import { Random } from "./random.ts";
import { SimNetwork } from "./sim-network.ts";
import { SIM_PACKETS, SimDevice } from "./sim-device.ts";

const network = new SimNetwork();

function allocate(device: SimDevice): Packet {
  const packet = device.allocatePacket();
  if (packet === null) panic("no packet");
  return packet;
}

/** Sends a frame of 60 bytes with this number from left to right. */
function send(number: u32): void {
  const packet = allocate(network.left);
  const data = extendPacket(packet, 60);
  fillBytes(data, 0);
  viewAs<be32>(data)[0] = htonl(number);
  assert(network.left.transmit(packet));
}

/** The number of the next frame at the right; 0xffff_ffff where there is none. */
function receive(): u32 {
  const packet = network.right.receive();
  if (packet === null) return 0xffff_ffff;
  const number = ntohl(viewAs<be32>(packetData(packet))[0]);
  network.right.releasePacket(packet);
  return number;
}

/** @test */
export function aPerfectCableKeepsEverythingInOrder(): void {
  network.start(1);
  for (let i: u32 = 0; i < 100; i++) send(i);
  for (let i: u32 = 0; i < 100; i++) assert(receive() === i);
  assert(receive() === 0xffff_ffff && network.nextDueNs() === NO_DEADLINE);
  assert(network.left.packetsInUse() === 0 && network.right.packetsInUse() === 0);
}

/** @test */
export function framesTakeTheirTime(): void {
  network.start(2);
  network.toRight.delayNs = 1000;
  network.toRight.nsPerByte = 10;
  send(1);
  send(2);
  assert(receive() === 0xffff_ffff && network.right.armReceive());
  const start = network.clock.nowNs();
  assert(network.step(NO_DEADLINE - 1) && network.clock.nowNs() === start + 1600);
  assert(!network.right.armReceive() && receive() === 1 && receive() === 0xffff_ffff);
  assert(!network.step(start + 2000) && network.clock.nowNs() === start + 2000);
  assert(network.step(start + 9000) && network.clock.nowNs() === start + 2200);
  assert(receive() === 2 && !network.step(start + 9000));
}

/** @test */
export function framesAreLostAndDoubled(): void {
  network.start(3);
  network.toRight.lossPerMille = 200;
  network.toRight.duplicatePerMille = 100;
  let arrived: u32 = 0;
  for (let i: u32 = 0; i < 10000; i++) {
    send(i);
    while (receive() !== 0xffff_ffff) arrived++;
  }
  assert(arrived > 8400 && arrived < 9200);
  assert(network.toRight.lost + u64(arrived) === 10000 + network.toRight.duplicated);
}

/** @test */
export function framesOvertakeEachOther(): void {
  network.start(4);
  network.toRight.delayNs = 1000;
  network.toRight.reorderPerMille = 300;
  for (let i: u32 = 0; i < 100; i++) {
    send(i);
    network.clock.advance(100_000);
  }
  let last: u32 = 0;
  let count: u32 = 0;
  let overtaken: u32 = 0;
  for (;;) {
    const number = receive();
    if (number === 0xffff_ffff) {
      if (!network.step(NO_DEADLINE - 1)) break;
      continue;
    }
    count++;
    if (number < last) overtaken++;
    last = number;
  }
  assert(count === 100 && overtaken > 5);
}

/** @test */
export function theSameSeedDoesTheSame(): void {
  let first: u64 = 0;
  for (let round = 0; round < 2; round++) {
    network.start(5);
    network.toRight.lossPerMille = 500;
    let picture: u64 = 0;
    for (let i: u32 = 0; i < 64; i++) {
      send(i);
      const arrived = receive() !== 0xffff_ffff;
      picture = (picture << 1) | u64(arrived);
    }
    if (round === 0) first = picture;
    else assert(picture === first && picture !== 0);
  }
}

/** @test */
export function queuesAndPoolsRunOut(): void {
  network.start(6);
  network.toRight.queueLimit = 3;
  for (let i: u32 = 0; i < 5; i++) send(i);
  assert(network.toRight.lost === 2 && network.inFlight() === 3);
  for (let i = 0; i < SIM_PACKETS; i++) allocate(network.right);
  assert(network.right.allocatePacket() === null);
  assert(receive() === 0xffff_ffff && network.right.overruns === 3);
}

/** @test panics packet released twice */
export function aPacketIsReleasedOnce(): void {
  network.start(7);
  const packet = allocate(network.left);
  network.left.releasePacket(packet);
  network.left.releasePacket(packet);
}

/** @test panics packet of another device */
export function aPacketHasOneDevice(): void {
  network.start(8);
  network.right.releasePacket(allocate(network.left));
}

/** @test panics packet transmitted after its release */
export function aReleasedPacketIsNotTransmitted(): void {
  network.start(9);
  const packet = allocate(network.left);
  network.left.releasePacket(packet);
  network.left.transmit(packet);
}

/** @test */
export function randomNumbersCoverTheirRange(): void {
  const random = new Random();
  random.seed(0);
  let seen: u64 = 0;
  for (let i = 0; i < 1000; i++) seen |= u64(1) << random.below(64);
  assert(seen === u64(0xffff_ffff_ffff_ffffn));
  assert(!random.chance(0) && random.chance(1000));
}

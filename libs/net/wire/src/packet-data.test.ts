/** Tests of moving the front and end of a packet's data. */
import { PACKET_CAPACITY, PACKET_HEADROOM, Packet } from "@typekraft/netdev";
import {
  extendPacket,
  packetData,
  packetRoom,
  pullHeader,
  pushHeader,
  resetPacket,
  trimPacket,
} from "./packet-data.ts";

const storage = fixedArray<u8, 1664>();
const packet = new Packet();

function fresh(): void {
  packet.base = storage.slice().addr;
  resetPacket(packet);
}

/** @test */
export function headersGoInFrontAndComeOff(): void {
  fresh();
  const body = extendPacket(packet, 3);
  body[0] = 1;
  body[2] = 3;
  const header = pushHeader(packet, 2);
  header[0] = 9;
  assert(packetData(packet).length === 5);
  assert(packetData(packet)[0] === 9 && packetData(packet)[2] === 1 && packetData(packet)[4] === 3);
  pullHeader(packet, 2);
  assert(packetData(packet)[0] === 1 && packet.start === PACKET_HEADROOM);
  trimPacket(packet, 1);
  assert(packetData(packet).length === 1);
}

/** @test */
export function roomIsWhatCanBeAppended(): void {
  fresh();
  assert(packetRoom(packet) === PACKET_CAPACITY - PACKET_HEADROOM);
  extendPacket(packet, packetRoom(packet));
  assert(packetRoom(packet) === 0);
}

/** @test panics count <= packet.start */
export function headRoomIsFinite(): void {
  fresh();
  pushHeader(packet, PACKET_HEADROOM + 1);
}

/** @test panics count <= packetRoom(packet) */
export function tailRoomIsFinite(): void {
  fresh();
  extendPacket(packet, PACKET_CAPACITY - PACKET_HEADROOM + 1);
}

/** @test panics count <= packet.length */
export function pullsNoMoreThanThereIs(): void {
  fresh();
  extendPacket(packet, 10);
  pullHeader(packet, 11);
}

/** @test panics packet.length <= PACKET_CAPACITY - packet.start */
export function refusesPacketsBeyondTheirBuffer(): void {
  fresh();
  packet.length = PACKET_CAPACITY;
  packetData(packet);
}

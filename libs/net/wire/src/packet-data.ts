/**
 * The data of a frame buffer: bounds-checked views, and moving its front and end as headers come
 * and go.
 *
 * A `Packet` (see @typekraft/netdev) is `PACKET_CAPACITY` bytes at `base`, of which `start … start
 * + length` are data. On the way up each layer pulls its header off the front; on the way down each
 * pushes its own in front of what it got, into the head room, so that a frame is never copied.
 * Every function here keeps `start + length <= PACKET_CAPACITY` and panics where a caller would
 * break that: such a call is a programming error, never a consequence of input.
 *
 * @unsafe It makes a slice of the memory that the owner of the packet was given.
 */
import { PACKET_CAPACITY, PACKET_HEADROOM, type Packet } from "@typekraft/netdev";

/** The bytes of the data; valid until the packet is handed on. */
export function packetData(packet: Packet): Slice<u8> {
  assert(packet.start <= PACKET_CAPACITY && packet.length <= PACKET_CAPACITY - packet.start);
  return sliceAt<u8>(virt(u64(packet.base) + packet.start), packet.length);
}

/** Grows the data by `count` bytes at its front and returns these (with what was there before). */
export function pushHeader(packet: Packet, count: usize): Slice<u8> {
  assert(count <= packet.start);
  packet.start -= count;
  packet.length += count;
  assert(packet.start <= PACKET_CAPACITY && packet.length <= PACKET_CAPACITY - packet.start);
  return sliceAt<u8>(virt(u64(packet.base) + packet.start), count);
}

/** Takes `count` bytes off the front; they stay readable until the packet is handed on. */
export function pullHeader(packet: Packet, count: usize): void {
  assert(count <= packet.length);
  packet.start += count;
  packet.length -= count;
}

/** Cuts the end off, so that `length` bytes remain. */
export function trimPacket(packet: Packet, length: usize): void {
  assert(length <= packet.length);
  packet.length = length;
}

/** How many bytes `extendPacket` can add. */
export function packetRoom(packet: Packet): usize {
  assert(packet.start <= PACKET_CAPACITY && packet.length <= PACKET_CAPACITY - packet.start);
  return PACKET_CAPACITY - packet.start - packet.length;
}

/** Grows the data by `count` bytes at its end and returns these (with what was there before). */
export function extendPacket(packet: Packet, count: usize): Slice<u8> {
  assert(count <= packetRoom(packet));
  const at = u64(packet.base) + packet.start + packet.length;
  packet.length += count;
  return sliceAt<u8>(virt(at), count);
}

/** Makes the packet empty again, with the full head room and no checksum wish. */
export function resetPacket(packet: Packet): void {
  packet.next = null;
  packet.start = PACKET_HEADROOM;
  packet.length = 0;
  packet.checksumValid = false;
  packet.checksumNeeded = false;
}

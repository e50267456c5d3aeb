/**
 * The packets of a network device: a fixed number, in one piece of memory, in a free list.
 *
 * Invariant: a packet is in the free list, in one ring, or the caller's. Nothing is allocated after
 * `fill`.
 *
 * @unsafe places packets in memory that it allocates
 */
import { PACKET_CAPACITY, PACKET_HEADROOM, Packet } from "@typekraft/netdev";
import type { DmaMemory } from "@typekraft/virtio";

/** Buffers begin on their own cache line. */
const BUFFER_ALIGNMENT = 64;

/** See the head of the file. Constructed empty; `fill` makes it usable. */
export class PacketPool {
  /** Packets in the free list. */
  free: usize = 0;
  /** Packets that there are. */
  total: usize = 0;
  private head: Packet | null = null;

  /** Makes `count` packets; false where memory does not suffice. Once. */
  fill(count: usize, memory: DmaMemory): boolean {
    const buffers = memory.allocate(count * PACKET_CAPACITY, BUFFER_ALIGNMENT);
    const objects = memory.allocate(count * sizeof<Packet>(), alignof<Packet>());
    if (buffers === virt(0) || objects === virt(0)) return false;
    for (let i = 0; i < count; i++) {
      const packet = placeAt(objects + i * sizeof<Packet>(), new Packet());
      packet.base = buffers + i * PACKET_CAPACITY;
      packet.device = memory.deviceAddress(packet.base);
      this.release(packet);
    }
    this.total = count;
    return true;
  }

  /** An empty packet with `PACKET_HEADROOM`; null where none is free. */
  allocate(): Packet | null {
    const packet = this.head;
    if (packet === null) return null;
    this.head = packet.next;
    this.free--;
    packet.next = null;
    packet.start = PACKET_HEADROOM;
    packet.length = 0;
    packet.checksumValid = false;
    packet.checksumNeeded = false;
    packet.checksumStart = 0;
    packet.checksumOffset = 0;
    return packet;
  }

  release(packet: Packet): void {
    packet.next = this.head;
    this.head = packet;
    this.free++;
  }
}

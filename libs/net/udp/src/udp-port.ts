/**
 * A bound UDP port and the datagrams that wait in it.
 *
 * The owner embeds or allocates the object and gives it to `UdpLayer.bind`; the layer only links
 * it, so UDP allocates nothing. Datagrams wait in the packets in which they came, in a ring of
 * fixed size.
 */
import type { Packet } from "@typekraft/netdev";
import { WaitQueue } from "@typekraft/sched";

/** Datagrams that wait in one port; more are dropped, the newest first. */
export const UDP_QUEUE: u32 = 32;

/** Where a datagram came from, in host order. */
export class UdpSource {
  address: u32 = 0;
  port: u16 = 0;
}

/** A datagram in the queue. */
class Waiting {
  packet: Packet | null = null;
  address: u32 = 0;
  port: u16 = 0;
}

export class UdpPort {
  /** Threads that wait for a datagram; woken as well when the port is unbound. */
  readonly ready: WaitQueue = new WaitQueue();
  /** The port number, 0 while it is not bound. */
  number: u16 = 0;
  /** Datagrams dropped because the queue was full. */
  dropped: u64 = 0;
  /** Link of the table. */
  next: UdpPort | null = null;
  private readonly ring: FixedArray<Waiting, 32> = fixedArray();
  private first: u32 = 0;
  private count: u32 = 0;

  /** Number of datagrams that wait. */
  waiting(): u32 {
    return this.count;
  }

  /** Appends a datagram; false where the queue is full, and the packet stays the caller's. */
  push(packet: Packet, address: u32, port: u16): boolean {
    if (this.count === UDP_QUEUE) return false;
    const slot = this.ring[usize((this.first + this.count) % UDP_QUEUE)];
    slot.packet = packet;
    slot.address = address;
    slot.port = port;
    this.count++;
    return true;
  }

  /** Takes the oldest datagram, whose packet is then the caller's; null where none waits. */
  pop(from: UdpSource): Packet | null {
    if (this.count === 0) return null;
    const slot = this.ring[usize(this.first)];
    const packet = slot.packet;
    slot.packet = null;
    from.address = slot.address;
    from.port = slot.port;
    this.first = (this.first + 1) % UDP_QUEUE;
    this.count--;
    return packet;
  }
}

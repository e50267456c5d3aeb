/**
 * Packets from this host to itself: they wait in a queue until the next poll, so that a protocol
 * never finds its own `receive` called from within its `send`.
 */
import type { Packet } from "@typekraft/netdev";
import type { IpCounters } from "./counters.ts";
import type { Link } from "./link.ts";

/** Packets that wait at most; a sender beyond it sees a loss. */
const LOOPBACK_LIMIT: usize = 32;

export class Loopback {
  private head: Packet | null = null;
  private tail: Packet | null = null;
  private count: usize = 0;

  isEmpty(): boolean {
    return this.head === null;
  }

  /** Queues an IP packet; false where it was dropped. Memory needs no checksum. */
  push(packet: Packet, link: Link, counters: IpCounters): boolean {
    if (this.count >= LOOPBACK_LIMIT) {
      counters.loopbackDropped++;
      link.release(packet);
      return false;
    }
    packet.checksumNeeded = false;
    packet.checksumValid = true;
    packet.next = null;
    const tail = this.tail;
    if (tail === null) this.head = packet;
    else tail.next = packet;
    this.tail = packet;
    this.count++;
    return true;
  }

  pop(): Packet | null {
    const packet = this.head;
    if (packet === null) return null;
    this.head = packet.next;
    if (this.head === null) this.tail = null;
    packet.next = null;
    this.count--;
    return packet;
  }
}

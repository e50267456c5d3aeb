/**
 * The bound ports, by number: a hash table of fixed size with chains through the ports themselves.
 * Source: RFC 6056 §3.3.1 for the choice of free ports.
 */
import type { UdpPort } from "./udp-port.ts";

/** The dynamic ports (RFC 6335 §6). */
const FIRST_DYNAMIC: u32 = 49152;
const DYNAMIC_COUNT: u32 = 16384;
const BUCKET_MASK: u16 = 15;

export class UdpTable {
  private readonly buckets: FixedArray<UdpPort | null, 16> = fixedArray();

  /** The port bound to this number; null where there is none. */
  find(number: u16): UdpPort | null {
    let port = this.buckets[usize(number & BUCKET_MASK)];
    while (port !== null && port.number !== number) port = port.next;
    return port;
  }

  /** Adds a port, whose number is free. */
  insert(port: UdpPort, number: u16): void {
    const bucket = usize(number & BUCKET_MASK);
    port.number = number;
    port.next = this.buckets[bucket];
    this.buckets[bucket] = port;
  }

  /** Takes a port out; false where it is not in the table. */
  remove(port: UdpPort): boolean {
    const bucket = usize(port.number & BUCKET_MASK);
    let before: UdpPort | null = null;
    let at = this.buckets[bucket];
    while (at !== null && at !== port) {
      before = at;
      at = at.next;
    }
    if (at === null) return false;
    if (before === null) this.buckets[bucket] = port.next;
    else before.next = port.next;
    port.next = null;
    port.number = 0;
    return true;
  }

  /** A free dynamic port, searched from a random one; 0 where all are taken. */
  freeNumber(random: u64): u16 {
    let offset = u32(random % u64(DYNAMIC_COUNT));
    for (let tries: u32 = 0; tries < DYNAMIC_COUNT; tries++) {
      const number = u16(FIRST_DYNAMIC + offset);
      if (this.find(number) === null) return number;
      offset = (offset + 1) % DYNAMIC_COUNT;
    }
    return 0;
  }
}

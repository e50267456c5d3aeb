/**
 * Finding the connection of a segment: a hash table on the address and port of both ends.
 *
 * The hash is keyed by a secret, so that a peer who chooses his ports cannot aim at one chain; the
 * bound on connections bounds a chain in any case.
 */
import type { Connection } from "./connection.ts";

/** Where the ephemeral ports start, RFC 6335 §6. */
const EPHEMERAL_FIRST: u16 = 49_152;
const EPHEMERAL_COUNT: u32 = 16_384;

/** A 32-bit hash of the four values that name a connection. `secret` must not be known outside. */
export function tupleHash(
  secret: u64,
  localAddress: u32,
  localPort: u16,
  remoteAddress: u32,
  remotePort: u16,
): u32 {
  const addresses = (u64(remoteAddress) << 32) | u64(localAddress);
  const ports = (u64(remotePort) << 16) | u64(localPort);
  const mixed = wrapMul(addresses ^ secret, u64(0x9e37_79b9_7f4a_7c15n)) ^ rotateLeft(secret, 32);
  const again = wrapMul(mixed ^ (mixed >> 29) ^ ports, u64(0xbf58_476d_1ce4_e5b9n));
  return u32(again >> 32);
}

export class ConnectionTable {
  private buckets!: Slice<Connection | null>;
  private secret: u64 = 0;
  private nextEphemeral: u32 = 0;
  count: usize = 0;

  /** `buckets` is its memory, a power of two many, all null. */
  attach(buckets: Slice<Connection | null>, secret: u64): void {
    assert(popcount(buckets.length) === 1);
    this.buckets = buckets;
    this.secret = secret;
    this.nextEphemeral = u32(secret >> 40);
    this.count = 0;
  }

  find(localAddress: u32, localPort: u16, remoteAddress: u32, remotePort: u16): Connection | null {
    let c = this.buckets[this.bucket(localAddress, localPort, remoteAddress, remotePort)];
    while (c !== null) {
      if (
        c.remotePort === remotePort &&
        c.remoteAddress === remoteAddress &&
        c.localPort === localPort &&
        c.localAddress === localAddress
      ) {
        return c;
      }
      c = c.hashNext;
    }
    return null;
  }

  /** Enters a connection whose four values are set and not in the table. */
  insert(c: Connection): void {
    const at = this.bucketOf(c);
    c.hashNext = this.buckets[at];
    this.buckets[at] = c;
    this.count++;
  }

  /** Takes out a connection that is in the table. */
  remove(c: Connection): void {
    const at = this.bucketOf(c);
    let other = this.buckets[at];
    if (other === c) {
      this.buckets[at] = c.hashNext;
    } else {
      while (other !== null && other.hashNext !== c) other = other.hashNext;
      assert(other !== null);
      other.hashNext = c.hashNext;
    }
    c.hashNext = null;
    this.count--;
  }

  /** Any connection, for shutting everything down; null where the table is empty. */
  any(): Connection | null {
    for (let i = 0; i < this.buckets.length; i++) {
      const c = this.buckets[i];
      if (c !== null) return c;
    }
    return null;
  }

  /** Whether some connection uses this local port. */
  usesPort(localPort: u16): boolean {
    for (let i = 0; i < this.buckets.length; i++) {
      let c = this.buckets[i];
      while (c !== null) {
        if (c.localPort === localPort) return true;
        c = c.hashNext;
      }
    }
    return false;
  }

  /**
   * The next local port to try for an active open; the first one after boot depends on the secret.
   */
  ephemeralPort(): u16 {
    this.nextEphemeral = wrapAdd(this.nextEphemeral, u32(1)) % EPHEMERAL_COUNT;
    return u16(u32(EPHEMERAL_FIRST) + this.nextEphemeral);
  }

  private bucketOf(c: Connection): usize {
    return this.bucket(c.localAddress, c.localPort, c.remoteAddress, c.remotePort);
  }

  private bucket(localAddress: u32, localPort: u16, remoteAddress: u32, remotePort: u16): usize {
    const hash = tupleHash(this.secret, localAddress, localPort, remoteAddress, remotePort);
    return usize(hash) & (this.buckets.length - 1);
  }
}

/** How many ports there are to try. */
export const EPHEMERAL_PORTS: u32 = EPHEMERAL_COUNT;

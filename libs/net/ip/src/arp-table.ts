/**
 * The table of neighbours: which MAC address belongs to an IPv4 address, and the packets that wait
 * to learn it.
 *
 * Fixed size, set-associative: an address can only be in the four places of its set, so that a
 * look-up is four comparisons and a flood of invented neighbours cannot grow anything. An entry
 * that somebody used recently is never displaced. Times are those of the injected clock.
 */
import type { Packet } from "@typekraft/netdev";
import type { IpCounters } from "./counters.ts";
import type { Link } from "./link.ts";

const WAYS: usize = 4;
const SET_MASK: u32 = 63;
/** Places of the table. */
export const ARP_ENTRIES: usize = 256;
/** An entry that was used within this time is not displaced by another neighbour. */
const IN_USE_NS: u64 = 5_000_000_000;
/**
 * The time that a neighbour has to answer before it is displaced by another that has not spoken
 * either.
 */
const ANSWER_NS: u64 = 1_000_000_000;
/**
 * Packets that wait for one neighbour, and for all together: the pool must not dry up behind silent
 * neighbours.
 */
const WAITING_PER_NEIGHBOUR: u32 = 4;
const WAITING_TOTAL: u32 = 16;

/** What is known of a neighbour. */
export enum NeighbourState {
  Free,
  /** Its MAC address is asked for. */
  Pending,
  /** Its MAC address is known. */
  Reachable,
}

export class Neighbour {
  address: u32 = 0;
  state: NeighbourState = NeighbourState.Free;
  mac: u64 = 0;
  /** Requests since the last answer. */
  requests: u32 = 0;
  waiting: u32 = 0;
  /** When it last told its MAC address, was last sent to, and was last asked. */
  confirmedNs: u64 = 0;
  usedNs: u64 = 0;
  requestedNs: u64 = 0;
  head: Packet | null = null;
  tail: Packet | null = null;
}

export class ArpTable {
  private readonly entries: FixedArray<Neighbour, 256> = fixedArray();
  private waitingTotal: u32 = 0;

  /** The entry of this address; null where there is none. */
  find(address: u32): Neighbour | null {
    const first = setOf(address);
    for (let i = first; i < first + WAYS; i++) {
      const entry = this.entries[i];
      if (entry.address === address && entry.state !== NeighbourState.Free) return entry;
    }
    return null;
  }

  /**
   * A fresh entry for an address that has none, `Pending`; null where its set is full of neighbours
   * in use. One who has spoken displaces those who have not answered yet.
   */
  add(
    address: u32,
    hasSpoken: boolean,
    nowNs: u64,
    link: Link,
    counters: IpCounters,
  ): Neighbour | null {
    const entry = this.victim(address, hasSpoken, nowNs);
    if (entry === null) {
      counters.arpTableFull++;
      return null;
    }
    this.clearEntry(entry, link, counters);
    entry.address = address;
    entry.state = NeighbourState.Pending;
    entry.usedNs = nowNs;
    return entry;
  }

  /** Frees an entry, dropping what waits for it. */
  clearEntry(entry: Neighbour, link: Link, counters: IpCounters): void {
    this.dropWaiting(entry, link, counters);
    entry.state = NeighbourState.Free;
    entry.requests = 0;
    entry.requestedNs = 0;
    entry.confirmedNs = 0;
  }

  /** Frees all entries. */
  clear(link: Link, counters: IpCounters): void {
    for (let i = 0; i < ARP_ENTRIES; i++) this.clearEntry(this.entries[i], link, counters);
  }

  /**
   * Takes ownership of a packet that is to wait for this neighbour; the oldest makes room. False:
   * it was dropped.
   */
  enqueue(entry: Neighbour, packet: Packet, link: Link, counters: IpCounters): boolean {
    if (entry.waiting >= WAITING_PER_NEIGHBOUR) {
      const oldest = this.dequeue(entry);
      if (oldest !== null) link.release(oldest);
      counters.arpDropped++;
    }
    if (this.waitingTotal >= WAITING_TOTAL) {
      link.release(packet);
      counters.arpDropped++;
      return false;
    }
    packet.next = null;
    const tail = entry.tail;
    if (tail === null) entry.head = packet;
    else tail.next = packet;
    entry.tail = packet;
    entry.waiting++;
    this.waitingTotal++;
    return true;
  }

  /** The packet that has waited longest, now the caller's. */
  dequeue(entry: Neighbour): Packet | null {
    const packet = entry.head;
    if (packet === null) return null;
    entry.head = packet.next;
    if (entry.head === null) entry.tail = null;
    packet.next = null;
    entry.waiting--;
    this.waitingTotal--;
    return packet;
  }

  dropWaiting(entry: Neighbour, link: Link, counters: IpCounters): void {
    for (;;) {
      const packet = this.dequeue(entry);
      if (packet === null) return;
      link.release(packet);
      counters.arpDropped++;
    }
  }

  /** Entries that wait for an answer with packets in their queue; `index` below `ARP_ENTRIES`. */
  at(index: usize): Neighbour {
    return this.entries[index];
  }

  /** Packets that wait for any neighbour. */
  waitingPackets(): u32 {
    return this.waitingTotal;
  }

  /**
   * A free entry of the set, or that of the neighbour whose loss hurts least; null where all are in
   * use.
   */
  private victim(address: u32, hasSpoken: boolean, nowNs: u64): Neighbour | null {
    const first = setOf(address);
    const pendingGraceNs: u64 = hasSpoken ? 0 : ANSWER_NS;
    let best: Neighbour | null = null;
    for (let i = first; i < first + WAYS; i++) {
      const entry = this.entries[i];
      if (entry.state === NeighbourState.Free) return entry;
      const graceNs = entry.state === NeighbourState.Pending ? pendingGraceNs : IN_USE_NS;
      if (nowNs - entry.usedNs < graceNs) continue;
      if (best === null || entry.usedNs < best.usedNs) best = entry;
    }
    return best;
  }
}

/**
 * The first place of the set of an address. Neighbours differ in their last bits, so these choose it:
 * in a subnet of 256 addresses each has a place of its own.
 */
function setOf(address: u32): usize {
  return usize((address ^ (address >> 8) ^ (address >> 16)) & SET_MASK) * WAYS;
}

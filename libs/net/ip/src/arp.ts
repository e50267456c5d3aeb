/**
 * The address resolution protocol: finds the MAC address of a neighbour, answers for our own
 * address.
 *
 * A packet to an unknown neighbour waits while the neighbour is asked, at most once a second and
 * with a limit over all neighbours. Nothing here needs a timer: what happens at a certain time
 * happens at the next packet or poll after it, and a sender that gets no answer sends again. A
 * known neighbour is asked again, by unicast, when its answer is a minute old; it is used
 * meanwhile, and forgotten after three unanswered requests.
 *
 * What is learnt follows RFC 826: an entry that exists is updated by every ARP packet of its owner,
 * a new one is made only for those who ask for us. Beyond it, senders must have a unicast MAC
 * address and an address of our subnet other than ours. One who claims our address is counted and
 * answered by an announcement, at a limited rate (RFC 5227 §2.4 b).
 */
import type { Packet } from "@typekraft/netdev";
import {
  ARP_BYTES,
  ARP_REPLY,
  ARP_REQUEST,
  ArpPacket,
  ETHERTYPE_ARP,
  ETHERTYPE_IPV4,
  MAC_BROADCAST,
  arpIsValid,
  emitArp,
  extendPacket,
  formatMac,
  macIsUnicast,
  macOf,
  packetData,
  resetPacket,
  trimPacket,
} from "@typekraft/wire";
import type { Addressing } from "./addressing.ts";
import { ARP_ENTRIES, ArpTable, type Neighbour, NeighbourState } from "./arp-table.ts";
import type { IpCounters } from "./counters.ts";
import type { Link } from "./link.ts";
import { RateLimit } from "./rate-limit.ts";

/** After this time a neighbour is asked to confirm its address. */
const LIFETIME_NS: u64 = 60_000_000_000;
/** Between two requests for the same neighbour. */
const REQUEST_INTERVAL_NS: u64 = 1_000_000_000;
/** Unanswered requests after which a neighbour is given up. */
const MAX_REQUESTS: u32 = 3;
/** Requests for all neighbours together: one in 2 ms, in bursts of up to 64. */
const ALL_REQUESTS_INTERVAL_NS: u64 = 2_000_000;
const ALL_REQUESTS_BURST: u64 = 64;
/** Announcements in defence of our address: RFC 5227's DEFEND_INTERVAL. */
const DEFEND_INTERVAL_NS: u64 = 10_000_000_000;
const SWEEP_INTERVAL_NS: u64 = 1_000_000_000;

export class Arp {
  private readonly table: ArpTable = new ArpTable();
  private readonly requestLimit: RateLimit = new RateLimit();
  private readonly defendLimit: RateLimit = new RateLimit();
  private sweptNs: u64 = 0;

  /**
   * Sends an IP packet to the neighbour `hop` (host order), or lets it wait for its MAC address;
   * always takes ownership. False where it was dropped.
   */
  send(
    packet: Packet,
    hop: u32,
    addresses: Addressing,
    link: Link,
    nowNs: u64,
    counters: IpCounters,
  ): boolean {
    let entry = this.table.find(hop);
    if (entry !== null && entry.state === NeighbourState.Reachable) {
      entry.usedNs = nowNs;
      if (nowNs - entry.confirmedNs >= LIFETIME_NS)
        this.confirm(entry, addresses, link, nowNs, counters);
      if (entry.state === NeighbourState.Reachable) {
        return link.send(packet, entry.mac, ETHERTYPE_IPV4);
      }
    }
    if (entry === null) entry = this.table.add(hop, false, nowNs, link, counters);
    if (entry === null) {
      counters.arpDropped++;
      link.release(packet);
      return false;
    }
    const queued = this.table.enqueue(entry, packet, link, counters);
    this.request(entry, MAC_BROADCAST, addresses, link, nowNs, counters);
    return queued;
  }

  /**
   * Handles one ARP packet (the Ethernet header pulled off), and answers in the same packet where
   * it asks for us.
   */
  receive(
    packet: Packet,
    addresses: Addressing,
    link: Link,
    nowNs: u64,
    counters: IpCounters,
  ): void {
    const data = packetData(packet);
    if (!arpIsValid(data)) {
      counters.arpBad++;
      link.release(packet);
      return;
    }
    const arp = overlay<ArpPacket>(data, 0);
    const senderMac = macOf(arp.senderMacHigh, arp.senderMacLow);
    const sender = ntohl(arp.senderAddress);
    const own = addresses.own;
    const forUs = own !== 0 && ntohl(arp.targetAddress) === own;
    const asks = ntohs(arp.operation) === ARP_REQUEST;
    if (!this.maySpeak(sender, senderMac, addresses, link, nowNs, counters)) {
      link.release(packet);
      return;
    }
    if (sender !== 0) this.learn(sender, senderMac, forUs && asks, link, nowNs, counters);
    if (!forUs || !asks) {
      link.release(packet);
      return;
    }
    trimPacket(packet, ARP_BYTES);
    packet.checksumNeeded = false;
    emitArp(data, ARP_REPLY, link.mac, own, senderMac, sender);
    counters.arpRepliesSent++;
    link.send(packet, senderMac, ETHERTYPE_ARP);
  }

  /** Tells all neighbours our address: an ARP announcement (RFC 5227 §2.3). */
  announce(link: Link, addresses: Addressing, counters: IpCounters): void {
    this.ask(link, MAC_BROADCAST, addresses.own, addresses.own, counters);
  }

  /** Whether the MAC address of a neighbour is known. */
  knows(address: u32): boolean {
    const entry = this.table.find(address);
    return entry !== null && entry.state === NeighbourState.Reachable;
  }

  /** Forgets all neighbours. */
  clear(link: Link, counters: IpCounters): void {
    this.table.clear(link, counters);
  }

  /** Whether packets wait for a neighbour, so that `sweep` has something to do. */
  isWaiting(): boolean {
    return this.table.waitingPackets() !== 0;
  }

  /**
   * At every poll while packets wait: once a second, asks again where packets wait, and gives up
   * who does not answer.
   */
  sweep(addresses: Addressing, link: Link, nowNs: u64, counters: IpCounters): void {
    if (nowNs - this.sweptNs < SWEEP_INTERVAL_NS) return;
    this.sweptNs = nowNs;
    for (let i = 0; i < ARP_ENTRIES; i++) {
      const entry = this.table.at(i);
      if (entry.state !== NeighbourState.Pending || entry.waiting === 0) continue;
      this.request(entry, MAC_BROADCAST, addresses, link, nowNs, counters);
    }
  }

  /**
   * Whether this sender may be listened to at all; defends our address against one who claims it.
   */
  private maySpeak(
    sender: u32,
    senderMac: u64,
    addresses: Addressing,
    link: Link,
    nowNs: u64,
    counters: IpCounters,
  ): boolean {
    if (!macIsUnicast(senderMac) || senderMac === link.mac) {
      counters.arpBad++;
      return false;
    }
    if (addresses.own === 0) return false;
    if (sender === addresses.own) {
      counters.arpConflicts++;
      if (this.defendLimit.take(nowNs, DEFEND_INTERVAL_NS, 1)) {
        const space = fixedArray<u8, 17>();
        log`net: the station ${formatMac(senderMac, space.slice())} uses our address, too`;
        this.announce(link, addresses, counters);
      }
      return false;
    }
    if (sender !== 0 && !addresses.isNeighbour(sender)) {
      counters.arpBad++;
      return false;
    }
    return true;
  }

  private learn(
    sender: u32,
    senderMac: u64,
    mayAdd: boolean,
    link: Link,
    nowNs: u64,
    counters: IpCounters,
  ): void {
    let entry = this.table.find(sender);
    if (entry === null && mayAdd) entry = this.table.add(sender, true, nowNs, link, counters);
    if (entry === null) return;
    entry.mac = senderMac;
    entry.state = NeighbourState.Reachable;
    entry.confirmedNs = nowNs;
    entry.requests = 0;
    for (;;) {
      const packet = this.table.dequeue(entry);
      if (packet === null) return;
      link.send(packet, senderMac, ETHERTYPE_IPV4);
    }
  }

  /**
   * Asks a known neighbour whether it is still there; forgets it where it has not answered several
   * times.
   */
  private confirm(
    entry: Neighbour,
    addresses: Addressing,
    link: Link,
    nowNs: u64,
    counters: IpCounters,
  ): void {
    if (nowNs - entry.requestedNs < REQUEST_INTERVAL_NS) return;
    if (entry.requests >= MAX_REQUESTS) {
      entry.state = NeighbourState.Pending;
      entry.requests = 0;
      return;
    }
    this.request(entry, entry.mac, addresses, link, nowNs, counters);
  }

  /**
   * Asks for a neighbour, unless it was asked a moment ago; drops what waits for one that never
   * answers.
   */
  private request(
    entry: Neighbour,
    destination: u64,
    addresses: Addressing,
    link: Link,
    nowNs: u64,
    counters: IpCounters,
  ): void {
    if (entry.requests !== 0 && nowNs - entry.requestedNs < REQUEST_INTERVAL_NS) return;
    if (!this.requestLimit.take(nowNs, ALL_REQUESTS_INTERVAL_NS, ALL_REQUESTS_BURST)) {
      counters.arpRequestsLimited++;
      return;
    }
    if (entry.state === NeighbourState.Pending && entry.requests >= MAX_REQUESTS) {
      this.table.dropWaiting(entry, link, counters);
      entry.requests = 0;
      entry.requestedNs = nowNs;
      return;
    }
    entry.requests++;
    entry.requestedNs = nowNs;
    this.ask(link, destination, addresses.own, entry.address, counters);
  }

  /** Sends one ARP request. */
  private ask(link: Link, destination: u64, own: u32, target: u32, counters: IpCounters): void {
    const packet = link.allocate();
    if (packet === null) return;
    resetPacket(packet);
    emitArp(extendPacket(packet, ARP_BYTES), ARP_REQUEST, link.mac, own, 0, target);
    counters.arpRequestsSent++;
    link.send(packet, destination, ETHERTYPE_ARP);
  }
}

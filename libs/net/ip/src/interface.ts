/**
 * The one IP interface of a program: what transport protocols and the scheduler see of the network.
 *
 * Frames come in through `poll`, which drains the device in bounded batches, and go out through
 * `send`. The packets are the device's own buffers and are handed from layer to layer without a
 * copy; each has one owner at a time. Sent frames reach the device at once but are announced to it
 * by `flush`, which `poll` does itself before the processor idles, so that a batch of answers costs
 * one exit to the hypervisor.
 * Source: RFC 1122 §3 (hosts), RFC 894 (IP over Ethernet). Context: threads and pollers of the
 * cooperative scheduler.
 */
import { config } from "@typekraft/config";
import type { NetDevice, Packet } from "@typekraft/netdev";
import type { Clock } from "@typekraft/plat";
import { type Poller, WaitQueue } from "@typekraft/sched";
import {
  ETHERTYPE_IPV4,
  ICMP_UNREACHABLE_PORT,
  IPV4_HEADER_BYTES,
  IPV4_LOOPBACK,
  MAC_BROADCAST,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  emitIpv4,
  ipv4IsLoopback,
  ipv4IsMulticast,
  ipv4MulticastMac,
  pushHeader,
  resetPacket,
} from "@typekraft/wire";
import { Addressing } from "./addressing.ts";
import { Arp } from "./arp.ts";
import { IpCounters } from "./counters.ts";
import { Icmp } from "./icmp.ts";
import { Link } from "./link.ts";
import { Loopback } from "./loopback.ts";
import type { IpProtocol } from "./protocol.ts";
import { Receiver } from "./receiver.ts";
import { WeakRandom } from "./weak-random.ts";

/** An IPv4 address in host order: 10.0.2.15 is 0x0a00_020f. */
export type Ipv4Address = u32;

declare module "@typekraft/config" {
  interface Config {
    /** Frames that one `poll` takes from the device at most, so that threads get their turn. */
    readonly LIB_IP_POLL_BATCH: u32;
  }
}

/**
 * Head room that `allocate` guarantees: the link and IP headers and a TCP header with all options.
 */
export const TRANSPORT_HEADROOM: usize = 94;

export class IpInterface implements Poller {
  readonly counters: IpCounters = new IpCounters();
  /** Woken when an address is configured. */
  readonly ready: WaitQueue = new WaitQueue();
  readonly link: Link = new Link();
  readonly arp: Arp = new Arp();
  readonly icmp: Icmp = new Icmp();
  private readonly receiver: Receiver = new Receiver();
  private readonly loopback: Loopback = new Loopback();
  readonly addresses: Addressing = new Addressing();
  private readonly weak: WeakRandom = new WeakRandom();
  private waker: CFn<(queue: WaitQueue) => void> | null = null;

  /** `clock` drives the expiry of ARP entries and the rate limits. */
  constructor(private readonly clock: Clock) {}

  /** Takes over a started device. Once, before anything is sent. */
  attach(device: NetDevice): void {
    this.link.attach(device);
  }

  /** Whether there is a device. */
  attached(): boolean {
    return this.link.device !== null;
  }

  /** The MAC address of the device, 0 without one. */
  macAddress(): u64 {
    return this.link.mac;
  }

  /** Our address in host order, 0 while none is configured. */
  address(): u32 {
    return this.addresses.own;
  }

  /** The mask of our subnet. */
  subnetMask(): u32 {
    return this.addresses.mask;
  }

  /** The router for all destinations outside of the subnet; 0: none. */
  gatewayAddress(): u32 {
    return this.addresses.gateway;
  }

  /**
   * 64 bits that differ from call to call and from boot to boot; not secret, see weak-random.ts.
   */
  random(): u64 {
    return this.weak.next(this.clock.nowNs() ^ (this.link.mac << 16));
  }

  /** The time as the interface sees it, in nanoseconds. */
  nowNs(): u64 {
    return this.clock.nowNs();
  }

  /**
   * Sets address, mask and gateway (host order; gateway 0: only the subnet can be reached),
   * announces the address to the neighbours and wakes `ready`. Address 0 takes the address away
   * again.
   */
  configure(address: u32, mask: u32, gateway: u32): void {
    this.addresses.set(address, mask, gateway);
    this.arp.clear(this.link, this.counters);
    if (address === 0) return;
    this.arp.announce(this.link, this.addresses, this.counters);
    this.link.flush();
    this.wake(this.ready);
  }

  /**
   * Registers the handler of `PROTOCOL_TCP` or `PROTOCOL_UDP`; others panic. At boot, once for
   * each.
   */
  setProtocol(number: u8, handler: IpProtocol): void {
    if (number === PROTOCOL_TCP) {
      this.receiver.tcp = handler;
      return;
    }
    assert(number === PROTOCOL_UDP, "only TCP and UDP can be registered");
    this.receiver.udp = handler;
  }

  /**
   * Sets what `wake` calls: the scheduler's `wakeAll` in a program, nothing in a test without
   * threads.
   */
  setWaker(waker: CFn<(queue: WaitQueue) => void>): void {
    this.waker = waker;
  }

  /**
   * Wakes all threads of the queue. Protocols wake through this, so that their tests need no
   * scheduler.
   */
  wake(queue: WaitQueue): void {
    const waker = this.waker;
    if (waker !== null) waker(queue);
  }

  /**
   * An empty packet with at least `TRANSPORT_HEADROOM`; null where all are in use, or without a
   * device.
   */
  allocate(): Packet | null {
    const packet = this.link.allocate();
    if (packet !== null) resetPacket(packet);
    return packet;
  }

  /** Gives a packet back that the caller owns. */
  release(packet: Packet): void {
    this.link.release(packet);
  }

  /** Bytes of an IP packet, header included, that fit into a frame: 1500. */
  mtu(): usize {
    return this.link.mtu;
  }

  /**
   * Whether `Packet.checksumNeeded` works; `checksumStart` then counts from the data as given to
   * `send`.
   */
  checksumOffload(): boolean {
    return this.link.checksumOffload;
  }

  /** The source address for packets to `destination`. */
  sourceFor(destination: u32): u32 {
    return ipv4IsLoopback(destination) ? IPV4_LOOPBACK : this.addresses.own;
  }

  /** Whether it is the limited broadcast or that of our subnet. */
  isBroadcast(address: u32): boolean {
    return this.addresses.isBroadcast(address);
  }

  /** Tells the device of all frames sent since the last time. `poll` does so too. */
  flush(): void {
    this.link.flush();
  }

  /**
   * Sends one transport segment, the packet's data; always takes ownership. Prepends the IP and
   * Ethernet headers; where the neighbour's MAC address is not known yet, the packet waits for ARP
   * (a few at a time). False where it was dropped: no device, no route, data longer than the MTU,
   * device ring or ARP queue full.
   */
  send(packet: Packet, protocol: u8, source: u32, destination: u32): boolean {
    const own = this.addresses.own;
    const total = packet.length + IPV4_HEADER_BYTES;
    if (total > this.link.mtu) return this.dropOutput(packet);
    emitIpv4(pushHeader(packet, IPV4_HEADER_BYTES), u16(total), protocol, source, destination);
    if (packet.checksumNeeded) packet.checksumStart += 20;
    this.counters.sent++;
    if (ipv4IsLoopback(destination) || (destination === own && own !== 0)) {
      return this.loopback.push(packet, this.link, this.counters);
    }
    if (this.isBroadcast(destination)) {
      return this.link.send(packet, MAC_BROADCAST, ETHERTYPE_IPV4);
    }
    if (ipv4IsMulticast(destination)) {
      return this.link.send(packet, ipv4MulticastMac(destination), ETHERTYPE_IPV4);
    }
    const hop = this.addresses.nextHop(destination);
    if (hop === 0) return this.dropOutput(packet);
    return this.arp.send(packet, hop, this.addresses, this.link, this.clock.nowNs(), this.counters);
  }

  /**
   * Answers a packet that `IpProtocol.receive` got with ICMP "port unreachable" and releases it.
   * Only before that call returns, with the packet's data start as it was. Not sent towards
   * broadcasts, and limited in rate.
   */
  rejectPort(packet: Packet, source: u32, destination: u32): void {
    this.receiver.reject(packet, source, destination, ICMP_UNREACHABLE_PORT, this);
  }

  /** Handles one batch of received frames, then flushes. Part of `Poller`. */
  poll(): boolean {
    const device = this.link.device;
    if (device === null) return false;
    let count = 0;
    while (count < config.LIB_IP_POLL_BATCH) {
      const packet = device.receive();
      if (packet === null) break;
      count++;
      this.receiver.frame(packet, this);
    }
    count += this.pollLoopback();
    if (count !== 0) this.receiver.endOfBatch();
    if (this.arp.isWaiting()) this.sweepNeighbours();
    this.link.flush();
    return count !== 0;
  }

  /**
   * Asks for an interrupt at the next frame; false where there is something to do already. Part of
   * `Poller`.
   */
  arm(): boolean {
    const device = this.link.device;
    if (device === null) return true;
    this.link.flush();
    if (!this.loopback.isEmpty()) return false;
    return device.armReceive();
  }

  private sweepNeighbours(): void {
    this.arp.sweep(this.addresses, this.link, this.clock.nowNs(), this.counters);
  }

  private pollLoopback(): usize {
    let count = 0;
    while (count < config.LIB_IP_POLL_BATCH) {
      const packet = this.loopback.pop();
      if (packet === null) break;
      count++;
      this.receiver.ownPacket(packet, this);
    }
    return count;
  }

  private dropOutput(packet: Packet): boolean {
    this.counters.outputDropped++;
    this.release(packet);
    return false;
  }
}

/**
 * The driver of a VIRTIO network device: one receive and one transmit queue, no copies.
 *
 * Mechanism: the receive ring is kept full of packets from the pool; a received packet goes to the
 * caller as it is. A transmitted packet is one buffer, the device's header in its head room; it
 * returns to the pool when the device is done with it, which is looked at on `flush` and where room
 * is needed. Doorbells ring on `flush` and `armReceive` only.
 *
 * Invariants: some packets are kept back from the receive ring, so that a program that hoards
 * received packets can still send. A device that breaks the rules of its rings is reset, and from
 * then on there is no network: nothing is received and `transmit` refuses.
 * Source: VIRTIO 1.2 §5.1.
 */
import { PACKET_CAPACITY, PACKET_HEADROOM } from "@typekraft/netdev";
import type { NetDevice, Packet } from "@typekraft/netdev";
import { Virtqueue, VirtqueueFault, resetDevice } from "@typekraft/virtio";
import type { VirtioTransport } from "@typekraft/virtio";
import {
  RECEIVE_BYTES,
  RECEIVE_OFFSET,
  checksumFits,
  fits,
  readHeader,
  writeHeader,
} from "./header.ts";
import { PacketPool } from "./pool.ts";
import {
  ETHERNET_HEADER_BYTES,
  ETHERNET_MTU,
  VIRTIO_NET_F_CSUM,
  VIRTIO_NET_HDR_BYTES,
} from "./wire.ts";

const MAC_BYTES = 6;

/** See the head of the file. `startNet` makes it usable. */
export class VirtioNet<T extends VirtioTransport> implements NetDevice {
  readonly pool = new PacketPool();
  readonly receiveQueue = new Virtqueue<Packet>();
  readonly transmitQueue = new Virtqueue<Packet>();
  readonly mac: FixedArray<u8, 6> = fixedArray();
  linkMtu: u16 = ETHERNET_MTU;
  features: u64 = 0;
  /** Packets that the receive ring leaves in the pool. */
  reserve: usize = 0;
  /**
   * Empty places of the receive ring at which `receive` fills it up without waiting for `flush`.
   */
  refillAt: u16 = 0;
  /** Nothing works any more: the device broke the rules, or was never started. */
  stopped: boolean = true;
  /** Received frames thrown away because they were shorter than an Ethernet header. */
  dropped: u64 = 0;
  /** Whether the interrupt has to be acknowledged at the device. */
  latched: boolean = false;
  /** Somebody could not send: room for it is an event, too. */
  private waitsForRoom: boolean = false;

  constructor(readonly transport: T) {}

  macAddress(into: Slice<u8>): void {
    copyBytes(into.sub(0, MAC_BYTES), this.mac.slice());
  }

  mtu(): usize {
    return usize(this.linkMtu);
  }

  checksumOffload(): boolean {
    return (this.features & VIRTIO_NET_F_CSUM) !== 0;
  }

  allocatePacket(): Packet | null {
    const packet = this.pool.allocate();
    if (packet !== null) return packet;
    this.reclaim();
    const late = this.pool.allocate();
    if (late === null) this.waitsForRoom = true;
    return late;
  }

  releasePacket(packet: Packet): void {
    this.pool.release(packet);
  }

  transmit(packet: Packet): boolean {
    assert(fits(packet), "the packet lies in its buffer and leaves room for the device's header");
    if (packet.checksumNeeded) {
      assert(this.checksumOffload(), "checksumNeeded works only with checksum offload");
      assert(checksumFits(packet), "the checksum lies in the packet");
    }
    if (this.transmitQueue.free === 0) this.reclaim();
    if (this.transmitQueue.free === 0 || this.stopped) {
      this.waitsForRoom = true;
      return false;
    }
    writeHeader(packet);
    const at = dma(u64(packet.device) + u64(packet.start - VIRTIO_NET_HDR_BYTES));
    return this.transmitQueue.add(at, u32(packet.length + VIRTIO_NET_HDR_BYTES), false, packet);
  }

  flush(): void {
    if (this.stopped) return;
    this.transmitQueue.notify();
    this.reclaim();
    this.refill();
  }

  receive(): Packet | null {
    if (this.stopped) return null;
    for (;;) {
      const packet = this.receiveQueue.take();
      if (packet === null) {
        if (this.receiveQueue.fault !== VirtqueueFault.None) this.stop(this.receiveQueue.fault);
        return null;
      }
      const length = usize(this.receiveQueue.takenLength);
      if (this.receiveQueue.free > this.refillAt) this.refill();
      if (length >= VIRTIO_NET_HDR_BYTES + ETHERNET_HEADER_BYTES) {
        readHeader(packet, length);
        return packet;
      }
      this.pool.release(packet);
      this.dropped++;
    }
  }

  armReceive(): boolean {
    // A device that is stopped never has anything: the caller may sleep.
    if (this.stopped) return true;
    this.flush();
    if (this.waitsForRoom && this.transmitQueue.free !== 0 && this.pool.free !== 0) {
      this.waitsForRoom = false;
      return false;
    }
    this.receiveQueue.requestInterrupt();
    if (this.waitsForRoom) this.transmitQueue.requestInterrupt();
    // From here on a new event raises the interrupt again; what came before is seen by looking.
    if (this.latched) this.transport.acknowledgeInterrupt();
    if (this.receiveQueue.hasUsed()) return false;
    return !this.waitsForRoom || !this.transmitQueue.hasUsed();
  }

  /**
   * Gives the receive ring all packets that the reserve allows, and tells the device where it waits
   * for them.
   */
  refill(): void {
    const queue = this.receiveQueue;
    while (queue.free !== 0 && this.pool.free > this.reserve) {
      const packet = this.pool.allocate();
      if (packet === null) return;
      const at = dma(u64(packet.device) + u64(RECEIVE_OFFSET));
      if (!queue.add(at, RECEIVE_BYTES, true, packet)) {
        this.pool.release(packet);
        return;
      }
    }
    queue.notify();
  }

  /** Returns sent packets to the pool. */
  private reclaim(): void {
    if (this.stopped) return;
    const queue = this.transmitQueue;
    for (let sent = queue.take(); sent !== null; sent = queue.take()) {
      this.pool.release(sent);
    }
    if (queue.fault !== VirtqueueFault.None) this.stop(queue.fault);
  }

  /**
   * Ends the use of a device that breaks the rules. The packets that it has stay away from
   * everybody.
   */
  private stop(fault: VirtqueueFault): void {
    this.stopped = true;
    const silent = resetDevice(this.transport);
    log`virtio-net: the device wrote an invalid used ring (${fault}); it is stopped${silent ? "" : " but does not reset"}`;
  }
}
staticAssert(PACKET_CAPACITY >= PACKET_HEADROOM + ETHERNET_HEADER_BYTES + usize(ETHERNET_MTU));

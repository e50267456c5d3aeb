/** Network devices and the buffers that frames travel in. Implementations: virtio-net (default). */

/** Bytes of a frame buffer, its head room included: one full Ethernet frame and the device's own header. */
export const PACKET_CAPACITY: usize = 1664;
/** Room that a fresh packet keeps in front of its data for headers (device, link, network, transport). */
export const PACKET_HEADROOM: usize = 128;

/**
 * One frame buffer, `PACKET_CAPACITY` bytes of memory that a device can reach. The data is `start … start + length`.
 * It has one owner at a time; handing it to `transmit` or to a queue hands over the ownership.
 */
export class Packet {
  /** Link of the pool, or of the one queue that it is in. */
  next: Packet | null = null;
  /** Of the buffer, for the program and for the device. */
  base: VirtAddr = virt(0);
  device: DmaAddr = dma(0);
  start: usize = 0;
  length: usize = 0;
  /**
   * Received: the device has verified the transport checksum. To transmit: the device is to fill in the 16-bit ones'
   * complement sum of all from `checksumStart` on, at `checksumStart + checksumOffset` (both from the start of the
   * data); the field then holds the sum of the pseudo-header, not complemented.
   */
  checksumValid: boolean = false;
  checksumNeeded: boolean = false;
  checksumStart: u16 = 0;
  checksumOffset: u16 = 0;
}

/** A network device, started. Its methods never block; one thread at a time uses it. */
export interface NetDevice {
  /** Copies the 6 bytes of the MAC address. */
  macAddress(into: Slice<u8>): void;
  /** Bytes of payload of a link frame, 1500 for Ethernet. */
  mtu(): usize;
  /** Whether `checksumNeeded` works for transmission. */
  checksumOffload(): boolean;
  /** An empty packet with `PACKET_HEADROOM`; null where all are in use. */
  allocatePacket(): Packet | null;
  releasePacket(packet: Packet): void;
  /** Queues a whole Ethernet frame; false where the ring is full, and the packet stays the caller's. */
  transmit(packet: Packet): boolean;
  /** Tells the device of all frames queued since the last call, with at most one exit. */
  flush(): void;
  /** The next received frame, now the caller's; null where there is none. */
  receive(): Packet | null;
  /** Asks for an interrupt at the next received frame; false where one is there already. */
  armReceive(): boolean;
}

/**
 * The first network device, started; null where the machine has none. Call it after `@init device`.
 * @bind
 */
export declare function openNetDevice(): NetDevice | null;

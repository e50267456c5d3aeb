/**
 * What a bus (PCI, memory-mapped registers) offers to the driver of a VIRTIO device.
 *
 * Only slow paths go through this interface. While packets flow, a driver works on rings in memory
 * and on the doorbells, which are plain addresses.
 * Source: VIRTIO 1.2 §2, §3.1, §4.
 */

/** Where the three areas of a split virtqueue lie for the device. */
export class QueueAddresses {
  /** Descriptor table. */
  descriptors: DmaAddr = dma(0);
  /** Available ring. */
  driver: DmaAddr = dma(0);
  /** Used ring. */
  device: DmaAddr = dma(0);
}

/** The register that tells the device of new buffers in one queue. */
export class Doorbell {
  /** Its address; 0 before the queue is activated. */
  at: VirtAddr = virt(0);
  /** What to write. */
  value: u32 = 0;
  /** Whether it is 4 bytes wide; otherwise 2. */
  wide: boolean = false;
}

/**
 * One device on its bus. Nothing here blocks, allocates (but for `enableInterrupts`), or is
 * interrupt-safe.
 */
export interface VirtioTransport {
  /** What kind of device it is: `VIRTIO_ID_…`. */
  deviceType(): u32;
  /** All 64 feature bits that the device offers. */
  deviceFeatures(): u64;
  /** Writes the feature bits that the driver takes. */
  setDriverFeatures(features: u64): void;
  /** The device status, `VIRTIO_STATUS_…`; 0 is reset. */
  status(): u8;
  /** Writes the status; 0 asks for a reset, which is complete when `status` gives 0. */
  setStatus(status: u8): void;
  /** Changes whenever the device has changed several configuration bytes together (§2.5.1). */
  configGeneration(): u32;
  /**
   * Reads the device's own configuration; 0 where it is shorter. Offsets are multiples of the
   * width.
   */
  readConfig8(offset: u32): u8;
  readConfig16(offset: u32): u16;
  readConfig32(offset: u32): u32;
  /** The most entries that queue `index` may have; 0 where there is no such queue. */
  queueLimit(index: u16): u16;
  /**
   * Makes interrupts of the device end the processor's idling; false where the machine offers no
   * way.
   */
  enableInterrupts(): boolean;
  /**
   * Hands queue `index` over to the device, with `size` entries (a power of two up to
   * `queueLimit`), and fills in `doorbell`. False where the device refuses. After
   * `enableInterrupts`.
   */
  activateQueue(index: u16, size: u16, addresses: QueueAddresses, doorbell: Doorbell): boolean;
  /** Whether the interrupt stays raised until `acknowledgeInterrupt`. */
  interruptIsLatched(): boolean;
  /** Lowers a latched interrupt. */
  acknowledgeInterrupt(): void;
}

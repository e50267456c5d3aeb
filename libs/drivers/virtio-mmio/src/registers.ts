/**
 * The memory-mapped registers of a VIRTIO device, under the specification's names.
 *
 * Source: VIRTIO 1.2 §4.2.2 (MMIO device register layout).
 */

/** The registers that all devices have. */
@mmio
export class VirtioMmioRegisters {
  @offset(0x000) readonly MagicValue!: u32;
  @offset(0x004) readonly Version!: u32;
  @offset(0x008) readonly DeviceID!: u32;
  @offset(0x010) readonly DeviceFeatures!: u32;
  @offset(0x014) DeviceFeaturesSel!: u32;
  @offset(0x020) DriverFeatures!: u32;
  @offset(0x024) DriverFeaturesSel!: u32;
  @offset(0x030) QueueSel!: u32;
  @offset(0x034) readonly QueueNumMax!: u32;
  @offset(0x038) QueueNum!: u32;
  @offset(0x044) QueueReady!: u32;
  @offset(0x060) readonly InterruptStatus!: u32;
  @offset(0x064) InterruptACK!: u32;
  @offset(0x070) Status!: u32;
  @offset(0x080) QueueDescLow!: u32;
  @offset(0x084) QueueDescHigh!: u32;
  @offset(0x090) QueueDriverLow!: u32;
  @offset(0x094) QueueDriverHigh!: u32;
  @offset(0x0a0) QueueDeviceLow!: u32;
  @offset(0x0a4) QueueDeviceHigh!: u32;
  @offset(0x0fc) readonly ConfigGeneration!: u32;
}

/** QueueNotify, which is written as a plain address. */
export const VIRTIO_MMIO_QUEUE_NOTIFY: usize = 0x050;
/** Where the device's own configuration begins. */
export const VIRTIO_MMIO_CONFIG: usize = 0x100;

/** "virt" */
export const VIRTIO_MMIO_MAGIC: u32 = 0x7472_6976;
export const VIRTIO_MMIO_VERSION: u32 = 2;
export const VIRTIO_MMIO_VERSION_LEGACY: u32 = 1;

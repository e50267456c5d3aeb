/**
 * The registers of a modern VIRTIO device on PCI, under the specification's names.
 *
 * Source: VIRTIO 1.2 §4.1.4.3 (common configuration structure layout), §4.1.4 (capabilities).
 */

/**
 * `struct virtio_pci_common_cfg`. The 64-bit fields are written as halves, which §4.1.3.1 allows
 * always.
 */
@mmio
export class VirtioPciCommonConfig {
  @offset(0x00) device_feature_select!: u32;
  @offset(0x04) readonly device_feature!: u32;
  @offset(0x08) driver_feature_select!: u32;
  @offset(0x0c) driver_feature!: u32;
  @offset(0x10) config_msix_vector!: u16;
  @offset(0x12) readonly num_queues!: u16;
  @offset(0x14) device_status!: u8;
  @offset(0x15) readonly config_generation!: u8;
  @offset(0x16) queue_select!: u16;
  @offset(0x18) queue_size!: u16;
  @offset(0x1a) queue_msix_vector!: u16;
  @offset(0x1c) queue_enable!: u16;
  @offset(0x1e) readonly queue_notify_off!: u16;
  @offset(0x20) queue_desc!: u32;
  @offset(0x24) queue_desc_high!: u32;
  @offset(0x28) queue_driver!: u32;
  @offset(0x2c) queue_driver_high!: u32;
  @offset(0x30) queue_device!: u32;
  @offset(0x34) queue_device_high!: u32;
}

/** Bytes of the part of it that every device has. */
export const COMMON_CONFIG_BYTES: u32 = 0x38;

export const VIRTIO_PCI_CAP_COMMON_CFG: u8 = 1;
export const VIRTIO_PCI_CAP_NOTIFY_CFG: u8 = 2;
export const VIRTIO_PCI_CAP_ISR_CFG: u8 = 3;
export const VIRTIO_PCI_CAP_DEVICE_CFG: u8 = 4;

/** Offsets within a capability. */
export const VIRTIO_PCI_CAP_LEN: u32 = 2;
export const VIRTIO_PCI_CAP_CFG_TYPE: u32 = 3;
export const VIRTIO_PCI_CAP_BAR: u32 = 4;
export const VIRTIO_PCI_CAP_OFFSET: u32 = 8;
export const VIRTIO_PCI_CAP_LENGTH: u32 = 12;
export const VIRTIO_PCI_NOTIFY_CAP_MULT: u32 = 16;

export const VIRTIO_MSI_NO_VECTOR: u16 = 0xffff;

export const VIRTIO_PCI_VENDOR: u16 = 0x1af4;
export const VIRTIO_PCI_DEVICE_FIRST: u16 = 0x1000;
export const VIRTIO_PCI_DEVICE_MODERN: u16 = 0x1040;
export const VIRTIO_PCI_DEVICE_LAST: u16 = 0x107f;

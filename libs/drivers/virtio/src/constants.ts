/**
 * Numbers of the VIRTIO specification that all devices and transports share, under the
 * specification's names.
 *
 * Source: VIRTIO 1.2 §2.1 (status), §5 (device ids), §6 (reserved feature bits), §2.7 (split
 * virtqueues).
 */

export const VIRTIO_STATUS_ACKNOWLEDGE: u8 = 1;
export const VIRTIO_STATUS_DRIVER: u8 = 2;
export const VIRTIO_STATUS_DRIVER_OK: u8 = 4;
export const VIRTIO_STATUS_FEATURES_OK: u8 = 8;
export const VIRTIO_STATUS_DEVICE_NEEDS_RESET: u8 = 64;
export const VIRTIO_STATUS_FAILED: u8 = 128;

export const VIRTIO_ID_NETWORK: u32 = 1;
export const VIRTIO_ID_BLOCK: u32 = 2;
export const VIRTIO_ID_CONSOLE: u32 = 3;
export const VIRTIO_ID_ENTROPY: u32 = 4;
export const VIRTIO_ID_9P: u32 = 9;

/**
 * The driver is told by an index when the next interrupt is due, and tells the same for
 * notifications.
 */
export const VIRTIO_F_EVENT_IDX: u64 = 0x2000_0000;
/** The device follows version 1 of the specification. Without it nothing here works. */
export const VIRTIO_F_VERSION_1: u64 = 0x1_0000_0000;
/**
 * The device's accesses go the way of all devices of the platform, through an IOMMU where it has
 * one. Nothing here sets one up, and one that is not set up leaves addresses as they are.
 */
export const VIRTIO_F_ACCESS_PLATFORM: u64 = 0x2_0000_0000;

export const VIRTQ_DESC_F_WRITE: u16 = 2;
export const VIRTQ_AVAIL_F_NO_INTERRUPT: u16 = 1;
export const VIRTQ_USED_F_NO_NOTIFY: u16 = 1;

/** The most entries that a split virtqueue can have. */
export const VIRTQ_SIZE_LIMIT: u16 = 32768;

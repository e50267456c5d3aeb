/**
 * The network device's constants, its configuration, and the header in front of each frame, under
 * their names of the specification.
 *
 * Source: VIRTIO 1.2 §5.1.3 (feature bits), §5.1.4 (configuration layout), §5.1.6 (virtio_net_hdr).
 */

/** The device completes partial checksums of frames that we send. */
export const VIRTIO_NET_F_CSUM: u64 = 0x1;
/** We take frames with partial checksums, or that the device has verified. */
export const VIRTIO_NET_F_GUEST_CSUM: u64 = 0x2;
export const VIRTIO_NET_F_MTU: u64 = 0x8;
export const VIRTIO_NET_F_MAC: u64 = 0x20;
export const VIRTIO_NET_F_STATUS: u64 = 0x1_0000;

export const VIRTIO_NET_CONFIG_MAC: u32 = 0;
export const VIRTIO_NET_CONFIG_STATUS: u32 = 6;
export const VIRTIO_NET_CONFIG_MTU: u32 = 10;
export const VIRTIO_NET_S_LINK_UP: u16 = 1;

/** The first queue pair. */
export const RECEIVE_QUEUE: u16 = 0;
export const TRANSMIT_QUEUE: u16 = 1;

export const VIRTIO_NET_HDR_F_NEEDS_CSUM: u8 = 1;
export const VIRTIO_NET_HDR_F_DATA_VALID: u8 = 2;
export const VIRTIO_NET_HDR_GSO_NONE: u8 = 0;

/** `struct virtio_net_hdr` of a device with VIRTIO_F_VERSION_1. */
@packed
export class VirtioNetHeader {
  flags: u8 = 0;
  gso_type: u8 = 0;
  hdr_len: le16 = toLe16(0);
  gso_size: le16 = toLe16(0);
  csum_start: le16 = toLe16(0);
  csum_offset: le16 = toLe16(0);
  num_buffers: le16 = toLe16(0);
}
export const VIRTIO_NET_HDR_BYTES = 12;
staticAssert(sizeof<VirtioNetHeader>() === VIRTIO_NET_HDR_BYTES);

export const ETHERNET_HEADER_BYTES = 14;
/** Bytes of payload of an Ethernet frame. */
export const ETHERNET_MTU: u16 = 1500;
/**
 * The least that IPv4 can work with, and the least that the specification lets a device announce.
 */
export const MTU_MINIMUM: u16 = 68;

/**
 * Writes and reads the header that travels in front of each frame, in the packet's own head room.
 *
 * Source: VIRTIO 1.2 §5.1.6.2 (transmission), §5.1.6.4 (receiving).
 *
 * @unsafe the header lies in front of the packet's data
 */
import { PACKET_CAPACITY, PACKET_HEADROOM } from "@typekraft/netdev";
import type { Packet } from "@typekraft/netdev";
import {
  VIRTIO_NET_HDR_BYTES,
  VIRTIO_NET_HDR_F_DATA_VALID,
  VIRTIO_NET_HDR_F_NEEDS_CSUM,
  VIRTIO_NET_HDR_GSO_NONE,
  VirtioNetHeader,
} from "./wire.ts";

/**
 * Where the device writes the header of a received frame, so that the frame begins at
 * `PACKET_HEADROOM`.
 */
export const RECEIVE_OFFSET: usize = PACKET_HEADROOM - VIRTIO_NET_HDR_BYTES;
/** Bytes that the device may write: the header and the frame. */
export const RECEIVE_BYTES: u32 = u32(PACKET_CAPACITY - RECEIVE_OFFSET);

/** Whether the packet's data lie in its buffer, with room for the header in front of them. */
export function fits(packet: Packet): boolean {
  const start = packet.start;
  if (start < VIRTIO_NET_HDR_BYTES || start > PACKET_CAPACITY) return false;
  return packet.length <= PACKET_CAPACITY - start;
}

/** Whether the 16 bits where the checksum goes lie in the packet's data. */
export function checksumFits(packet: Packet): boolean {
  return usize(packet.checksumStart) + usize(packet.checksumOffset) + 2 <= packet.length;
}

/** Writes the header of a packet that `fits`. */
export function writeHeader(packet: Packet): void {
  const at = packet.base + (packet.start - VIRTIO_NET_HDR_BYTES);
  const header = objectAt<VirtioNetHeader>(at);
  header.gso_type = VIRTIO_NET_HDR_GSO_NONE;
  header.hdr_len = toLe16(0);
  header.gso_size = toLe16(0);
  header.num_buffers = toLe16(0);
  if (packet.checksumNeeded) {
    header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
    header.csum_start = toLe16(packet.checksumStart);
    header.csum_offset = toLe16(packet.checksumOffset);
  } else {
    header.flags = 0;
    header.csum_start = toLe16(0);
    header.csum_offset = toLe16(0);
  }
}

/**
 * Sets start, length and checksum state of a received packet. `length` counts header and frame, at
 * least the header.
 */
export function readHeader(packet: Packet, length: usize): void {
  const header = objectAt<VirtioNetHeader>(packet.base + RECEIVE_OFFSET);
  // A partial checksum (NEEDS_CSUM) means that the frame never was on a wire: its data are as good
  // as verified.
  const verified = VIRTIO_NET_HDR_F_NEEDS_CSUM | VIRTIO_NET_HDR_F_DATA_VALID;
  packet.checksumValid = (header.flags & verified) !== 0;
  packet.start = PACKET_HEADROOM;
  packet.length = length - VIRTIO_NET_HDR_BYTES;
}

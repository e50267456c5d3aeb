/**
 * How the three areas of a split virtqueue lie in one piece of memory.
 *
 * Layout for N entries (N a power of two):
 *   0               descriptor table   16 N bytes, aligned to 16
 *   16 N            available ring     flags, idx, ring[N], used_event: 6 + 2 N bytes, aligned to 2
 *   rounded up to 4 used ring          flags, idx, ring[N] of 8 bytes, avail_event: 6 + 8 N bytes, aligned to 4
 * Source: VIRTIO 1.2 §2.7 (sizes and alignments), §2.7.5, §2.7.6, §2.7.8.
 */

/** One entry of the descriptor table: a buffer. */
export class VirtqDescriptor {
  addr: le64 = toLe64(0);
  len: le32 = toLe32(0);
  flags: le16 = toLe16(0);
  next: le16 = toLe16(0);
}
staticAssert(sizeof<VirtqDescriptor>() === 16);

export const VIRTQ_DESCRIPTOR_BYTES: usize = 16;
export const VIRTQ_ALIGNMENT: usize = 16;

/** Offsets within the available and the used ring. */
export const VIRTQ_RING_FLAGS: usize = 0;
export const VIRTQ_RING_IDX: usize = 2;
export const VIRTQ_RING_ENTRIES: usize = 4;
export const VIRTQ_AVAILABLE_ENTRY_BYTES: usize = 2;
export const VIRTQ_USED_ENTRY_BYTES: usize = 8;

/** Offset of the available ring. */
export function availableOffset(size: u16): usize {
  return usize(size) * VIRTQ_DESCRIPTOR_BYTES;
}

/** Offset of the used ring. */
export function usedOffset(size: u16): usize {
  const end = availableOffset(size) + 6 + usize(size) * VIRTQ_AVAILABLE_ENTRY_BYTES;
  return (end + 3) & ~3;
}

/** Bytes of all three. */
export function queueBytes(size: u16): usize {
  return usedOffset(size) + 6 + usize(size) * VIRTQ_USED_ENTRY_BYTES;
}

/**
 * Bytes of the driver's own notes on `size` entries: owner, limit and link of each. Aligned to 8.
 */
export function ownBytes(size: u16): usize {
  return usize(size) * (8 + 4 + 2);
}

/** Offset of `used_event` within the available ring: when the driver wants the next interrupt. */
export function usedEventOffset(size: u16): usize {
  return VIRTQ_RING_ENTRIES + usize(size) * VIRTQ_AVAILABLE_ENTRY_BYTES;
}

/** Offset of `avail_event` within the used ring: when the device wants the next notification. */
export function availEventOffset(size: u16): usize {
  return VIRTQ_RING_ENTRIES + usize(size) * VIRTQ_USED_ENTRY_BYTES;
}

/**
 * Whether an index that moved from `old` to `now` (modulo 65536) passed `event`, which asks to be
 * told.
 * Source: VIRTIO 1.2 §2.7.7.1, §2.7.10.1.
 */
export function eventPassed(event: u16, now: u16, old: u16): boolean {
  return wrapSub<u16>(wrapSub<u16>(now, event), 1) < wrapSub<u16>(now, old);
}

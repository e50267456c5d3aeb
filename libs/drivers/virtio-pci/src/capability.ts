/**
 * Reads one vendor capability of a VIRTIO device: which of its structures it tells of, and where
 * that is.
 *
 * Invariant: a structure that is found lies within the memory range of its base address register
 * and has the least length that its registers need, so that no device can point us at memory that
 * is not its own. Ranges are sized once in a row, because each sizing makes a hypervisor rebuild
 * its memory map.
 * Source: VIRTIO 1.2 §4.1.4.
 */
import { PciRange, PciRangeKind, readBaseAddress } from "@typekraft/pci";
import type { PciFunction } from "@typekraft/pci";
import {
  COMMON_CONFIG_BYTES,
  VIRTIO_PCI_CAP_BAR,
  VIRTIO_PCI_CAP_CFG_TYPE,
  VIRTIO_PCI_CAP_COMMON_CFG,
  VIRTIO_PCI_CAP_DEVICE_CFG,
  VIRTIO_PCI_CAP_ISR_CFG,
  VIRTIO_PCI_CAP_LEN,
  VIRTIO_PCI_CAP_LENGTH,
  VIRTIO_PCI_CAP_NOTIFY_CFG,
  VIRTIO_PCI_CAP_OFFSET,
  VIRTIO_PCI_NOTIFY_CAP_MULT,
} from "./registers.ts";

/** Lengths of a capability: without and with the notify multiplier. */
const CAP_BYTES: u8 = 16;
const NOTIFY_CAP_BYTES: u8 = 20;
const CONFIG_SPACE_BYTES: u32 = 256;
const NO_RANGE: u32 = 0xffff_ffff;

/** A structure of registers, as a capability describes it. */
export class Structure {
  /** `VIRTIO_PCI_CAP_…_CFG`. */
  type: u8 = 0;
  address: u64 = 0;
  length: u32 = 0;
  /** Of a notification structure. */
  notifyMultiplier: u32 = 0;
}

/** Reads capabilities of one function: the same one at each call. */
export class CapabilityReader {
  /** The base address register that `range` holds. */
  private rangeIndex: u32 = NO_RANGE;
  private readonly range = new PciRange();

  /** Reads the capability at `capability`; false where it is of no use to us, or wrong. */
  read(from: PciFunction, capability: u32, into: Structure): boolean {
    const bytes = from.read8(capability + VIRTIO_PCI_CAP_LEN);
    if (capability + u32(bytes) > CONFIG_SPACE_BYTES) return false;
    into.type = from.read8(capability + VIRTIO_PCI_CAP_CFG_TYPE);
    const least = leastLength(into.type);
    const isNotify = into.type === VIRTIO_PCI_CAP_NOTIFY_CFG;
    if (least === 0 || bytes < (isNotify ? NOTIFY_CAP_BYTES : CAP_BYTES)) return false;
    const start = u64(from.read32(capability + VIRTIO_PCI_CAP_OFFSET));
    into.length = from.read32(capability + VIRTIO_PCI_CAP_LENGTH);
    into.notifyMultiplier = isNotify ? from.read32(capability + VIRTIO_PCI_NOTIFY_CAP_MULT) : 0;
    if (into.length < least) return false;
    const range = this.rangeOf(from, u32(from.read8(capability + VIRTIO_PCI_CAP_BAR)));
    if (range.kind !== PciRangeKind.Memory || start > range.size) return false;
    if (range.size - start < u64(into.length)) return false;
    into.address = range.address + start;
    return true;
  }

  private rangeOf(from: PciFunction, index: u32): PciRange {
    if (index !== this.rangeIndex) {
      readBaseAddress(from, index, this.range);
      this.rangeIndex = index;
    }
    return this.range;
  }
}

/** The bytes that a structure of this type must have; 0 for a type that we do not use. */
function leastLength(type: u8): u32 {
  switch (type) {
    case VIRTIO_PCI_CAP_COMMON_CFG:
      return COMMON_CONFIG_BYTES;
    case VIRTIO_PCI_CAP_NOTIFY_CFG:
      return 2;
    case VIRTIO_PCI_CAP_ISR_CFG:
    case VIRTIO_PCI_CAP_DEVICE_CFG:
      return 1;
    default:
      return 0;
  }
}

/**
 * Finds the structures of a modern device: reads its vendor capabilities and maps what they point
 * at.
 *
 * Mechanism: the first usable capability of each type counts. What a capability says is checked
 * against the size of the base address register before anything is mapped, so that no device can
 * point us at memory that is not its own. Ranges are sized once, because each sizing makes a
 * hypervisor rebuild its memory map.
 * Source: VIRTIO 1.2 §4.1.4.
 */
import {
  PCI_CAP_ID_VENDOR,
  PciRange,
  PciRangeKind,
  forEachCapability,
  readBaseAddress,
} from "@typekraft/pci";
import type { PciFunction } from "@typekraft/pci";
import { mapDevice } from "@typekraft/plat";
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
const ISR_BYTES: u32 = 1;
const NOTIFY_BYTES: u32 = 2;
const NO_RANGE: u8 = 0xff;

/** One mapped structure. */
export class Region {
  /** 0: the device has none. */
  at: VirtAddr = virt(0);
  length: u32 = 0;
}

/** All structures of one device. */
export class Regions {
  readonly common = new Region();
  readonly notify = new Region();
  readonly isr = new Region();
  readonly device = new Region();
  notifyMultiplier: u32 = 0;
  /** The base address register that `range` holds. */
  private rangeIndex: u8 = NO_RANGE;
  private readonly range = new PciRange();

  /**
   * Fills in all from the capabilities of `from`; whether the three that a driver cannot do without
   * are there.
   */
  locate(from: PciFunction): boolean {
    forEachCapability(from, (offset, id) => {
      if (id === PCI_CAP_ID_VENDOR) this.consider(from, offset);
      return true;
    });
    return this.common.at !== virt(0) && this.notify.at !== virt(0) && this.isr.at !== virt(0);
  }

  private consider(from: PciFunction, capability: u32): void {
    const bytes = from.read8(capability + VIRTIO_PCI_CAP_LEN);
    // Capabilities end with the 256 bytes of configuration space.
    if (bytes < CAP_BYTES || capability + u32(bytes) > 256) return;
    switch (from.read8(capability + VIRTIO_PCI_CAP_CFG_TYPE)) {
      case VIRTIO_PCI_CAP_COMMON_CFG:
        this.map(from, capability, this.common, COMMON_CONFIG_BYTES);
        break;
      case VIRTIO_PCI_CAP_NOTIFY_CFG:
        if (bytes < NOTIFY_CAP_BYTES || this.notify.at !== virt(0)) return;
        this.map(from, capability, this.notify, NOTIFY_BYTES);
        this.notifyMultiplier = from.read32(capability + VIRTIO_PCI_NOTIFY_CAP_MULT);
        break;
      case VIRTIO_PCI_CAP_ISR_CFG:
        this.map(from, capability, this.isr, ISR_BYTES);
        break;
      case VIRTIO_PCI_CAP_DEVICE_CFG:
        this.map(from, capability, this.device, 1);
        break;
      default:
        break;
    }
  }

  /**
   * Maps the structure into `into` where it is in memory, lies within its range and has `atLeast`
   * bytes.
   */
  private map(from: PciFunction, capability: u32, into: Region, atLeast: u32): void {
    if (into.at !== virt(0)) return;
    const index = from.read8(capability + VIRTIO_PCI_CAP_BAR);
    const start = from.read32(capability + VIRTIO_PCI_CAP_OFFSET);
    const length = from.read32(capability + VIRTIO_PCI_CAP_LENGTH);
    if (index !== this.rangeIndex) {
      readBaseAddress(from, u32(index), this.range);
      this.rangeIndex = index;
    }
    const range = this.range;
    if (range.kind !== PciRangeKind.Memory || length < atLeast) return;
    if (u64(start) > range.size || range.size - u64(start) < u64(length)) return;
    const at = mapDevice(phys(range.address + u64(start)), usize(length));
    if (at === virt(0)) return;
    into.at = at;
    into.length = length;
  }
}

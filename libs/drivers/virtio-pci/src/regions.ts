/**
 * The mapped structures of a modern device. The first usable capability of each type counts.
 *
 * Source: VIRTIO 1.2 §4.1.4.
 */
import { PCI_CAP_ID_VENDOR, forEachCapability } from "@typekraft/pci";
import type { PciFunction } from "@typekraft/pci";
import { mapDevice } from "@typekraft/plat";
import { CapabilityReader, Structure } from "./capability.ts";
import {
  VIRTIO_PCI_CAP_COMMON_CFG,
  VIRTIO_PCI_CAP_ISR_CFG,
  VIRTIO_PCI_CAP_NOTIFY_CFG,
} from "./registers.ts";

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

  /**
   * Fills in all from the capabilities of `from`; whether the three are there that a driver cannot
   * do without. May allocate page tables.
   */
  locate(from: PciFunction): boolean {
    const reader = new CapabilityReader();
    const structure = new Structure();
    forEachCapability(from, (offset, id) => {
      if (id === PCI_CAP_ID_VENDOR && reader.read(from, offset, structure)) this.map(structure);
      return true;
    });
    return this.common.at !== virt(0) && this.notify.at !== virt(0) && this.isr.at !== virt(0);
  }

  private map(structure: Structure): void {
    const region = this.regionOf(structure.type);
    if (region.at !== virt(0)) return;
    region.at = mapDevice(phys(structure.address), usize(structure.length));
    region.length = structure.length;
    if (structure.type === VIRTIO_PCI_CAP_NOTIFY_CFG) {
      this.notifyMultiplier = structure.notifyMultiplier;
    }
  }

  private regionOf(type: u8): Region {
    switch (type) {
      case VIRTIO_PCI_CAP_COMMON_CFG:
        return this.common;
      case VIRTIO_PCI_CAP_NOTIFY_CFG:
        return this.notify;
      case VIRTIO_PCI_CAP_ISR_CFG:
        return this.isr;
      default:
        return this.device;
    }
  }
}

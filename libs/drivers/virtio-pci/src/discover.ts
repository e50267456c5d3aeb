/**
 * Finds the VIRTIO devices on the PCI buses at boot and enters them in the registry.
 *
 * A transitional device (ids 0x1000–0x103f) is used through its modern interface; one without that
 * is refused by name.
 * Source: VIRTIO 1.2 §4.1.2.
 *
 * @unsafe transports are placed on the heap
 */
import { heap } from "@typekraft/alloc";
import {
  PCI_DEVICE_ID,
  PCI_SUBSYSTEM_ID,
  PCI_VENDOR_ID,
  forEachPciFunction,
  portConfigAccess,
} from "@typekraft/pci";
import type { PciFunction } from "@typekraft/pci";
import { registerTransport } from "@typekraft/virtio";
import {
  VIRTIO_PCI_DEVICE_FIRST,
  VIRTIO_PCI_DEVICE_LAST,
  VIRTIO_PCI_DEVICE_MODERN,
  VIRTIO_PCI_VENDOR,
} from "./registers.ts";
import { VirtioPci } from "./transport.ts";

/**
 * Registers every VIRTIO device of the machine's PCI buses.
 * @init bus
 */
export function discoverVirtioPci(): void {
  forEachPciFunction(portConfigAccess, (found) => {
    if (found.read16(PCI_VENDOR_ID) !== VIRTIO_PCI_VENDOR) return;
    const id = found.read16(PCI_DEVICE_ID);
    if (id < VIRTIO_PCI_DEVICE_FIRST || id > VIRTIO_PCI_DEVICE_LAST) return;
    register(found, deviceType(found, id));
  });
}

function deviceType(found: PciFunction, id: u16): u32 {
  if (id >= VIRTIO_PCI_DEVICE_MODERN) return u32(id - VIRTIO_PCI_DEVICE_MODERN);
  return u32(found.read16(PCI_SUBSYSTEM_ID));
}

function register(found: PciFunction, type: u32): void {
  const at = heap.allocate(sizeof<VirtioPci>(), alignof<VirtioPci>());
  if (at === virt(0)) {
    log`virtio-pci: no memory for device ${found.bus}:${found.device}.${found.unit}`;
    return;
  }
  const transport = placeAt(at, new VirtioPci(found.address, type));
  if (!transport.regions.locate(found)) {
    const lack = "no modern interface in memory; in QEMU give it disable-modern=off";
    log`virtio-pci: device ${found.bus}:${found.device}.${found.unit} has ${lack}`;
    heap.release(at);
    return;
  }
  if (!registerTransport(transport)) heap.release(at);
}

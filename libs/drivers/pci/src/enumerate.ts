/**
 * Visits every function of every bus that firmware has numbered.
 *
 * Mechanism: breadth first from bus 0; a bridge adds its secondary bus. A bus is entered once, so
 * that bridges which point at each other end the walk instead of making it endless. Bus numbers and
 * addresses are the firmware's: nothing is assigned here.
 * Source: PCI Local Bus 3.0 §6.2.1; PCI-to-PCI Bridge Architecture 1.2 §3.2.5.
 */
import {
  PCI_HEADER_TYPE,
  PCI_SECONDARY_BUS,
  PCI_VENDOR_ID,
  PCI_VENDOR_NONE,
  PciFunction,
  pciAddress,
} from "./config-space.ts";
import type { ConfigAccess } from "./config-space.ts";

const BUSES = 256;
const DEVICES: u32 = 32;
const UNITS: u32 = 8;
const HEADER_MULTI_FUNCTION: u8 = 0x80;
const HEADER_LAYOUT: u8 = 0x7f;
const HEADER_BRIDGE: u8 = 1;

/** The buses found and not yet walked, in a queue, and which were ever found. */
class BusQueue {
  private readonly buses: FixedArray<u8, 256> = fixedArray();
  private readonly found: FixedArray<boolean, 256> = fixedArray();
  private head: usize = 0;
  private count: usize = 0;

  add(bus: u8): void {
    if (this.found[bus] || this.count === BUSES) return;
    this.found[bus] = true;
    this.buses[this.count] = bus;
    this.count++;
  }

  get empty(): boolean {
    return this.head === this.count;
  }

  take(): u8 {
    const bus = this.buses[this.head];
    this.head++;
    return bus;
  }
}

/**
 * Calls `visit` once for each function, bridges included. The `PciFunction` lives only during the
 * call.
 * Context: any; makes no allocation.
 */
export function forEachPciFunction(
  access: ConfigAccess,
  visit: (found: PciFunction) => void,
): void {
  const queue = new BusQueue();
  queue.add(0);
  while (!queue.empty) {
    const bus = u32(queue.take());
    for (let device: u32 = 0; device < DEVICES; device++)
      visitDevice(access, bus, device, queue, visit);
  }
}

/**
 * Visits the functions of one device: function 0 must be there, the others only where it says so.
 */
function visitDevice(
  access: ConfigAccess,
  bus: u32,
  device: u32,
  queue: BusQueue,
  visit: (found: PciFunction) => void,
): void {
  let units: u32 = 1;
  for (let unit: u32 = 0; unit < units; unit++) {
    const found = new PciFunction(access, pciAddress(bus, device, unit));
    if (found.read16(PCI_VENDOR_ID) === PCI_VENDOR_NONE) continue;
    const header = found.read8(PCI_HEADER_TYPE);
    if (unit === 0 && (header & HEADER_MULTI_FUNCTION) !== 0) units = UNITS;
    if ((header & HEADER_LAYOUT) === HEADER_BRIDGE) queue.add(found.read8(PCI_SECONDARY_BUS));
    visit(found);
  }
}

/**
 * Configuration space through the ports 0xcf8 and 0xcfc, which every PC chipset has.
 *
 * Mechanism: the address port selects 4 bytes of one function, the data port reads or writes them,
 * or with an offset of 2 their upper half. A machine without PCI (QEMU microvm) answers with all
 * ones, which reads as "no function".
 * Source: PCI Local Bus 3.0 §3.2.2.3.2 (configuration mechanism #1).
 *
 * @unsafe port I/O
 */
import type { ConfigAccess, PciAddress } from "./config-space.ts";

const CONFIG_ADDRESS: u16 = 0xcf8;
const CONFIG_DATA: u16 = 0xcfc;
const CONFIG_DATA_HIGH: u16 = 0xcfe;
const CONFIG_ENABLE: u32 = 0x8000_0000;

/** See the head of the file. */
export class PortConfigAccess implements ConfigAccess {
  read32(address: PciAddress, offset: u32): u32 {
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | address | (offset & 0xfc));
    return inl(CONFIG_DATA);
  }

  write32(address: PciAddress, offset: u32, value: u32): void {
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | address | (offset & 0xfc));
    outl(CONFIG_DATA, value);
  }

  write16(address: PciAddress, offset: u32, value: u16): void {
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | address | (offset & 0xfc));
    outw((offset & 2) === 0 ? CONFIG_DATA : CONFIG_DATA_HIGH, value);
  }
}

/** The machine's configuration space. */
export const portConfigAccess: PortConfigAccess = new PortConfigAccess();

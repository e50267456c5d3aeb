/**
 * The configuration space of PCI functions: how it is addressed, and who can read and write it.
 *
 * Mechanism: everything above works on `ConfigAccess`, so that tests put a table in the place of
 * the machine. A program has one implementation (`PortConfigAccess`), whose calls are therefore
 * direct.
 * Source: PCI Local Bus 3.0 §6.1 (header layout), §6.2.
 */

/**
 * Bus, device and function as the address port takes them: bits 23–16 bus, 15–11 device, 10–8
 * function, the rest 0.
 */
export type PciAddress = u32;

export const PCI_VENDOR_ID = 0x00;
export const PCI_DEVICE_ID = 0x02;
export const PCI_COMMAND = 0x04;
export const PCI_STATUS = 0x06;
export const PCI_CLASS_DEVICE = 0x0a;
export const PCI_HEADER_TYPE = 0x0e;
export const PCI_BASE_ADDRESS_0 = 0x10;
export const PCI_SECONDARY_BUS = 0x19;
export const PCI_SUBSYSTEM_ID = 0x2e;
export const PCI_CAPABILITY_LIST = 0x34;
export const PCI_INTERRUPT_LINE = 0x3c;
export const PCI_INTERRUPT_PIN = 0x3d;

export const PCI_COMMAND_IO: u16 = 0x0001;
export const PCI_COMMAND_MEMORY: u16 = 0x0002;
export const PCI_COMMAND_MASTER: u16 = 0x0004;
export const PCI_COMMAND_INTX_DISABLE: u16 = 0x0400;

export const PCI_STATUS_CAP_LIST: u16 = 0x0010;

/** What a read of a function that is not there gives. */
export const PCI_VENDOR_NONE: u16 = 0xffff;

/** The 256 bytes of configuration space of each function. Never blocks; not interrupt-safe. */
export interface ConfigAccess {
  /**
   * The 32 bits at `offset`, a multiple of 4 below 256; all ones where there is no such function.
   */
  read32(address: PciAddress, offset: u32): u32;
  /** Writes 32 bits at `offset`, a multiple of 4 below 256. */
  write32(address: PciAddress, offset: u32, value: u32): void;
  /** Writes 16 bits at `offset`, a multiple of 2 below 256. */
  write16(address: PciAddress, offset: u32, value: u16): void;
}

/** `bus` below 256, `device` below 32, `unit` (the function number) below 8. */
export function pciAddress(bus: u32, device: u32, unit: u32): PciAddress {
  return (bus << 16) | (device << 11) | (unit << 8);
}

/** One function of a device, as enumeration found it. */
export class PciFunction {
  /**
   * @param access how to reach its configuration space
   * @param address where it is
   */
  constructor(
    readonly access: ConfigAccess,
    readonly address: PciAddress,
  ) {}

  get bus(): u32 {
    return (this.address >> 16) & 0xff;
  }

  get device(): u32 {
    return (this.address >> 11) & 0x1f;
  }

  get unit(): u32 {
    return (this.address >> 8) & 7;
  }

  /** `offset` below 256. */
  read8(offset: u32): u8 {
    return u8(this.access.read32(this.address, offset & 0xfc) >> ((offset & 3) * 8));
  }

  /** `offset` below 256, a multiple of 2. */
  read16(offset: u32): u16 {
    return u16(this.access.read32(this.address, offset & 0xfc) >> ((offset & 2) * 8));
  }

  /** `offset` below 256, a multiple of 4. */
  read32(offset: u32): u32 {
    return this.access.read32(this.address, offset);
  }

  /**
   * Writes these 16 bits only: the status register beside `PCI_COMMAND` clears bits that are
   * written as 1.
   */
  write16(offset: u32, value: u16): void {
    this.access.write16(this.address, offset, value);
  }

  write32(offset: u32, value: u32): void {
    this.access.write32(this.address, offset, value);
  }

  /** Sets and clears bits of the command register. */
  changeCommand(set: u16, clear: u16): void {
    this.write16(PCI_COMMAND, (this.read16(PCI_COMMAND) & ~clear) | set);
  }
}

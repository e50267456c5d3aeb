/** Base address registers: 32-bit, 64-bit, ports, and those that are absent or wrong. */
import { PciRange, PciRangeKind, readBaseAddress } from "./base-address.ts";
import { PCI_COMMAND, PciFunction, pciAddress } from "./config-space.ts";
import { FakeConfigSpace } from "./testing/fake-config-space.ts";

/** @test */
export function aMemoryRangeOf32Bits(): void {
  const space = new FakeConfigSpace();
  const device = space.add(pciAddress(0, 3, 0), 0x1041_1af4);
  device.words[4] = 0xfeb0_0008;
  device.writable[4] = 0xffff_c000;
  device.words[1] = 0x0010_0003;
  const found = new PciFunction(space, pciAddress(0, 3, 0));
  const range = new PciRange();
  readBaseAddress(found, 0, range);
  assert(range.kind === PciRangeKind.Memory);
  assert(range.address === 0xfeb0_0000);
  assert(range.size === 0x4000);
  assert(device.words[4] === 0xfeb0_0008, "the register is restored");
  assert(found.read16(PCI_COMMAND) === 3, "and so is decoding");
}

/** @test */
export function aMemoryRangeOf64Bits(): void {
  const space = new FakeConfigSpace();
  const device = space.add(pciAddress(0, 3, 0), 0x1041_1af4);
  device.words[8] = 0x0000_000c;
  device.words[9] = 0x0000_0080;
  device.writable[8] = 0xffff_c000;
  device.writable[9] = 0xffff_ffff;
  const range = new PciRange();
  readBaseAddress(new PciFunction(space, pciAddress(0, 3, 0)), 4, range);
  assert(range.kind === PciRangeKind.Memory);
  assert(range.address === 0x80_0000_0000);
  assert(range.size === 0x4000);
}

/** @test */
export function aPortRangeMayImplementOnly16Bits(): void {
  const space = new FakeConfigSpace();
  const device = space.add(pciAddress(0, 3, 0), 0x1000_1af4);
  device.words[4] = 0x0000_c001;
  device.writable[4] = 0x0000_ffe0;
  const range = new PciRange();
  readBaseAddress(new PciFunction(space, pciAddress(0, 3, 0)), 0, range);
  assert(range.kind === PciRangeKind.Port);
  assert(range.address === 0xc000);
  assert(range.size === 0x20);
}

/** @test */
export function absentAndImpossibleRegistersAreNone(): void {
  const space = new FakeConfigSpace();
  const device = space.add(pciAddress(0, 3, 0), 0x1041_1af4);
  // The last register cannot be the first half of a 64-bit one.
  device.words[9] = 0xfeb0_0004;
  device.writable[9] = 0xffff_f000;
  // Implemented, but the firmware gave it no address.
  device.writable[5] = 0xffff_f000;
  const found = new PciFunction(space, pciAddress(0, 3, 0));
  const range = new PciRange();
  readBaseAddress(found, 0, range);
  assert(range.kind === PciRangeKind.None);
  readBaseAddress(found, 1, range);
  assert(range.kind === PciRangeKind.None && range.size === 0x1000);
  readBaseAddress(found, 5, range);
  assert(range.kind === PciRangeKind.None);
  readBaseAddress(found, 255, range);
  assert(range.kind === PciRangeKind.None);
}

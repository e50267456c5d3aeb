/** Vendor capabilities as QEMU presents them, and as only a faulty or hostile device would. */
import { PciFunction } from "@typekraft/pci";
import { FakeConfigSpace } from "@typekraft/pci/testing";
import type { FakeFunction } from "@typekraft/pci/testing";
import { CapabilityReader, Structure } from "./capability.ts";

const ADDRESS: u32 = 0x1800;
const COMMON: u8 = 1;
const NOTIFY: u8 = 2;
const AT: u32 = 0x40;

/** A device with 16 KiB of memory at 0x80_fe00_0000 (registers 4 and 5), and ports in register 0. */
function prepare(space: FakeConfigSpace): FakeFunction {
  const device = space.add(ADDRESS, 0x1041_1af4);
  device.words[4] = 0x0000_c001;
  device.writable[4] = 0xffff_ffe0;
  device.words[8] = 0xfe00_000c;
  device.writable[8] = 0xffff_c000;
  device.words[9] = 0x80;
  device.writable[9] = 0xffff_ffff;
  return device;
}

/** Writes a capability at `AT`. */
function describe(device: FakeFunction, type: u8, bar: u8, offset: u32, length: u32): void {
  device.setByte(AT, 9);
  device.setByte(AT + 2, type === NOTIFY ? 20 : 16);
  device.setByte(AT + 3, type);
  device.setByte(AT + 4, bar);
  device.words[(AT + 8) / 4] = offset;
  device.words[(AT + 12) / 4] = length;
}

/** Whether the capability at `AT` is accepted. */
function accepts(space: FakeConfigSpace, into: Structure): boolean {
  const found = new PciFunction(space, ADDRESS);
  const reader = new CapabilityReader();
  return reader.read(found, AT, into);
}

/** @test */
export function aStructureInA64BitRange(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space);
  const into = new Structure();
  describe(device, COMMON, 4, 0x1000, 0x1000);
  assert(accepts(space, into));
  assert(into.type === COMMON && into.address === 0x80_fe00_1000 && into.length === 0x1000);
  describe(device, NOTIFY, 4, 0x3000, 0x1000);
  device.words[(AT + 16) / 4] = 4;
  assert(accepts(space, into));
  assert(into.notifyMultiplier === 4 && into.address === 0x80_fe00_3000);
}

/** @test */
export function structuresOutsideOfTheirRangeDoNotCount(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space);
  const into = new Structure();
  describe(device, COMMON, 4, 0x3000, 0x1001);
  assert(!accepts(space, into));
  describe(device, COMMON, 4, 0xffff_f000, 0x1000);
  assert(!accepts(space, into));
  describe(device, COMMON, 4, 0x1000, 0xffff_f000);
  assert(!accepts(space, into), "the end must not wrap around");
  describe(device, COMMON, 4, 0x3fff, 0);
  assert(!accepts(space, into));
}

/** @test */
export function structuresThatAreTooSmallDoNotCount(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space);
  const into = new Structure();
  describe(device, COMMON, 4, 0, 0x37);
  assert(!accepts(space, into));
  describe(device, COMMON, 4, 0, 0x38);
  assert(accepts(space, into));
  describe(device, NOTIFY, 4, 0, 1);
  assert(!accepts(space, into));
}

/** @test */
export function onlyMemoryRangesThatExistCount(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space);
  const into = new Structure();
  describe(device, COMMON, 0, 0, 0x38);
  assert(!accepts(space, into), "ports");
  describe(device, COMMON, 2, 0, 0x38);
  assert(!accepts(space, into), "not implemented");
  describe(device, COMMON, 6, 0, 0x38);
  assert(!accepts(space, into), "no such register");
  describe(device, COMMON, 255, 0, 0x38);
  assert(!accepts(space, into), "nor that");
}

/** @test */
export function capabilitiesThatAreCutOffDoNotCount(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space);
  const into = new Structure();
  describe(device, NOTIFY, 4, 0, 0x1000);
  device.setByte(AT + 2, 16);
  assert(!accepts(space, into), "without the multiplier");
  describe(device, COMMON, 4, 0, 0x1000);
  device.setByte(AT + 2, 15);
  assert(!accepts(space, into));
  describe(device, 5, 4, 0, 0x1000);
  assert(!accepts(space, into), "a type that we do not use");
  device.setByte(0xf4 + 2, 16);
  device.setByte(0xf4 + 3, COMMON);
  const found = new PciFunction(space, ADDRESS);
  const reader = new CapabilityReader();
  assert(!reader.read(found, 0xf4, into), "beyond the end of configuration space");
}

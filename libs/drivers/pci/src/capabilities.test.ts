/** The walk over capabilities: order, early end, rings, and lists that lead astray. */
import { PCI_CAP_ID_MSIX, findCapability, forEachCapability } from "./capabilities.ts";
import { PciFunction, pciAddress } from "./config-space.ts";
import { FakeConfigSpace } from "./testing/fake-config-space.ts";
import type { FakeFunction } from "./testing/fake-config-space.ts";

const ADDRESS: u32 = 0x1800;

function capability(device: FakeFunction, offset: u32, id: u8, next: u8): void {
  device.setByte(offset, id);
  device.setByte(offset + 1, next);
}

/** A function whose status says that it has capabilities, of which the first is at `first`. */
function prepare(space: FakeConfigSpace, first: u8): FakeFunction {
  const device = space.add(ADDRESS, 0x1041_1af4);
  device.words[1] = 0x0010_0000;
  device.setByte(0x34, first);
  return device;
}

/** @test */
export function theFirstOfAnIdIsFound(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space, 0x84);
  capability(device, 0x84, 9, 0x40);
  capability(device, 0x40, PCI_CAP_ID_MSIX, 0x60);
  capability(device, 0x60, PCI_CAP_ID_MSIX, 0);
  assert(pciAddress(0, 3, 0) === ADDRESS);
  const found = new PciFunction(space, ADDRESS);
  assert(findCapability(found, PCI_CAP_ID_MSIX) === 0x40);
  assert(findCapability(found, 9) === 0x84);
  assert(findCapability(found, 5) === 0);
}

/** @test */
export function withoutTheStatusBitThereAreNone(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space, 0x40);
  capability(device, 0x40, 9, 0);
  device.words[1] = 0;
  assert(findCapability(new PciFunction(space, ADDRESS), 9) === 0);
}

/** @test */
export function aRingIsLeftAfterAsManyAsThereCanBe(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space, 0x40);
  capability(device, 0x40, 9, 0x44);
  capability(device, 0x44, 9, 0x40);
  let visits: u32 = 0;
  forEachCapability(new PciFunction(space, ADDRESS), () => {
    visits++;
    return true;
  });
  assert(visits === 48);
}

/** @test */
export function aPointerIntoTheHeaderEndsTheList(): void {
  const space = new FakeConfigSpace();
  const device = prepare(space, 0x40);
  capability(device, 0x40, 9, 0x13);
  let visits: u32 = 0;
  forEachCapability(new PciFunction(space, ADDRESS), () => {
    visits++;
    return true;
  });
  assert(visits === 1);
}

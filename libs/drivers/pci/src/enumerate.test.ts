/** Enumeration against a fake configuration space: functions, bridges, rings of bridges. */
import { PciFunction, pciAddress } from "./config-space.ts";
import { forEachPciFunction } from "./enumerate.ts";
import { FakeConfigSpace } from "./testing/fake-config-space.ts";
import type { FakeFunction } from "./testing/fake-config-space.ts";

const NETWORK: u32 = 0x1041_1af4;
const BRIDGE: u32 = 0x1234_8086;

function addBridge(space: FakeConfigSpace, bus: u32, device: u32, secondary: u8): FakeFunction {
  const bridge = space.add(pciAddress(bus, device, 0), BRIDGE);
  bridge.setByte(0x0e, 1);
  bridge.setByte(0x19, secondary);
  return bridge;
}

function count(space: FakeConfigSpace): u32 {
  let found: u32 = 0;
  forEachPciFunction(space, () => {
    found++;
  });
  return found;
}

/** @test */
export function anEmptyMachineHasNoFunctions(): void {
  const space = new FakeConfigSpace();
  assert(count(space) === 0);
  assert(space.reads === 32, "one read a device of bus 0");
}

/** @test */
export function functionsBeyondTheFirstNeedTheMultiFunctionBit(): void {
  const space = new FakeConfigSpace();
  const first = space.add(pciAddress(0, 3, 0), NETWORK);
  space.add(pciAddress(0, 3, 5), NETWORK);
  assert(count(space) === 1);
  first.setByte(0x0e, 0x80);
  assert(count(space) === 2);
}

/** @test */
export function bridgesLeadToOtherBuses(): void {
  const space = new FakeConfigSpace();
  addBridge(space, 0, 1, 4);
  addBridge(space, 4, 0, 9);
  space.add(pciAddress(9, 31, 0), NETWORK);
  let bus: u32 = 0;
  let device: u32 = 0;
  forEachPciFunction(space, (found: PciFunction) => {
    if (found.read32(0) !== NETWORK) return;
    bus = found.bus;
    device = found.device;
  });
  assert(bus === 9 && device === 31);
}

/** @test */
export function bridgesInARingEndTheWalk(): void {
  const space = new FakeConfigSpace();
  addBridge(space, 0, 1, 1);
  addBridge(space, 1, 0, 0);
  addBridge(space, 1, 1, 1);
  assert(count(space) === 3);
}

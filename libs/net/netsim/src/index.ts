/**
 * A simulated network for the unit tests of protocols: seeded, on a virtual clock. Never part of an
 * image.
 */
export { Random } from "./random.ts";
export { SimClock } from "./sim-clock.ts";
export { SimLine } from "./sim-line.ts";
export { SimDevice, SIM_PACKETS } from "./sim-device.ts";
export { SimNetwork, SIM_LEFT_MAC, SIM_RIGHT_MAC } from "./sim-network.ts";
export { SimFrame } from "./sim-frame.ts";
export { mutate } from "./mutate.ts";
export { dumpFrame } from "./hex-dump.ts";

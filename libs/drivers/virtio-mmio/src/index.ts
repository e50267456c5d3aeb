/** The VIRTIO transport over memory-mapped registers; it registers what it finds at boot. */
export { discoverVirtioMmio } from "./discover.ts";
export { MmioDevice, forEachMmioDevice } from "./command-line.ts";
export { VirtioMmio } from "./transport.ts";

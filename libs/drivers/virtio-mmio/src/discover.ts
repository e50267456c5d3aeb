/**
 * Finds memory-mapped VIRTIO devices at boot, where the command line says they are, and enters them
 * in the registry.
 *
 * Source: VIRTIO 1.2 §4.2.3.1 (device initialization: magic, version, a device id of 0 means an
 * empty slot).
 *
 * @unsafe transports are placed on the heap; device registers
 */
import { heap } from "@typekraft/alloc";
import { hex } from "@typekraft/log";
import { commandLine, mapDevice } from "@typekraft/plat";
import { registerTransport } from "@typekraft/virtio";
import { forEachMmioDevice } from "./command-line.ts";
import type { MmioDevice } from "./command-line.ts";
import {
  VIRTIO_MMIO_MAGIC,
  VIRTIO_MMIO_VERSION,
  VIRTIO_MMIO_VERSION_LEGACY,
  VirtioMmioRegisters,
} from "./registers.ts";
import { VirtioMmio } from "./transport.ts";

/** Registers in front of the device's own configuration. */
const REGISTER_BYTES: u64 = 0x100;
/** More than any device has: a guard against a slip in the command line. */
const REGISTER_LIMIT: u64 = 0x10_0000;

/**
 * Registers every VIRTIO device that the command line names.
 * @init bus
 */
export function discoverVirtioMmio(): void {
  forEachMmioDevice(bytes(commandLine()), (device) => {
    probe(device);
  });
}

function probe(device: MmioDevice): void {
  const size = device.size;
  if (size < REGISTER_BYTES || size > REGISTER_LIMIT || device.address % 4 !== 0) {
    log`virtio-mmio: ${size} bytes at ${hex(device.address)}: not a device's registers`;
    return;
  }
  const at = mapDevice(phys(device.address), usize(size));
  if (at === virt(0)) {
    log`virtio-mmio: no memory to map the device at ${hex(device.address)}`;
    return;
  }
  const registers = objectAt<VirtioMmioRegisters>(at);
  if (registers.MagicValue !== VIRTIO_MMIO_MAGIC) {
    log`virtio-mmio: there is no device at ${hex(device.address)}`;
    return;
  }
  const version = registers.Version;
  if (version === VIRTIO_MMIO_VERSION_LEGACY) {
    if (registers.DeviceID === 0) return;
    log`virtio-mmio: the device at ${hex(device.address)} is legacy (version 1); start QEMU with -global virtio-mmio.force-legacy=false`;
    return;
  }
  if (version !== VIRTIO_MMIO_VERSION) {
    log`virtio-mmio: the device at ${hex(device.address)} has version ${version}, not ${VIRTIO_MMIO_VERSION}`;
    return;
  }
  if (registers.DeviceID === 0) return;
  register(at, usize(size), device.line);
}

function register(at: VirtAddr, size: usize, line: u32): void {
  const place = heap.allocate(sizeof<VirtioMmio>(), alignof<VirtioMmio>());
  if (place === virt(0)) {
    log`virtio-mmio: no memory for the device on interrupt line ${line}`;
    return;
  }
  if (!registerTransport(placeAt(place, new VirtioMmio(at, size, line)))) heap.release(place);
}

/**
 * Where transports put the devices that they found at boot (level `bus`), and drivers look for
 * theirs.
 *
 * Invariant: a device is handed out once. The table is fixed: a machine with more devices gets a
 * line on the console, and the devices behind the last slot do not exist.
 */
import type { VirtioTransport } from "./transport.ts";

/** Devices that the table holds. */
export const VIRTIO_DEVICES = 16;

const transports: FixedArray<VirtioTransport | null, 16> = fixedArray();

/** Enters a device that was found; false where the table is full. Context: the boot, at level `bus`. */
export function registerTransport(transport: VirtioTransport): boolean {
  for (let i = 0; i < VIRTIO_DEVICES; i++) {
    if (transports[i] === null) {
      transports[i] = transport;
      return true;
    }
  }
  log`virtio: more than ${VIRTIO_DEVICES} devices; device type ${transport.deviceType()} is ignored`;
  return false;
}

/**
 * The first device of this type (`VIRTIO_ID_…`) that no driver has taken; null where there is none.
 */
export function takeTransport(deviceType: u32): VirtioTransport | null {
  for (let i = 0; i < VIRTIO_DEVICES; i++) {
    const candidate = transports[i];
    if (candidate !== null && candidate.deviceType() === deviceType) {
      transports[i] = null;
      return candidate;
    }
  }
  return null;
}

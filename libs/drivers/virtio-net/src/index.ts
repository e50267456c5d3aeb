/**
 * The driver of VIRTIO network devices, and the provider of @typekraft/netdev.
 *
 * @unsafe the device is placed on the heap
 */
import { heap } from "@typekraft/alloc";
import { config } from "@typekraft/config";
import type { NetDevice } from "@typekraft/netdev";
import { VIRTIO_ID_NETWORK, heapMemory, takeTransport } from "@typekraft/virtio";
import type { VirtioTransport } from "@typekraft/virtio";
import { VirtioNet } from "./device.ts";
import { startNet } from "./start.ts";

export { VirtioNet } from "./device.ts";
export { startNet } from "./start.ts";

declare module "@typekraft/config" {
  interface Config {
    /** Entries of the receive ring. */
    readonly LIB_VIRTIO_NET_RX: u32;
    /** Entries of the transmit ring. */
    readonly LIB_VIRTIO_NET_TX: u32;
  }
}

/**
 * Starts the first network device that no one has taken; null where there is none or it cannot be
 * used.
 * Context: after the boot's level `bus`. Allocates.
 */
export function openNetDevice(): NetDevice | null {
  const transport = takeTransport(VIRTIO_ID_NETWORK);
  if (transport === null) return null;
  const at = heap.allocate(
    sizeof<VirtioNet<VirtioTransport>>(),
    alignof<VirtioNet<VirtioTransport>>(),
  );
  if (at === virt(0)) {
    log`virtio-net: no memory for the device`;
    return null;
  }
  const device = placeAt(at, new VirtioNet<VirtioTransport>(transport));
  const receiveSize = u16(config.LIB_VIRTIO_NET_RX);
  const transmitSize = u16(config.LIB_VIRTIO_NET_TX);
  return startNet(device, heapMemory, receiveSize, transmitSize) ? device : null;
}

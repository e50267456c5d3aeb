/**
 * VIRTIO: transports, initialisation, split virtqueues, and the registry of devices found at boot.
 */
export * from "./constants.ts";
export * from "./initialise.ts";
export * from "./memory.ts";
export * from "./open-queue.ts";
export * from "./queue-layout.ts";
export * from "./registry.ts";
export * from "./transport.ts";
export * from "./virtqueue.ts";

/** The other side of VIRTIO drivers, for their tests. */
export * from "./arena.ts";
export * from "./fake-queue.ts";
export * from "./fake-transport.ts";
export * from "./random.ts";

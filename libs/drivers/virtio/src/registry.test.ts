/** The registry of devices: each is handed out once, by type, in the order of discovery. */
import { VIRTIO_F_VERSION_1, VIRTIO_ID_BLOCK, VIRTIO_ID_NETWORK } from "./constants.ts";
import { VIRTIO_DEVICES, registerTransport, takeTransport } from "./registry.ts";
import { FakeTransport } from "./testing/fake-transport.ts";

const network = new FakeTransport();
const block = new FakeTransport();

/** @test */
export function aDeviceIsHandedOutOnce(): void {
  network.prepare(VIRTIO_ID_NETWORK, 8, VIRTIO_F_VERSION_1);
  block.prepare(VIRTIO_ID_BLOCK, 8, VIRTIO_F_VERSION_1);
  assert(takeTransport(VIRTIO_ID_NETWORK) === null);
  assert(registerTransport(block) && registerTransport(network));
  const taken = takeTransport(VIRTIO_ID_NETWORK);
  assert(taken !== null && taken.deviceType() === VIRTIO_ID_NETWORK);
  assert(takeTransport(VIRTIO_ID_NETWORK) === null);
  assert(takeTransport(VIRTIO_ID_BLOCK) !== null);
}

/** @test */
export function aFullTableRefuses(): void {
  network.prepare(VIRTIO_ID_NETWORK, 8, VIRTIO_F_VERSION_1);
  for (let i = 0; i < VIRTIO_DEVICES; i++) assert(registerTransport(network));
  assert(!registerTransport(network));
  assert(takeTransport(VIRTIO_ID_NETWORK) !== null);
  assert(registerTransport(network));
}

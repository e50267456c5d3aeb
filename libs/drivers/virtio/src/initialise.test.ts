/** Initialisation against a fake device, which asserts the order of the steps itself. */
import {
  VIRTIO_F_EVENT_IDX,
  VIRTIO_F_VERSION_1,
  VIRTIO_ID_NETWORK,
  VIRTIO_STATUS_FAILED,
} from "./constants.ts";
import { VirtioError, beginDevice, failDevice, finishDevice } from "./initialise.ts";
import { FakeTransport } from "./testing/fake-transport.ts";

const MODERN: u64 = VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX;
const fake = new FakeTransport();

/** @test */
export function aDeviceGoesFromResetToRunning(): void {
  fake.prepare(VIRTIO_ID_NETWORK, 8, MODERN | 0x23);
  const [features, error] = beginDevice(fake, VIRTIO_F_EVENT_IDX | 0x41);
  assert(error === VirtioError.None);
  assert(features === (MODERN | 1), "what both want, and VERSION_1");
  assert(fake.accepted === features);
  assert(fake.resets === 1);
  assert(!fake.running());
  assert(finishDevice(fake) === VirtioError.None);
  assert(fake.running());
}

/** @test */
export function aLegacyDeviceIsRefused(): void {
  fake.prepare(VIRTIO_ID_NETWORK, 8, VIRTIO_F_EVENT_IDX);
  const [features, error] = beginDevice(fake, VIRTIO_F_EVENT_IDX);
  assert(error === VirtioError.Legacy && features === 0);
  assert((fake.currentStatus & VIRTIO_STATUS_FAILED) !== 0);
}

/** @test */
export function featuresThatAreRefusedEndIt(): void {
  fake.prepare(VIRTIO_ID_NETWORK, 8, MODERN);
  fake.refuseFeatures = true;
  const [features, error] = beginDevice(fake, VIRTIO_F_EVENT_IDX);
  assert(error === VirtioError.FeaturesRefused && features === 0);
  assert((fake.currentStatus & VIRTIO_STATUS_FAILED) !== 0);
}

/** @test */
export function aDeviceStuckInResetEndsIt(): void {
  fake.prepare(VIRTIO_ID_NETWORK, 8, MODERN);
  fake.stuckInReset = true;
  const [features, error] = beginDevice(fake, 0);
  assert(error === VirtioError.ResetTimeout && features === 0);
}

/** @test */
export function aDeviceThatDoesNotStartIsNoticed(): void {
  fake.prepare(VIRTIO_ID_NETWORK, 8, MODERN);
  const [features, error] = beginDevice(fake, 0);
  assert(error === VirtioError.None && features === VIRTIO_F_VERSION_1);
  fake.refuseStart = true;
  assert(finishDevice(fake) === VirtioError.NotRunning);
  failDevice(fake);
  assert(!fake.running());
}

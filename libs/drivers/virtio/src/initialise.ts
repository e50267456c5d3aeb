/**
 * Takes a device from reset to running: the status sequence and the agreement on features.
 *
 * Mechanism: `beginDevice` does steps 1–6 (reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK and
 * its check); the driver then sets up its queues (step 7) and calls `finishDevice` (step 8).
 * Whoever gives up calls `failDevice`.
 * Source: VIRTIO 1.2 §3.1.1.
 */
import {
  VIRTIO_F_ACCESS_PLATFORM,
  VIRTIO_F_VERSION_1,
  VIRTIO_STATUS_ACKNOWLEDGE,
  VIRTIO_STATUS_DRIVER,
  VIRTIO_STATUS_DRIVER_OK,
  VIRTIO_STATUS_FAILED,
  VIRTIO_STATUS_FEATURES_OK,
} from "./constants.ts";
import type { VirtioTransport } from "./transport.ts";

/** Why a device cannot be used. */
export enum VirtioError {
  None,
  /** It did not come out of reset. */
  ResetTimeout,
  /** It does not offer VIRTIO_F_VERSION_1: a legacy device. */
  Legacy,
  /** It rejected a set of features that it had offered. */
  FeaturesRefused,
  /** It reports that it needs a reset, or took back a status bit. */
  NotRunning,
}

/** Reads of the status, of about a microsecond each, before a reset counts as failed. */
const RESET_POLLS = 100_000;

/** Resets the device; whether it came out of it. Afterwards it touches no memory of ours. */
export function resetDevice<T extends VirtioTransport>(transport: T): boolean {
  transport.setStatus(0);
  for (let polls = 0; polls < RESET_POLLS; polls++) {
    if (transport.status() === 0) return true;
  }
  return false;
}

/**
 * Resets the device and agrees on features: of what it offers those in `wanted`,
 * VIRTIO_F_VERSION_1 and VIRTIO_F_ACCESS_PLATFORM. Gives them back; they are 0 with an error, and
 * the device is left in the FAILED state.
 */
export function beginDevice<T extends VirtioTransport>(
  transport: T,
  wanted: u64,
): [u64, VirtioError] {
  if (!resetDevice(transport)) return [0, VirtioError.ResetTimeout];
  transport.setStatus(VIRTIO_STATUS_ACKNOWLEDGE);
  transport.setStatus(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
  const offered = transport.deviceFeatures();
  if ((offered & VIRTIO_F_VERSION_1) === 0) {
    failDevice(transport);
    return [0, VirtioError.Legacy];
  }
  const agreed = offered & (wanted | VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
  transport.setDriverFeatures(agreed);
  transport.setStatus(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK);
  if ((transport.status() & VIRTIO_STATUS_FEATURES_OK) === 0) {
    failDevice(transport);
    return [0, VirtioError.FeaturesRefused];
  }
  return [agreed, VirtioError.None];
}

/** Sets DRIVER_OK: from now on the device uses the queues. */
export function finishDevice<T extends VirtioTransport>(transport: T): VirtioError {
  const running =
    VIRTIO_STATUS_ACKNOWLEDGE |
    VIRTIO_STATUS_DRIVER |
    VIRTIO_STATUS_FEATURES_OK |
    VIRTIO_STATUS_DRIVER_OK;
  transport.setStatus(running);
  return transport.status() === running ? VirtioError.None : VirtioError.NotRunning;
}

/** Tells the device that the driver has given up on it. */
export function failDevice<T extends VirtioTransport>(transport: T): void {
  transport.setStatus(transport.status() | VIRTIO_STATUS_FAILED);
}

/** For messages. */
export function virtioErrorText(error: VirtioError): str {
  switch (error) {
    case VirtioError.None:
      return "no error";
    case VirtioError.ResetTimeout:
      return "the device does not come out of reset";
    case VirtioError.Legacy:
      return "the device speaks only the legacy protocol (VIRTIO_F_VERSION_1 is missing)";
    case VirtioError.FeaturesRefused:
      return "the device refuses the features that it offered";
    case VirtioError.NotRunning:
      return "the device does not accept DRIVER_OK";
    default:
      return "unknown error";
  }
}

/**
 * Allocates a virtqueue, lays it out and hands it to the device.
 *
 * Source: VIRTIO 1.2 §4.1.5.1.3, §4.2.3.2 (queue set-up), §2.7.
 *
 * @unsafe zeroes the memory that the rings go into
 */
import type { DmaMemory } from "./memory.ts";
import {
  VIRTQ_ALIGNMENT,
  availableOffset,
  ownBytes,
  queueBytes,
  usedOffset,
} from "./queue-layout.ts";
import { QueueAddresses } from "./transport.ts";
import type { VirtioTransport } from "./transport.ts";
import type { Virtqueue } from "./virtqueue.ts";

/** Why a queue cannot be used. */
export enum QueueError {
  None,
  /** The device has no queue of this number. */
  Missing,
  NoMemory,
  /** The device does not accept it. */
  Refused,
}

/** Pointers are 8 bytes. */
const OWN_ALIGNMENT = 8;

/** The largest power of two that is not above `limit`; 0 for 0. */
export function floorPowerOfTwo(limit: u16): u16 {
  return limit === 0 ? 0 : u16(1) << (15 - clz<u16>(limit));
}

/**
 * Makes `queue` usable as the device's queue `index`, with `wantedSize` entries or as many as the
 * device allows. `features` are those agreed on.
 */
export function openQueue<Owner, T extends VirtioTransport>(
  queue: Virtqueue<Owner>,
  transport: T,
  index: u16,
  wantedSize: u16,
  features: u64,
  memory: DmaMemory,
): QueueError {
  const limit = transport.queueLimit(index);
  const size = floorPowerOfTwo(wantedSize < limit ? wantedSize : limit);
  if (size === 0) return QueueError.Missing;
  const shared = memory.allocate(queueBytes(size), VIRTQ_ALIGNMENT);
  const own = memory.allocate(ownBytes(size), OWN_ALIGNMENT);
  if (shared === virt(0) || own === virt(0)) return QueueError.NoMemory;
  fillBytes(sliceAt<u8>(shared, queueBytes(size)), 0);
  queue.lay(size, shared, own, features);
  const addresses = new QueueAddresses();
  addresses.descriptors = memory.deviceAddress(shared);
  addresses.driver = memory.deviceAddress(shared + availableOffset(size));
  addresses.device = memory.deviceAddress(shared + usedOffset(size));
  return transport.activateQueue(index, size, addresses, queue.doorbell)
    ? QueueError.None
    : QueueError.Refused;
}

/** For messages. */
export function queueErrorText(error: QueueError): str {
  switch (error) {
    case QueueError.None:
      return "no error";
    case QueueError.Missing:
      return "the device lacks the queue";
    case QueueError.NoMemory:
      return "no memory for the rings";
    case QueueError.Refused:
      return "the device refuses the queue or its interrupt";
    default:
      return "unknown error";
  }
}

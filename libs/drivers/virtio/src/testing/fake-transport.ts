/**
 * A VIRTIO device that is only memory: the other side of drivers in tests.
 *
 * It follows the rules of §3.1 as a device has to, asserts that the driver does too (order of
 * status bits, queues before DRIVER_OK, no feature that was not offered), and can be told to
 * misbehave. Nothing happens by itself: a test plays the device through `queues`.
 */
import {
  VIRTIO_F_EVENT_IDX,
  VIRTIO_F_VERSION_1,
  VIRTIO_STATUS_ACKNOWLEDGE,
  VIRTIO_STATUS_DRIVER,
  VIRTIO_STATUS_DRIVER_OK,
  VIRTIO_STATUS_FAILED,
  VIRTIO_STATUS_FEATURES_OK,
} from "../constants.ts";
import type { Doorbell, QueueAddresses, VirtioTransport } from "../transport.ts";
import { Arena } from "./arena.ts";
import { FakeQueue } from "./fake-queue.ts";

export const FAKE_QUEUES = 2;
const CONFIG_BYTES = 64;

/** See the head of the file. */
export class FakeTransport implements VirtioTransport {
  readonly arena: Arena = new Arena();
  readonly queues: FixedArray<FakeQueue, 2> = fixedArray();
  readonly config: FixedArray<u8, 64> = fixedArray();
  type: u32 = 0;
  offered: u64 = VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX;
  accepted: u64 = 0;
  currentStatus: u8 = 0;
  resets: u32 = 0;
  acknowledged: u32 = 0;
  latched: boolean = false;
  // How it misbehaves.
  refuseFeatures: boolean = false;
  refuseQueues: boolean = false;
  refuseInterrupts: boolean = false;
  refuseStart: boolean = false;
  stuckInReset: boolean = false;

  /** A device of this type, with queues of at most `limit` entries, as after power-on. */
  prepare(type: u32, limit: u16, features: u64): void {
    this.arena.reset();
    for (let i = 0; i < FAKE_QUEUES; i++) this.clearQueue(i, limit);
    for (let i = 0; i < CONFIG_BYTES; i++) this.config[i] = 0;
    this.type = type;
    this.offered = features;
    this.accepted = 0;
    this.currentStatus = 0;
    this.resets = 0;
    this.acknowledged = 0;
    this.latched = false;
    this.refuseFeatures = false;
    this.refuseQueues = false;
    this.refuseInterrupts = false;
    this.refuseStart = false;
    this.stuckInReset = false;
  }

  /** Whether the device would use its queues. */
  running(): boolean {
    const stopped = (this.currentStatus & VIRTIO_STATUS_FAILED) !== 0;
    return !stopped && (this.currentStatus & VIRTIO_STATUS_DRIVER_OK) !== 0;
  }

  deviceType(): u32 {
    return this.type;
  }

  deviceFeatures(): u64 {
    assert((this.currentStatus & VIRTIO_STATUS_DRIVER) !== 0, "features before DRIVER");
    return this.offered;
  }

  setDriverFeatures(features: u64): void {
    assert((features & ~this.offered) === 0, "a feature that was not offered");
    assert((this.currentStatus & VIRTIO_STATUS_FEATURES_OK) === 0, "features after FEATURES_OK");
    this.accepted = features;
  }

  status(): u8 {
    return this.stuckInReset ? VIRTIO_STATUS_FAILED : this.currentStatus;
  }

  setStatus(status: u8): void {
    if (status === 0) {
      this.resets++;
      this.currentStatus = 0;
      for (let i = 0; i < FAKE_QUEUES; i++) this.queues[i].active = false;
      return;
    }
    assert((this.currentStatus & ~status) === 0, "a status bit was taken back without a reset");
    const added = status & ~this.currentStatus;
    if ((added & VIRTIO_STATUS_DRIVER) !== 0) {
      assert((this.currentStatus & VIRTIO_STATUS_ACKNOWLEDGE) !== 0, "DRIVER before ACKNOWLEDGE");
    }
    if ((added & VIRTIO_STATUS_FEATURES_OK) !== 0) {
      assert((this.currentStatus & VIRTIO_STATUS_DRIVER) !== 0, "FEATURES_OK before DRIVER");
    }
    if ((added & VIRTIO_STATUS_DRIVER_OK) !== 0) {
      const ready = (this.currentStatus & VIRTIO_STATUS_FEATURES_OK) !== 0;
      assert(ready, "DRIVER_OK before FEATURES_OK");
    }
    let kept = status;
    if (this.refuseFeatures) kept &= ~VIRTIO_STATUS_FEATURES_OK;
    if (this.refuseStart) kept &= ~VIRTIO_STATUS_DRIVER_OK;
    this.currentStatus = kept;
  }

  configGeneration(): u32 {
    return 0;
  }

  readConfig8(offset: u32): u8 {
    return this.config[offset];
  }

  readConfig16(offset: u32): u16 {
    assert(offset % 2 === 0, "configuration is read in aligned pieces");
    return u16(this.config[offset]) | (u16(this.config[offset + 1]) << 8);
  }

  readConfig32(offset: u32): u32 {
    assert(offset % 4 === 0, "configuration is read in aligned pieces");
    return u32(this.readConfig16(offset)) | (u32(this.readConfig16(offset + 2)) << 16);
  }

  queueLimit(index: u16): u16 {
    return index < FAKE_QUEUES ? this.queues[index].limit : 0;
  }

  enableInterrupts(): boolean {
    return !this.refuseInterrupts;
  }

  activateQueue(index: u16, size: u16, addresses: QueueAddresses, doorbell: Doorbell): boolean {
    assert((this.currentStatus & VIRTIO_STATUS_FEATURES_OK) !== 0, "a queue before FEATURES_OK");
    assert((this.currentStatus & VIRTIO_STATUS_DRIVER_OK) === 0, "a queue after DRIVER_OK");
    if (this.refuseQueues || index >= FAKE_QUEUES) return false;
    const queue = this.queues[index];
    assert(size <= queue.limit, "the queue is larger than the device allows");
    queue.eventIndex = (this.accepted & VIRTIO_F_EVENT_IDX) !== 0;
    queue.activate(this.arena, size, addresses, doorbell, index);
    return true;
  }

  interruptIsLatched(): boolean {
    return this.latched;
  }

  acknowledgeInterrupt(): void {
    this.acknowledged++;
  }

  private clearQueue(index: usize, limit: u16): void {
    const queue = this.queues[index];
    queue.limit = limit;
    queue.size = 0;
    queue.active = false;
    queue.taken = 0;
    queue.used = 0;
    queue.signalled = 0;
    queue.interrupts = 0;
    queue.lies = false;
  }
}

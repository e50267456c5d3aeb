/**
 * The split virtqueue against a fake device: order, wrap-around, exhaustion, suppression, and a
 * device that lies.
 */
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_VERSION_1, VIRTIO_ID_NETWORK } from "./constants.ts";
import { beginDevice, finishDevice } from "./initialise.ts";
import { QueueError, floorPowerOfTwo, openQueue } from "./open-queue.ts";
import { eventPassed, queueBytes, usedOffset } from "./queue-layout.ts";
import { FakeTransport } from "./testing/fake-transport.ts";
import type { FakeQueue } from "./testing/fake-queue.ts";
import { Virtqueue, VirtqueueFault } from "./virtqueue.ts";

/** What stands behind a buffer in these tests. */
class Token {
  value: u32 = 0;
}

const fake = new FakeTransport();
const tokens: FixedArray<Token, 16> = fixedArray();
const BUFFER: u32 = 256;

/** Starts the fake device and opens queue 0 with at most `size` entries. */
function open(queue: Virtqueue<Token>, size: u16, features: u64): FakeQueue {
  fake.prepare(VIRTIO_ID_NETWORK, size, VIRTIO_F_VERSION_1 | features);
  const [agreed] = beginDevice(fake, features);
  assert(openQueue(queue, fake, 0, size, agreed, fake.arena) === QueueError.None);
  finishDevice(fake);
  return fake.queues[0];
}

/** Adds token `index` with a fresh buffer that the device writes. */
function add(queue: Virtqueue<Token>, index: usize): boolean {
  tokens[index].value = u32(index);
  const at = fake.arena.allocate(usize(BUFFER), 16);
  return queue.add(fake.arena.deviceAddress(at), BUFFER, true, tokens[index]);
}

/** @test */
export function buffersComeBackWithTheirOwnerAndLength(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  assert(queue.take() === null);
  assert(add(queue, 1) && add(queue, 2));
  assert(device.pending() === 2);
  assert(device.next());
  const first = device.id;
  assert(device.writable && device.buffer().length === usize(BUFFER));
  assert(device.next());
  // Out of order: the second first.
  device.complete(u32(device.id), 17);
  device.complete(u32(first), BUFFER);
  const second = queue.take();
  assert(second !== null && second.value === 2);
  assert(queue.takenLength === 17);
  const last = queue.take();
  assert(last !== null && last.value === 1);
  assert(queue.takenLength === BUFFER);
  assert(queue.take() === null && queue.free === 4);
}

/** @test */
export function aFullRingRefusesAndStaysWhole(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  for (let i = 0; i < 4; i++) assert(add(queue, i));
  assert(!add(queue, 4));
  assert(queue.free === 0 && queue.inFlight === 4 && device.pending() === 4);
  assert(device.next());
  device.complete(u32(device.id), 1);
  assert(!add(queue, 4), "until the entry is taken");
  assert(queue.take() !== null);
  assert(add(queue, 4));
}

/** @test */
export function indicesWrapAt65536(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  const at = fake.arena.deviceAddress(fake.arena.allocate(64, 16));
  for (let round: u32 = 0; round < 70_000; round++) {
    const token = tokens[round % 3];
    token.value = round;
    assert(queue.add(at, 64, true, token));
    assert(device.next());
    device.complete(u32(device.id), round % 65);
    const taken = queue.take();
    assert(taken !== null && taken.value === round);
    assert(queue.takenLength === round % 65);
  }
  assert(device.used === 70_000 - 65_536);
  assert(queue.free === 4 && queue.fault === VirtqueueFault.None);
}

/** @test */
export function theEventIndexSuppressesNotifications(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 8, VIRTIO_F_EVENT_IDX);
  queue.notify();
  assert(!device.rung(), "nothing was added");
  assert(add(queue, 0) && add(queue, 1));
  queue.notify();
  assert(device.rung() && queue.notifications === 1, "one notification for both");
  assert(add(queue, 2));
  queue.notify();
  assert(!device.rung(), "the event lies behind");
  device.setAvailEvent(4);
  assert(add(queue, 3));
  queue.notify();
  assert(!device.rung(), "not yet");
  assert(add(queue, 4));
  queue.notify();
  assert(device.rung(), "now the index passed 4");
}

/** @test */
export function theFlagsSuppressNotificationsWithoutTheEventIndex(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 8, 0);
  device.setNoNotify(true);
  assert(add(queue, 0));
  queue.notify();
  assert(!device.rung());
  device.setNoNotify(false);
  assert(add(queue, 1));
  queue.notify();
  assert(device.rung());
}

/** Serves one buffer; whether that raised an interrupt. */
function raises(queue: Virtqueue<Token>, device: FakeQueue): boolean {
  assert(add(queue, 0) && device.next());
  const before = device.interrupts;
  device.complete(u32(device.id), 1);
  assert(queue.hasUsed());
  assert(queue.take() !== null && !queue.hasUsed());
  return device.interrupts !== before;
}

/** @test */
export function anInterruptComesOnceForEachRequest(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  assert(!raises(queue, device), "none unless asked for");
  queue.requestInterrupt();
  assert(raises(queue, device));
  for (let i = 0; i < 1000; i++) assert(!raises(queue, device));
  queue.requestInterrupt();
  assert(raises(queue, device));
}

/** @test */
export function interruptsFollowTheFlagWithoutTheEventIndex(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, 0);
  assert(!raises(queue, device));
  queue.requestInterrupt();
  assert(raises(queue, device) && raises(queue, device));
  queue.suppressInterrupts();
  assert(!raises(queue, device));
}

/** @test */
export function anIdOutOfRangeIsAFault(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  assert(add(queue, 0) && device.next());
  device.complete(4, 1);
  assert(queue.take() === null);
  assert(queue.fault === VirtqueueFault.BadId);
  assert(!add(queue, 1), "the queue is out of use");
}

/** @test */
export function anIdThatTheDeviceDoesNotHaveIsAFault(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  assert(add(queue, 0) && add(queue, 1) && device.next());
  const id = u32(device.id);
  device.complete(id, 1);
  device.complete(id, 1);
  assert(queue.take() !== null);
  assert(queue.take() === null);
  assert(queue.fault === VirtqueueFault.NotInFlight);
}

/** @test */
export function moreBytesThanTheBufferHasAreAFault(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  assert(add(queue, 0) && device.next());
  device.complete(u32(device.id), BUFFER + 1);
  assert(queue.take() === null);
  assert(queue.fault === VirtqueueFault.BadLength);
}

/** @test */
export function aUsedIndexAheadOfWhatTheDeviceHasIsAFault(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  assert(add(queue, 0));
  device.setUsedIndex(2);
  assert(queue.take() === null);
  assert(queue.fault === VirtqueueFault.IndexAhead);
}

/** @test */
export function theLengthOfASentBufferConcernsNobody(): void {
  const queue = new Virtqueue<Token>();
  const device = open(queue, 4, VIRTIO_F_EVENT_IDX);
  const at = fake.arena.deviceAddress(fake.arena.allocate(64, 16));
  assert(queue.add(at, 64, false, tokens[0]));
  assert(device.next() && !device.writable);
  device.complete(u32(device.id), 5000);
  assert(queue.take() !== null);
}

/** @test */
export function openingFailsByName(): void {
  const queue = new Virtqueue<Token>();
  fake.prepare(VIRTIO_ID_NETWORK, 8, VIRTIO_F_VERSION_1);
  const [features] = beginDevice(fake, 0);
  assert(openQueue(queue, fake, 2, 8, features, fake.arena) === QueueError.Missing);
  fake.arena.limit = 100;
  assert(openQueue(queue, fake, 0, 8, features, fake.arena) === QueueError.NoMemory);
  fake.arena.reset();
  fake.refuseQueues = true;
  assert(openQueue(queue, fake, 0, 8, features, fake.arena) === QueueError.Refused);
}

/** @test */
export function sizesAndEvents(): void {
  assert(floorPowerOfTwo(0) === 0 && floorPowerOfTwo(1) === 1);
  assert(floorPowerOfTwo(63) === 32 && floorPowerOfTwo(64) === 64);
  assert(floorPowerOfTwo(65_535) === 32_768);
  assert(usedOffset(1) === 24 && queueBytes(1) === 38);
  assert(usedOffset(64) % 4 === 0);
  assert(eventPassed(0, 1, 0) && !eventPassed(1, 1, 0) && !eventPassed(0, 2, 1));
  assert(eventPassed(65_535, 0, 65_535) && eventPassed(2, 5, 65_000));
}

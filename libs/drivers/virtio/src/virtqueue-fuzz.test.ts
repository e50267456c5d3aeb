/**
 * Long random exchanges between the virtqueue and the fake device, honest and hostile. The seeds
 * are fixed, so a failure comes again.
 */
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_VERSION_1, VIRTIO_ID_NETWORK } from "./constants.ts";
import { beginDevice, finishDevice } from "./initialise.ts";
import { QueueError, openQueue } from "./open-queue.ts";
import { FakeTransport } from "./testing/fake-transport.ts";
import type { FakeQueue } from "./testing/fake-queue.ts";
import { Random } from "./testing/random.ts";
import { Virtqueue, VirtqueueFault } from "./virtqueue.ts";

const SIZE: u16 = 8;
const SEEDS: u64 = 40;
const STEPS = 4000;
const BUFFER: u32 = 64;

class Token {
  inFlight: boolean = false;
}

/** Descriptors that the device has taken and not completed. */
class Held {
  readonly ids: FixedArray<u16, 8> = fixedArray();
  count: usize = 0;
}

const fake = new FakeTransport();
const tokens: FixedArray<Token, 16> = fixedArray();

function open(queue: Virtqueue<Token>, features: u64): FakeQueue {
  fake.prepare(VIRTIO_ID_NETWORK, SIZE, VIRTIO_F_VERSION_1 | features);
  const [agreed] = beginDevice(fake, features);
  assert(openQueue(queue, fake, 0, SIZE, agreed, fake.arena) === QueueError.None);
  finishDevice(fake);
  for (let i = 0; i < 16; i++) tokens[i].inFlight = false;
  return fake.queues[0];
}

function addOne(queue: Virtqueue<Token>, at: DmaAddr, random: Random): void {
  const token = tokens[random.below(16)];
  if (token.inFlight) return;
  const room = queue.free !== 0;
  assert(queue.add(at, BUFFER, true, token) === room, "add succeeds exactly where there is room");
  if (room) token.inFlight = true;
}

/** Completes one of the held buffers, in any order. */
function completeOne(device: FakeQueue, held: Held, random: Random): void {
  if (held.count === 0) return;
  const choice = random.below(held.count);
  const id = held.ids[choice];
  held.count--;
  held.ids[choice] = held.ids[held.count];
  device.complete(u32(id), u32(random.below(u64(BUFFER) + 1)));
}

function honest(seed: u64): void {
  const random = new Random(seed);
  const queue = new Virtqueue<Token>();
  const device = open(queue, random.oneIn(2) ? VIRTIO_F_EVENT_IDX : 0);
  const at = fake.arena.deviceAddress(fake.arena.allocate(usize(BUFFER), 16));
  const held = new Held();
  for (let step = 0; step < STEPS; step++) {
    switch (random.below(5)) {
      case 0:
        addOne(queue, at, random);
        break;
      case 1:
        if (device.next()) {
          held.ids[held.count] = device.id;
          held.count++;
        }
        break;
      case 2:
        completeOne(device, held, random);
        break;
      case 3: {
        const token = queue.take();
        if (token === null) break;
        assert(token.inFlight, "an owner comes back once");
        token.inFlight = false;
        break;
      }
      default:
        queue.notify();
        if (random.oneIn(3)) queue.requestInterrupt();
        break;
    }
    assert(queue.fault === VirtqueueFault.None);
    assert(u64(queue.inFlight) >= held.count);
  }
}

/**
 * The device writes anything; the queue may only stop, and never gives an owner that the device did
 * not have.
 */
function hostile(seed: u64): void {
  const random = new Random(seed);
  const queue = new Virtqueue<Token>();
  const device = open(queue, VIRTIO_F_EVENT_IDX);
  const at = fake.arena.deviceAddress(fake.arena.allocate(usize(BUFFER), 16));
  for (let step = 0; step < 200; step++) {
    if (queue.fault === VirtqueueFault.None) addOne(queue, at, random);
    if (random.oneIn(3)) device.complete(u32(random.below(10)), u32(random.below(80)));
    if (random.oneIn(20)) device.setUsedIndex(u16(random.next()));
    if (random.oneIn(10)) device.setAvailEvent(u16(random.next()));
    const token = queue.take();
    if (token !== null) {
      assert(token.inFlight, "an owner comes back once");
      assert(queue.takenLength <= BUFFER);
      token.inFlight = false;
    }
    queue.notify();
    if (queue.fault !== VirtqueueFault.None) break;
  }
  if (queue.fault !== VirtqueueFault.None) {
    assert(queue.take() === null && !queue.add(at, BUFFER, true, tokens[0]));
  }
}

/** @test */
export function randomExchangesKeepTheInvariants(): void {
  for (let seed: u64 = 1; seed <= SEEDS; seed++) honest(seed * 0x9e37_79b9);
}

/** @test */
export function randomLiesStopTheQueueAndNothingElse(): void {
  for (let seed: u64 = 1; seed <= SEEDS * 10; seed++) hostile(seed * 0x9e37_79b9);
}

/**
 * Random traffic and random lies: no packet is ever lost, given twice, or longer than its buffer.
 * The seeds are fixed, so a failure comes again.
 */
import { PACKET_CAPACITY, PACKET_HEADROOM, Packet } from "@typekraft/netdev";
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_VERSION_1, VIRTIO_ID_NETWORK } from "@typekraft/virtio";
import { FakeTransport, Random } from "@typekraft/virtio/testing";
import { VirtioNet } from "./device.ts";
import { startNet } from "./start.ts";

const SIZE: u16 = 8;
const HELD = 8;
const fake = new FakeTransport();

/** Packets that the program has. */
class Held {
  readonly packets: FixedArray<Packet | null, 8> = fixedArray();
  count: usize = 0;

  add(packet: Packet): void {
    for (let i = 0; i < this.count; i++) assert(this.packets[i] !== packet, "a packet given twice");
    this.packets[this.count] = packet;
    this.count++;
  }

  take(random: Random): Packet | null {
    if (this.count === 0) return null;
    const choice = random.below(this.count);
    const packet = this.packets[choice];
    this.count--;
    this.packets[choice] = this.packets[this.count];
    return packet;
  }
}

function program(net: VirtioNet<FakeTransport>, held: Held, random: Random): void {
  if (held.count < HELD && random.oneIn(2)) {
    const packet = random.oneIn(2) ? net.receive() : net.allocatePacket();
    if (packet !== null) {
      assert(packet.start === PACKET_HEADROOM);
      assert(packet.length <= PACKET_CAPACITY - PACKET_HEADROOM);
      held.add(packet);
    }
  }
  if (random.oneIn(2)) {
    const packet = held.take(random);
    if (packet !== null) {
      packet.length = random.below(1501);
      if (random.oneIn(3) || !net.transmit(packet)) net.releasePacket(packet);
    }
  }
  if (random.oneIn(4)) net.flush();
  if (random.oneIn(8)) net.armReceive();
}

function device(random: Random): void {
  const queue = fake.queues[random.below(2)];
  if (!queue.active || !queue.next()) return;
  const buffer = queue.buffer();
  if (queue.writable) fillBytes(buffer, u8(random.next() & 0xff));
  queue.complete(u32(queue.id), queue.writable ? u32(12 + random.below(1501)) : 0);
}

function lie(random: Random): void {
  const queue = fake.queues[random.below(2)];
  if (!queue.active) return;
  queue.lies = true;
  const choice = random.below(4);
  if (choice < 2) queue.complete(u32(random.below(12)), u32(random.below(4000)));
  else if (choice === 2) queue.setUsedIndex(u16(random.next() & 0xffff));
  else queue.setAvailEvent(u16(random.next() & 0xffff));
}

function start(net: VirtioNet<FakeTransport>, features: u64): void {
  fake.prepare(VIRTIO_ID_NETWORK, SIZE, VIRTIO_F_VERSION_1 | features);
  assert(startNet(net, fake.arena, SIZE, SIZE));
}

/** @test */
export function randomTrafficLosesNoPacket(): void {
  for (let seed: u64 = 1; seed <= 30; seed++) {
    const random = new Random(seed * 0x9e37_79b9);
    const net = new VirtioNet<FakeTransport>(fake);
    start(net, seed % 2 === 0 ? VIRTIO_F_EVENT_IDX : 0);
    const held = new Held();
    for (let step = 0; step < 5000; step++) {
      program(net, held, random);
      device(random);
      const rings = usize(net.receiveQueue.inFlight) + usize(net.transmitQueue.inFlight);
      assert(rings + net.pool.free + held.count === net.pool.total);
    }
    assert(!net.stopped);
  }
}

/** @test */
export function randomLiesLoseNoPacketEither(): void {
  for (let seed: u64 = 1; seed <= 300; seed++) {
    const random = new Random(seed * 0x9e37_79b9);
    const net = new VirtioNet<FakeTransport>(fake);
    start(net, VIRTIO_F_EVENT_IDX);
    const held = new Held();
    for (let step = 0; step < 300; step++) {
      program(net, held, random);
      if (random.oneIn(50)) lie(random);
      else device(random);
      const rings = usize(net.receiveQueue.inFlight) + usize(net.transmitQueue.inFlight);
      assert(rings + net.pool.free + held.count === net.pool.total);
    }
  }
}

/**
 * Sending and receiving through a fake device: header fields, ownership, batching, interrupts,
 * exhaustion.
 */
import { PACKET_CAPACITY, PACKET_HEADROOM } from "@typekraft/netdev";
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_VERSION_1, VIRTIO_ID_NETWORK } from "@typekraft/virtio";
import { FakeTransport } from "@typekraft/virtio/testing";
import { VirtioNet } from "./device.ts";
import { startNet } from "./start.ts";
import { VirtioNetHeader, VIRTIO_NET_F_CSUM, VIRTIO_NET_F_GUEST_CSUM } from "./wire.ts";

const FEATURES: u64 =
  VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | VIRTIO_NET_F_CSUM | VIRTIO_NET_F_GUEST_CSUM;
const fake = new FakeTransport();

/** Starts `net` with rings of `size` entries. */
function start(net: VirtioNet<FakeTransport>, size: u16): void {
  fake.prepare(VIRTIO_ID_NETWORK, 256, FEATURES);
  assert(startNet(net, fake.arena, size, size));
  assert(fake.queues[0].rung());
}

/**
 * The device delivers a frame of `length` bytes, each of which is `fill`, with these header flags.
 */
function deliver(length: usize, fill: u8, flags: u8): void {
  const queue = fake.queues[0];
  assert(queue.next());
  const buffer = queue.buffer();
  const header = overlay<VirtioNetHeader>(buffer, 0);
  header.flags = flags;
  header.gso_type = 0;
  header.num_buffers = toLe16(1);
  fillBytes(buffer.sub(12, length), fill);
  queue.complete(u32(queue.id), u32(12 + length));
}

/** Queues one packet of `length` bytes; whether that worked. */
function send(net: VirtioNet<FakeTransport>, length: usize): boolean {
  const packet = net.allocatePacket();
  if (packet === null) return false;
  packet.length = length;
  if (net.transmit(packet)) return true;
  net.releasePacket(packet);
  return false;
}

/** The device sends all that it was given, and says so. */
function sendAll(): u32 {
  const queue = fake.queues[1];
  let count: u32 = 0;
  while (queue.next()) {
    queue.complete(u32(queue.id), 0);
    count++;
  }
  return count;
}

/** @test */
export function aFrameIsReceivedWithoutACopy(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  assert(net.receive() === null);
  deliver(60, 0x77, 0);
  const packet = net.receive();
  assert(packet !== null);
  assert(packet.start === PACKET_HEADROOM && packet.length === 60);
  assert(!packet.checksumValid);
  const data = fake.arena.slice(dma(u64(packet.device) + u64(packet.start)), packet.length);
  assert(data[0] === 0x77 && data[59] === 0x77);
  net.releasePacket(packet);
}

/** @test */
export function verifiedAndPartialChecksumsAreValid(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  deliver(60, 0, 1);
  deliver(60, 0, 2);
  deliver(60, 0, 4);
  for (let i = 0; i < 3; i++) {
    const packet = net.receive();
    assert(packet !== null && packet.checksumValid === i < 2);
  }
}

/** @test */
export function theHeaderOfASentFrameIsInItsHeadRoom(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  const packet = net.allocatePacket();
  assert(packet !== null);
  packet.start = 12;
  packet.length = 100;
  assert(net.transmit(packet));
  const queue = fake.queues[1];
  assert(queue.next() && !queue.writable);
  assert(queue.buffer().length === 112);
  const header = overlay<VirtioNetHeader>(queue.buffer(), 0);
  assert(header.flags === 0 && header.gso_type === 0);
  assert(fromLe16(header.csum_start) === 0 && fromLe16(header.num_buffers) === 0);
}

/** @test */
export function aChecksumThatTheDeviceFillsInIsDescribed(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  const packet = net.allocatePacket();
  assert(packet !== null);
  packet.length = 54;
  packet.checksumNeeded = true;
  packet.checksumStart = 34;
  packet.checksumOffset = 16;
  assert(net.transmit(packet));
  const queue = fake.queues[1];
  assert(queue.next());
  const header = overlay<VirtioNetHeader>(queue.buffer(), 0);
  assert(header.flags === 1);
  assert(fromLe16(header.csum_start) === 34 && fromLe16(header.csum_offset) === 16);
}

/** @test panics the checksum lies in the packet */
export function aChecksumBehindThePacketIsTheCallersMistake(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  const packet = net.allocatePacket();
  assert(packet !== null);
  packet.length = 50;
  packet.checksumNeeded = true;
  packet.checksumStart = 34;
  packet.checksumOffset = 16;
  net.transmit(packet);
}

/** @test panics the packet lies in its buffer */
export function aPacketWithoutRoomForTheHeaderIsTheCallersMistake(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  const packet = net.allocatePacket();
  assert(packet !== null);
  packet.start = 11;
  packet.length = 60;
  net.transmit(packet);
}

/** @test panics the packet lies in its buffer */
export function aPacketBeyondItsBufferIsTheCallersMistake(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  const packet = net.allocatePacket();
  assert(packet !== null);
  packet.start = PACKET_CAPACITY;
  packet.length = 1;
  net.transmit(packet);
}

/** @test */
export function aBatchCostsOneNotification(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 16);
  const queue = fake.queues[1];
  for (let i = 0; i < 10; i++) assert(send(net, 60));
  assert(!queue.rung() && queue.pending() === 10);
  net.flush();
  assert(queue.rung());
  assert(net.transmitQueue.notifications === 1);
  net.flush();
  assert(!queue.rung(), "nothing new");
}

/** @test */
export function sentPacketsReturnToThePool(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 8);
  const before = net.pool.free;
  for (let round = 0; round < 1000; round++) {
    while (send(net, 100)) {}
    net.flush();
    assert(sendAll() !== 0);
    net.flush();
    assert(net.pool.free === before);
  }
}

/** @test */
export function aFullRingIsReclaimedWithoutAFlush(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 8);
  let sent: u32 = 0;
  while (send(net, 100)) sent++;
  assert(sent === 8);
  assert(!send(net, 100));
  assert(sendAll() === 8);
  assert(send(net, 100));
}

/** @test */
export function roomForSendingIsAnEventForThoseWhoWaitForIt(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 8);
  while (send(net, 100)) {}
  const queue = fake.queues[1];
  assert(net.armReceive());
  assert(sendAll() === 8);
  assert(queue.interrupts === 1, "the first completion interrupts");
  assert(!net.armReceive(), "and there is room now");
  assert(net.armReceive());
  assert(send(net, 100) && sendAll() === 1);
  assert(queue.interrupts === 1, "nobody waits for this one");
}

/** @test */
export function armingSeesWhatCameBefore(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  fake.latched = true;
  net.latched = true;
  assert(net.armReceive());
  assert(fake.acknowledged === 1);
  deliver(60, 1, 0);
  assert(fake.queues[0].interrupts === 1);
  assert(!net.armReceive());
  const packet = net.receive();
  assert(packet !== null);
  net.releasePacket(packet);
  deliver(60, 1, 0);
  const second = net.receive();
  assert(second !== null);
  net.releasePacket(second);
  assert(net.armReceive());
  deliver(60, 1, 0);
  assert(fake.queues[0].interrupts === 2);
}

/** @test */
export function theReceiveRingIsRefilledInABurst(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 8);
  for (let i = 0; i < 1000; i++) {
    deliver(60, u8(i & 0xff), 0);
    const packet = net.receive();
    assert(packet !== null);
    net.releasePacket(packet);
  }
  assert(fake.queues[0].pending() >= 4);
}

/** @test */
export function hoardedPacketsLeaveSomeForSending(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 16);
  let received: u32 = 0;
  for (;;) {
    if (fake.queues[0].pending() === 0) break;
    deliver(60, 1, 0);
    assert(net.receive() !== null);
    net.flush();
    received++;
  }
  assert(received === 28, "32 packets, of which 4 are kept");
  assert(send(net, 60));
}

/** @test */
export function framesShorterThanTheirHeaderAreDropped(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  deliver(13, 0, 0);
  deliver(0, 0, 0);
  deliver(14, 0, 0);
  const packet = net.receive();
  assert(packet !== null && packet.length === 14);
  assert(net.dropped === 2);
}

/** @test */
export function aUsedEntryOutOfRangeStopsTheDevice(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  const packet = net.allocatePacket();
  assert(packet !== null);
  fake.queues[0].complete(0xffff_ffff, 60);
  assert(net.receive() === null);
  assert(net.stopped && !fake.running(), "it was reset");
  assert(net.armReceive(), "the caller may sleep");
  packet.length = 60;
  assert(!net.transmit(packet), "and keeps its packet");
  net.flush();
  assert(net.receive() === null);
}

/** @test */
export function aCompletionOfNothingStopsTheDevice(): void {
  const net = new VirtioNet<FakeTransport>(fake);
  start(net, 4);
  assert(send(net, 60));
  net.flush();
  fake.queues[1].complete(3, 0);
  net.flush();
  assert(net.stopped && !fake.running());
}

/**
 * Starting the driver on a fake device: features, address, MTU, memory, and every way to be
 * refused.
 */
import { VIRTIO_F_EVENT_IDX, VIRTIO_F_VERSION_1, VIRTIO_ID_NETWORK } from "@typekraft/virtio";
import { FakeTransport } from "@typekraft/virtio/testing";
import { VirtioNet } from "./device.ts";
import { startNet } from "./start.ts";
import {
  VIRTIO_NET_F_CSUM,
  VIRTIO_NET_F_MAC,
  VIRTIO_NET_F_MTU,
  VIRTIO_NET_F_STATUS,
} from "./wire.ts";

const FEATURES: u64 = VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | VIRTIO_NET_F_MAC;
const fake = new FakeTransport();

function prepare(features: u64): void {
  fake.prepare(VIRTIO_ID_NETWORK, 256, features);
  for (let i: u8 = 0; i < 6; i++) fake.config[i] = 0x50 + i;
}

function setMtu(mtu: u16): void {
  fake.config[10] = u8(mtu & 0xff);
  fake.config[11] = u8(mtu >> 8);
}

/** @test */
export function theDeviceIsStartedAndItsReceiveRingIsFull(): void {
  prepare(FEATURES | VIRTIO_NET_F_CSUM | 0x1_0000_0000_0000);
  const net = new VirtioNet<FakeTransport>(fake);
  assert(startNet(net, fake.arena, 16, 8));
  assert(fake.running());
  assert(fake.accepted === (FEATURES | VIRTIO_NET_F_CSUM), "nothing that we do not know");
  assert(fake.queues[0].size === 16 && fake.queues[1].size === 8);
  assert(fake.queues[0].pending() === 16 && fake.queues[1].pending() === 0);
  assert(fake.queues[0].rung(), "the device is told of the buffers");
  assert(net.checksumOffload() && net.mtu() === 1500);
  const mac = fixedArray<u8, 6>();
  net.macAddress(mac.slice());
  assert(mac[0] === 0x50 && mac[5] === 0x55);
}

/** @test */
export function receiveBuffersHoldAWholeFrame(): void {
  prepare(FEATURES);
  const net = new VirtioNet<FakeTransport>(fake);
  assert(startNet(net, fake.arena, 4, 4));
  const queue = fake.queues[0];
  while (queue.next()) {
    assert(queue.writable);
    assert(queue.buffer().length >= 12 + 14 + 1500, "VIRTIO 1.2 §5.1.6.3.1");
  }
}

/** @test */
export function aSmallerMtuIsTaken(): void {
  prepare(FEATURES | VIRTIO_NET_F_MTU);
  setMtu(1280);
  const net = new VirtioNet<FakeTransport>(fake);
  assert(startNet(net, fake.arena, 4, 4));
  assert(net.mtu() === 1280 && (fake.accepted & VIRTIO_NET_F_MTU) !== 0);
}

/** @test */
export function anMtuThatOurBuffersCannotHoldIsNotAccepted(): void {
  prepare(FEATURES | VIRTIO_NET_F_MTU);
  setMtu(9000);
  const large = new VirtioNet<FakeTransport>(fake);
  assert(startNet(large, fake.arena, 4, 4));
  assert(large.mtu() === 1500 && (fake.accepted & VIRTIO_NET_F_MTU) === 0);
  prepare(FEATURES | VIRTIO_NET_F_MTU);
  setMtu(67);
  const tiny = new VirtioNet<FakeTransport>(fake);
  assert(startNet(tiny, fake.arena, 4, 4));
  assert(tiny.mtu() === 1500 && (fake.accepted & VIRTIO_NET_F_MTU) === 0);
}

/** @test */
export function withoutAnAddressALocalOneIsUsed(): void {
  prepare(FEATURES & ~VIRTIO_NET_F_MAC);
  const net = new VirtioNet<FakeTransport>(fake);
  assert(startNet(net, fake.arena, 4, 4));
  assert(net.mac[0] === 2);
}

/** @test */
export function aLinkThatIsDownIsNoError(): void {
  prepare(FEATURES | VIRTIO_NET_F_STATUS);
  const net = new VirtioNet<FakeTransport>(fake);
  assert(startNet(net, fake.arena, 4, 4));
}

/** Whether the prepared device is refused, and left alone afterwards. */
function isRefused(): boolean {
  const net = new VirtioNet<FakeTransport>(fake);
  const started = startNet(net, fake.arena, 4, 4);
  assert(net.stopped !== started);
  assert(started || net.armReceive(), "a device that never started lets the caller sleep");
  const packet = net.allocatePacket();
  assert(net.receive() === null && (started || packet === null || !net.transmit(packet)));
  return !started && !fake.running();
}

/** @test */
export function everyRefusalLeavesTheDeviceStopped(): void {
  prepare(VIRTIO_F_EVENT_IDX);
  assert(isRefused(), "legacy");
  prepare(FEATURES);
  fake.refuseFeatures = true;
  assert(isRefused(), "features");
  prepare(FEATURES);
  fake.refuseInterrupts = true;
  assert(isRefused(), "no interrupt");
  prepare(FEATURES);
  fake.refuseQueues = true;
  assert(isRefused(), "queues");
  prepare(FEATURES);
  fake.refuseStart = true;
  assert(isRefused(), "DRIVER_OK");
  prepare(FEATURES);
  fake.arena.limit = 8192;
  assert(isRefused(), "memory");
  prepare(FEATURES);
  fake.queues[1].limit = 0;
  assert(isRefused(), "no transmit queue");
}

/**
 * Starts a VIRTIO network device: features, address, queues, packets.
 *
 * Source: VIRTIO 1.2 §5.1.5 (device initialization), §5.1.4.2 (an MTU below 68 is the device's
 * mistake, one above what our buffers hold must not be accepted).
 */
import { PACKET_CAPACITY, PACKET_HEADROOM } from "@typekraft/netdev";
import {
  QueueError,
  VIRTIO_F_EVENT_IDX,
  VirtioError,
  beginDevice,
  failDevice,
  finishDevice,
  openQueue,
  queueErrorText,
  virtioErrorText,
} from "@typekraft/virtio";
import type { DmaMemory, VirtioTransport } from "@typekraft/virtio";
import type { VirtioNet } from "./device.ts";
import {
  ETHERNET_HEADER_BYTES,
  ETHERNET_MTU,
  MTU_MINIMUM,
  RECEIVE_QUEUE,
  TRANSMIT_QUEUE,
  VIRTIO_NET_CONFIG_MAC,
  VIRTIO_NET_CONFIG_MTU,
  VIRTIO_NET_CONFIG_STATUS,
  VIRTIO_NET_F_CSUM,
  VIRTIO_NET_F_GUEST_CSUM,
  VIRTIO_NET_F_MAC,
  VIRTIO_NET_F_MTU,
  VIRTIO_NET_F_STATUS,
  VIRTIO_NET_S_LINK_UP,
} from "./wire.ts";

const WANTED: u64 =
  VIRTIO_NET_F_CSUM |
  VIRTIO_NET_F_GUEST_CSUM |
  VIRTIO_NET_F_MTU |
  VIRTIO_NET_F_MAC |
  VIRTIO_NET_F_STATUS |
  VIRTIO_F_EVENT_IDX;
/** The largest MTU whose frames fit a packet. */
const MTU_LIMIT: u16 = u16(PACKET_CAPACITY - PACKET_HEADROOM - ETHERNET_HEADER_BYTES);
/** One packet in so many of the pool is kept for sending. */
const RESERVE_SHARE = 8;
const GENERATION_TRIES = 16;

/**
 * Starts `device` with rings of at most these sizes and as many packets as both have entries.
 * False, with a line on the console, where that fails.
 * Context: once for a device. Takes memory that is never given back.
 */
export function startNet<T extends VirtioTransport>(
  device: VirtioNet<T>,
  memory: DmaMemory,
  receiveSize: u16,
  transmitSize: u16,
): boolean {
  const transport = device.transport;
  const [features, refused] = agreeOnFeatures(transport);
  if (refused !== VirtioError.None) {
    log`virtio-net: ${virtioErrorText(refused)}`;
    return false;
  }
  device.features = features;
  readConfiguration(device);
  if (!transport.enableInterrupts()) {
    failDevice(transport);
    log`virtio-net: the machine offers no interrupt for the device`;
    return false;
  }
  device.latched = transport.interruptIsLatched();
  let error = openQueue(
    device.receiveQueue,
    transport,
    RECEIVE_QUEUE,
    receiveSize,
    features,
    memory,
  );
  if (error === QueueError.None) {
    error = openQueue(
      device.transmitQueue,
      transport,
      TRANSMIT_QUEUE,
      transmitSize,
      features,
      memory,
    );
  }
  const packets = usize(device.receiveQueue.size) + usize(device.transmitQueue.size);
  if (error === QueueError.None && !device.pool.fill(packets, memory)) error = QueueError.NoMemory;
  if (error !== QueueError.None) {
    failDevice(transport);
    log`virtio-net: ${queueErrorText(error)}`;
    return false;
  }
  device.reserve = packets / RESERVE_SHARE;
  device.refillAt = device.receiveQueue.size / 2;
  const refusedStart = finishDevice(transport);
  if (refusedStart !== VirtioError.None) {
    failDevice(transport);
    log`virtio-net: ${virtioErrorText(refusedStart)}`;
    return false;
  }
  device.stopped = false;
  device.refill();
  return true;
}

/**
 * Takes what the device offers, and begins again without the MTU where it is one that must not be
 * accepted.
 */
function agreeOnFeatures<T extends VirtioTransport>(transport: T): [u64, VirtioError] {
  const [features, error] = beginDevice(transport, WANTED);
  if (error !== VirtioError.None || (features & VIRTIO_NET_F_MTU) === 0) return [features, error];
  const mtu = transport.readConfig16(VIRTIO_NET_CONFIG_MTU);
  if (mtu >= MTU_MINIMUM && mtu <= MTU_LIMIT) return [features, error];
  return beginDevice(transport, WANTED & ~VIRTIO_NET_F_MTU);
}

/** Reads address, MTU and link state, again while the device is changing them. */
function readConfiguration<T extends VirtioTransport>(device: VirtioNet<T>): void {
  const transport = device.transport;
  const features = device.features;
  for (let tries = 0; tries < GENERATION_TRIES; tries++) {
    const before = transport.configGeneration();
    for (let i: u32 = 0; i < 6; i++) {
      const offered = (features & VIRTIO_NET_F_MAC) !== 0;
      device.mac[i] = offered ? transport.readConfig8(VIRTIO_NET_CONFIG_MAC + i) : localMacByte(i);
    }
    device.linkMtu = ETHERNET_MTU;
    if ((features & VIRTIO_NET_F_MTU) !== 0) {
      const mtu = transport.readConfig16(VIRTIO_NET_CONFIG_MTU);
      if (mtu >= MTU_MINIMUM && mtu < ETHERNET_MTU) device.linkMtu = mtu;
    }
    if (transport.configGeneration() === before) break;
  }
  if ((features & VIRTIO_NET_F_STATUS) === 0) return;
  const status = transport.readConfig16(VIRTIO_NET_CONFIG_STATUS);
  if ((status & VIRTIO_NET_S_LINK_UP) === 0) log`virtio-net: the link is down`;
}

/**
 * Of the locally administered address for a device that has none (§5.1.5 asks for a random one),
 * from the counter.
 */
function localMacByte(index: u32): u8 {
  return index === 0 ? 0x02 : u8(rdtsc() >> 4);
}

/**
 * A network device at one end of a simulated cable, with a pool of its own, as a driver has.
 *
 * It checks what drivers rely on: a packet is released or transmitted once, by its owner; a frame
 * fits into the buffer; `packetsInUse` shows leaks.
 */
import { type NetDevice, PACKET_CAPACITY, Packet } from "@typekraft/netdev";
import { NO_DEADLINE } from "@typekraft/plat";
import {
  checksumFinish,
  checksumSum,
  extendPacket,
  macToBytes,
  packetData,
  resetPacket,
} from "@typekraft/wire";
import { dumpFrame } from "./hex-dump.ts";
import { SimClock } from "./sim-clock.ts";
import { SimLine } from "./sim-line.ts";

/** Packets of one device. */
export const SIM_PACKETS: usize = 128;

export class SimDevice implements NetDevice {
  /** Whether `checksumOffload` is offered, and whether received packets count as verified. */
  offload: boolean = false;
  trustReceived: boolean = false;
  /** Refuses the next so many frames, as a full ring does, then counts down to none. */
  refuseNext: u32 = 0;
  /** Frames that arrived while all packets were in use. */
  overruns: u64 = 0;
  transmitted: u64 = 0;
  received: u64 = 0;
  /** Calls of `flush`, each of which would be an exit to the hypervisor. */
  flushes: u64 = 0;
  /** Prints each frame that is received or transmitted. */
  trace: boolean = false;

  private name: str = "";
  private mac: u64 = 0;
  private clock: SimClock | null = null;
  private outgoing: SimLine | null = null;
  private incoming: SimLine | null = null;
  private readonly packets: FixedArray<Packet, 128> = fixedArray();
  private readonly taken: FixedArray<boolean, 128> = fixedArray();
  private readonly storage: FixedArray<u8, 212992> = fixedArray();
  private free: Packet | null = null;
  private inUse: usize = 0;

  /** Connects it, with all packets free and everything above reset. */
  join(name: str, mac: u64, clock: SimClock, outgoing: SimLine, incoming: SimLine): void {
    staticAssert(SIM_PACKETS * PACKET_CAPACITY === 212992);
    this.name = name;
    this.mac = mac;
    this.clock = clock;
    this.outgoing = outgoing;
    this.incoming = incoming;
    this.offload = false;
    this.trustReceived = false;
    this.refuseNext = 0;
    this.overruns = 0;
    this.transmitted = 0;
    this.received = 0;
    this.flushes = 0;
    this.trace = false;
    this.free = null;
    this.inUse = 0;
    const storage = this.storage.slice();
    for (let i = 0; i < SIM_PACKETS; i++) {
      const packet = this.packets[i];
      packet.base = storage.sub(i * PACKET_CAPACITY, PACKET_CAPACITY).addr;
      packet.next = this.free;
      this.free = packet;
      this.taken[i] = false;
    }
  }

  /** Packets that somebody owns: 0 when nothing has leaked. */
  packetsInUse(): usize {
    return this.inUse;
  }

  macAddress(into: Slice<u8>): void {
    macToBytes(this.mac, into);
  }

  mtu(): usize {
    return 1500;
  }

  checksumOffload(): boolean {
    return this.offload;
  }

  allocatePacket(): Packet | null {
    const packet = this.free;
    if (packet === null) return null;
    this.free = packet.next;
    resetPacket(packet);
    this.taken[this.indexOf(packet)] = true;
    this.inUse++;
    return packet;
  }

  releasePacket(packet: Packet): void {
    const index = this.indexOf(packet);
    assert(this.taken[index], "packet released twice");
    this.taken[index] = false;
    this.inUse--;
    packet.next = this.free;
    this.free = packet;
  }

  transmit(packet: Packet): boolean {
    assert(this.taken[this.indexOf(packet)], "packet transmitted after its release");
    if (this.refuseNext !== 0) {
      this.refuseNext--;
      return false;
    }
    const data = packetData(packet);
    if (packet.checksumNeeded) fillInChecksum(packet, data);
    const line = this.outgoing;
    const clock = this.clock;
    assert(line !== null && clock !== null, "device not joined");
    if (line === null || clock === null) return false;
    if (this.trace) dumpFrame(this.name, "sends", data);
    line.send(data, clock.nowNs());
    this.transmitted++;
    this.releasePacket(packet);
    return true;
  }

  flush(): void {
    this.flushes++;
  }

  receive(): Packet | null {
    const line = this.incoming;
    const clock = this.clock;
    if (line === null || clock === null) return null;
    for (;;) {
      const frame = line.arrived(clock.nowNs());
      if (frame.length === 0) return null;
      const packet = this.allocatePacket();
      if (packet === null) {
        this.overruns++;
        line.remove();
        continue;
      }
      copyBytes(extendPacket(packet, frame.length), frame);
      line.remove();
      if (this.trace) dumpFrame(this.name, "receives", packetData(packet));
      packet.checksumValid = this.trustReceived;
      this.received++;
      return packet;
    }
  }

  armReceive(): boolean {
    const line = this.incoming;
    const clock = this.clock;
    if (line === null || clock === null) return true;
    const due = line.nextDueNs();
    return due === NO_DEADLINE || due > clock.nowNs();
  }

  /**
   * Puts raw bytes (1 to 1536) on the line towards this device, as if the other side had sent them.
   */
  inject(frame: Slice<u8>): void {
    const line = this.incoming;
    const clock = this.clock;
    assert(line !== null && clock !== null, "device not joined");
    if (line !== null && clock !== null) line.send(frame, clock.nowNs());
  }

  private indexOf(packet: Packet): usize {
    const first = u64(this.storage.slice().addr);
    const at = u64(packet.base);
    assert(at >= first && at < first + SIM_PACKETS * PACKET_CAPACITY, "packet of another device");
    return (at - first) / PACKET_CAPACITY;
  }
}

/**
 * What a device with VIRTIO_NET_F_CSUM does: sums all from `checksumStart` on, the pseudo-header's
 * sum included.
 */
function fillInChecksum(packet: Packet, data: Slice<u8>): void {
  const start = usize(packet.checksumStart);
  const at = start + packet.checksumOffset;
  assert(at + 2 <= data.length, "checksum field outside of the frame");
  const sum = checksumFinish(checksumSum(data.sub(start), 0));
  viewAs<be16>(data.sub(at, 2))[0] = sum;
}

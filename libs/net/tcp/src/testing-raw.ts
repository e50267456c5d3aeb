/** For tests of single segments: the left host has a stack, and the test itself plays the peer on the right. */
import type { IpProtocol } from "@typekraft/ip";
import type { Packet } from "@typekraft/netdev";
import {
  PROTOCOL_TCP,
  checksumFinish,
  checksumSum,
  extendPacket,
  packetData,
  pseudoHeaderSum,
  pushHeader,
} from "@typekraft/wire";
import { Connection, TcpState } from "./connection.ts";
import {
  ACK,
  NO_SCALE,
  SYN,
  Segment,
  TCP_HEADER_BYTES,
  TcpHeader,
  emitSynOptions,
  parseSegment,
  synOptionBytes,
} from "./header.ts";
import { LEFT, RIGHT, inState, left, leftIp, network, rightIp, startLeft } from "./testing.ts";

/** What the stack has sent. */
class Heard {
  readonly segment = new Segment();
  bytes: usize = 0;
  readonly data: FixedArray<u8, 1600> = fixedArray();
}

/** The test as a TCP peer: it hears segments and says some, exactly as told. */
export class RawPeer implements IpProtocol {
  /** What `say` fills in. */
  localPort: u16 = 0;
  remotePort: u16 = 0;
  seq: u32 = 1000;
  ack: u32 = 0;
  window: u16 = 8192;
  mss: u16 = 1460;
  scale: u8 = NO_SCALE;
  private readonly ring: FixedArray<Heard, 64> = fixedArray();
  private first: usize = 0;
  count: usize = 0;
  /** Does not listen: what the stack sends is gone. */
  deaf = false;

  start(seed: u64): void {
    startLeft(seed);
    rightIp.setProtocol(PROTOCOL_TCP, this);
    this.turn();
  }

  receive(packet: Packet, source: u32, destination: u32): void {
    const data = packetData(packet);
    const sum = pseudoHeaderSum(source, destination, PROTOCOL_TCP, u16(data.length));
    assert(checksumFinish(checksumSum(data, sum)) === htons(0), "a wrong checksum was sent");
    if (this.deaf) {
      rightIp.release(packet);
      return;
    }
    assert(this.count < 64, "the peer hears too much");
    const heard = this.ring[(this.first + this.count) % 64];
    heard.bytes = data.length;
    copyBytes(heard.data.slice(), data);
    const good = parseSegment(heard.data.slice().sub(0, data.length), heard.segment);
    assert(good, "a malformed segment was sent");
    this.count++;
    rightIp.release(packet);
  }

  endOfBatch(): void {}

  /** The oldest segment that has not been heard yet, which must exist; valid until 63 more have come. */
  hear(): Segment {
    assert(this.count > 0, "nothing was sent");
    const heard = this.ring[this.first];
    this.first = (this.first + 1) % 64;
    this.count--;
    return heard.segment;
  }

  /** Exactly one segment was sent since the last look, and it is this one. */
  hearOnly(): Segment {
    this.turn();
    assert(this.count === 1, "not exactly one segment was sent");
    return this.hear();
  }

  /** Nothing was sent. */
  silence(): void {
    this.turn();
    assert(this.count === 0, "something was sent");
  }

  forget(): void {
    this.turn();
    this.count = 0;
  }

  /** Sends a segment with these flags and payload, and lets the stack handle it. */
  say(flags: u8, data: Slice<u8>): void {
    const packet = rightIp.allocate();
    assert(packet !== null);
    let optionBytes = 0;
    if ((flags & SYN) !== 0) {
      optionBytes = synOptionBytes(this.scale);
      emitSynOptions(extendPacket(packet, optionBytes), this.mss, this.scale);
    }
    copyBytes(extendPacket(packet, data.length), data);
    const header = overlay<TcpHeader>(pushHeader(packet, TCP_HEADER_BYTES), 0);
    header.sourcePort = htons(this.localPort);
    header.destinationPort = htons(this.remotePort);
    header.sequenceNumber = htonl(this.seq);
    header.acknowledgmentNumber = htonl(this.ack);
    header.dataOffset = u8(((TCP_HEADER_BYTES + optionBytes) / 4) << 4);
    header.controlBits = flags;
    header.window = htons(this.window);
    header.urgentPointer = htons(0);
    header.checksum = htons(0);
    const sum = pseudoHeaderSum(RIGHT, LEFT, PROTOCOL_TCP, u16(packet.length));
    header.checksum = checksumFinish(checksumSum(packetData(packet), sum));
    rightIp.send(packet, PROTOCOL_TCP, RIGHT, LEFT);
    this.turn();
  }

  /** Sends a segment without payload. */
  sayBare(flags: u8): void {
    this.say(flags, bytes(""));
  }

  /** Sends an arbitrary segment: the bytes of header and payload as they are. */
  sayBytes(segment: Slice<u8>): void {
    const packet = rightIp.allocate();
    assert(packet !== null);
    copyBytes(extendPacket(packet, segment.length), segment);
    rightIp.send(packet, PROTOCOL_TCP, RIGHT, LEFT);
    this.turn();
  }

  /** Lets both hosts handle what is on the cable, and the stack end its batch. */
  turn(): void {
    for (;;) {
      const leftBusy = leftIp.poll();
      left.endOfBatch();
      const rightBusy = rightIp.poll();
      if (!leftBusy && !rightBusy && network.inFlight() === 0) break;
    }
  }

  /** Lets time pass for the stack, deadline by deadline. */
  wait(durationNs: u64): void {
    const untilNs = network.clock.nowNs() + durationNs;
    for (;;) {
      this.turn();
      const next = left.nextDeadlineNs();
      if (next > untilNs) break;
      network.clock.advanceTo(next);
      left.runTimers();
    }
    network.clock.advanceTo(untilNs);
    this.turn();
  }

  /** Opens a connection from the stack to the peer: it is in SYN-SENT, its SYN has been heard. */
  startActive(): Connection {
    const [c] = left.connect(RIGHT, 80);
    assert(c !== null);
    const syn = this.hearOnly();
    assert(syn.flags === SYN && inState(c, TcpState.SynSent));
    this.localPort = 80;
    this.remotePort = syn.remotePort;
    this.ack = wrapAdd(syn.seq, u32(1));
    return c;
  }

  /** An established connection, opened by the stack; the peer's sequence numbers are ready to go on. */
  establish(): Connection {
    const c = this.startActive();
    this.sayBare(SYN | ACK);
    this.seq++;
    const answer = this.hearOnly();
    assert(answer.flags === ACK && answer.ack === this.seq && answer.seq === this.ack);
    assert(inState(c, TcpState.Established));
    return c;
  }
}

export const peer = new RawPeer();

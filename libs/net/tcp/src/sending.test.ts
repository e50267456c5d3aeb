/** Tests of the sender with single segments: windows, probes, retransmission, pushing, giving up. */
import type { Packet } from "@typekraft/netdev";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import { ACK, FIN, PSH, RST } from "./header.ts";
import { peer } from "./testing-raw.ts";
import {
  MS,
  SECOND,
  inState,
  left,
  leftCore,
  leftIp,
  leftUsed,
  network,
  writePattern,
} from "./testing.ts";

/** Queues `count` bytes and ends the batch. */
function write(c: Connection, count: usize): void {
  let done = 0;
  while (done < count) {
    const taken = writePattern(left, c, done, count - done);
    assert(taken > 0);
    done += taken;
  }
  peer.turn();
}

/** The next segment has `count` bytes from `offset` after `from` on. */
function expectData(from: u32, offset: u32, count: usize): void {
  const s = peer.hear();
  assert(s.seq === wrapAdd(from, offset) && s.data.length === count);
}

/** @test */
export function combinesWritesOfOneBatch(): void {
  peer.start(1);
  const c = peer.establish();
  left.write(c, bytes("head "));
  left.write(c, bytes("body"));
  const s = peer.hearOnly();
  assert(s.flags === (ACK | PSH) && s.data.length === 9);
}

/** @test */
export function flushSendsAtOnce(): void {
  peer.start(2);
  const c = peer.establish();
  left.write(c, bytes("one"));
  left.flush(c);
  left.write(c, bytes("two"));
  peer.turn();
  expectData(peer.ack, 0, 3);
  expectData(peer.ack, 3, 3);
  assert(peer.count === 0);
}

/** @test */
export function cutsIntoSegments(): void {
  peer.start(3);
  peer.mss = 1000;
  const c = peer.establish();
  write(c, 2500);
  expectData(peer.ack, 0, 1000);
  expectData(peer.ack, 1000, 1000);
  const last = peer.hear();
  assert(last.data.length === 500 && last.has(PSH) && peer.count === 0);
}

/** @test */
export function theFinTravelsWithTheLastData(): void {
  peer.start(4);
  const c = peer.establish();
  left.write(c, bytes("bye"));
  left.close(c);
  const s = peer.hearOnly();
  assert(s.flags === (ACK | PSH | FIN) && s.data.length === 3);
}

/** @test */
export function respectsThePeersWindow(): void {
  peer.start(5);
  peer.window = 2000;
  const c = peer.establish();
  write(c, 5000);
  expectData(peer.ack, 0, 1460);
  // 540 bytes of window are left: less than half of the largest window, so not worth a segment.
  assert(peer.count === 0);
  peer.ack += 1460;
  peer.sayBare(ACK);
  expectData(peer.ack, 0, 1460);
  assert(peer.count === 0);
}

/** @test */
export function probesAClosedWindow(): void {
  peer.start(6);
  peer.window = 0;
  const c = peer.establish();
  write(c, 100);
  assert(peer.count === 0);
  peer.wait(u64(300) * MS);
  const probe = peer.hearOnly();
  assert(probe.data.length === 1 && probe.seq === peer.ack);
  peer.sayBare(ACK);
  for (let i = 0; i < 5; i++) {
    peer.wait(u64(70) * SECOND);
    assert(peer.count > 0);
    peer.count = 0;
    peer.sayBare(ACK);
  }
  assert(inState(c, TcpState.Established) && leftCore.counters.windowProbes > 5);
  peer.window = 8192;
  peer.sayBare(ACK);
  const s = peer.hearOnly();
  assert(s.data.length === 100 && s.seq === peer.ack);
  peer.ack += 100;
  peer.sayBare(ACK);
  peer.wait(u64(100) * SECOND);
  peer.silence();
}

/** @test */
export function acceptsTheProbeByte(): void {
  peer.start(7);
  peer.window = 0;
  const c = peer.establish();
  write(c, 100);
  peer.wait(u64(300) * MS);
  peer.hearOnly();
  peer.ack++;
  peer.window = 50;
  peer.sayBare(ACK);
  const s = peer.hearOnly();
  assert(s.seq === peer.ack && s.data.length === 50 && c.sendRing.length === 99);
}

/** @test */
export function aShutWindowOfADeadPeerEnds(): void {
  peer.start(8);
  peer.window = 0;
  const before = leftUsed();
  const c = peer.establish();
  write(c, 100);
  for (let i = 0; i < 30; i++) {
    peer.wait(u64(60) * SECOND);
    peer.count = 0;
  }
  assert(inState(c, TcpState.Closed) && c.error === TcpError.TimedOut);
  left.close(c);
  left.endOfBatch();
  assert(leftUsed() === before);
}

/** @test */
export function retransmitsAndBacksOff(): void {
  peer.start(9);
  const c = peer.establish();
  write(c, 100);
  expectData(peer.ack, 0, 100);
  peer.wait(u64(150) * MS);
  assert(peer.count === 0);
  peer.wait(u64(100) * MS);
  expectData(peer.ack, 0, 100);
  peer.wait(u64(300) * MS);
  assert(peer.count === 0);
  peer.wait(u64(200) * MS);
  expectData(peer.ack, 0, 100);
  peer.ack += 100;
  peer.sayBare(ACK);
  peer.wait(u64(100) * SECOND);
  peer.silence();
  assert(c.sendRing.length === 0);
}

/** @test */
export function givesUpAfterLongSilence(): void {
  peer.start(10);
  const c = peer.establish();
  write(c, 100);
  peer.wait(u64(100) * SECOND);
  assert(inState(c, TcpState.Established));
  peer.count = 0;
  peer.wait(u64(400) * SECOND);
  assert(inState(c, TcpState.Closed) && c.error === TcpError.TimedOut && peer.count < 15);
}

/** @test */
export function retransmitsFastAtTheThirdDuplicate(): void {
  peer.start(11);
  peer.mss = 1000;
  const c = peer.establish();
  write(c, 8000);
  assert(peer.count === 8);
  peer.count = 0;
  peer.sayBare(ACK);
  peer.sayBare(ACK);
  assert(peer.count === 0);
  peer.sayBare(ACK);
  expectData(peer.ack, 0, 1000);
  assert(peer.count === 0 && leftCore.counters.fastRetransmits === 1);
  // A partial acknowledgement: the next hole is filled at once.
  peer.ack += 1000;
  peer.sayBare(ACK);
  expectData(peer.ack, 0, 1000);
  peer.ack += 7000;
  peer.sayBare(ACK);
  assert(peer.count === 0 && c.sendRing.length === 0 && !c.congestion.inRecovery);
}

/** @test */
export function duplicatesLetNewSegmentsOut(): void {
  peer.start(19);
  peer.mss = 1000;
  const c = peer.establish();
  write(c, 8000);
  peer.count = 0;
  peer.wait(u64(300) * MS);
  peer.count = 0;
  peer.ack += 1000;
  peer.sayBare(ACK);
  assert(peer.count === 2);
  peer.count = 0;
  // The congestion window of two segments is full; each of two duplicates allows one more.
  peer.sayBare(ACK);
  expectData(peer.ack, 2000, 1000);
  peer.sayBare(ACK);
  expectData(peer.ack, 3000, 1000);
  peer.sayBare(ACK);
  assert(peer.count === 0);
}

/** @test */
export function windowUpdatesAreNoDuplicates(): void {
  peer.start(12);
  const c = peer.establish();
  write(c, 4000);
  peer.count = 0;
  for (let i: u16 = 1; i < 6; i++) {
    peer.window += 100;
    peer.sayBare(ACK);
  }
  assert(peer.count === 0 && c.congestion.duplicates === 0);
}

/** @test */
export function slowStartsAgainAfterATimeout(): void {
  peer.start(13);
  peer.mss = 1000;
  const c = peer.establish();
  write(c, 8000);
  peer.count = 0;
  peer.wait(u64(300) * MS);
  expectData(peer.ack, 0, 1000);
  assert(peer.count === 0 && c.congestion.window === 1000);
  peer.ack += 1000;
  peer.sayBare(ACK);
  expectData(peer.ack, 0, 1000);
  expectData(peer.ack, 1000, 1000);
  assert(peer.count === 0);
  // The peer had the rest all along.
  peer.ack += 7000;
  peer.sayBare(ACK);
  peer.silence();
  assert(c.sendRing.length === 0);
}

/** @test */
export function aShrunkWindowStopsRetransmission(): void {
  peer.start(14);
  const c = peer.establish();
  write(c, 1000);
  peer.hearOnly();
  peer.window = 0;
  peer.sayBare(ACK);
  peer.wait(u64(30) * SECOND);
  assert(peer.count > 0 && inState(c, TcpState.Established));
  peer.count = 0;
  peer.window = 4000;
  peer.sayBare(ACK);
  assert(peer.count === 1);
  expectData(peer.ack, 0, 1000);
}

/** @test */
export function theFinIsRetransmitted(): void {
  peer.start(15);
  const c = peer.establish();
  left.close(c);
  assert(peer.hearOnly().has(FIN));
  peer.wait(u64(300) * MS);
  const again = peer.hearOnly();
  assert(again.has(FIN) && again.seq === peer.ack);
  peer.wait(u64(500) * SECOND);
  assert(leftCore.live === 0);
}

/** @test */
export function opensItsWindowInWorthwhileSteps(): void {
  peer.start(16);
  const c = peer.establish();
  const full = fixedArray<u8, 1024>();
  for (let i = 0; i < 8; i++) {
    peer.say(ACK, full.slice());
    peer.seq += 1024;
  }
  peer.wait(u64(50) * MS);
  peer.count = 0;
  const one = fixedArray<u8, 1>();
  for (let i = 0; i < 1000; i++) assert(left.read(c, one.slice()) === 1);
  peer.turn();
  assert(peer.count === 0);
  for (let i = 0; i < 500; i++) left.read(c, one.slice());
  const update = peer.hearOnly();
  assert(update.flags === ACK && update.window >= 1460 && update.window <= 1500);
}

/** @test */
export function acceptsNothingIntoAFullBuffer(): void {
  peer.start(17);
  const c = peer.establish();
  const full = fixedArray<u8, 1024>();
  for (let i = 0; i < 8; i++) {
    peer.say(ACK, full.slice());
    peer.seq += 1024;
  }
  peer.forget();
  peer.say(ACK, full.slice().sub(0, 1));
  const answer = peer.hearOnly();
  assert(answer.ack === peer.seq && answer.window === 0 && c.receiveRing.length === 8192);
  peer.sayBare(RST);
  assert(inState(c, TcpState.Closed));
}

/** @test */
export function acknowledgesFromTheEndOfWhatWasSent(): void {
  peer.start(18);
  peer.mss = 1000;
  const c = peer.establish();
  write(c, 4000);
  peer.wait(u64(300) * MS);
  peer.count = 0;
  assert(c.sndNxt !== c.sndMax);
  // The peer has everything and says something old: were the answer numbered from SND.NXT, it
  // would look old to the peer as well, and neither would ever hear the other's acknowledgement.
  peer.seq = wrapSub(peer.seq, u32(1));
  peer.say(ACK, bytes("x"));
  assert(peer.hearOnly().seq === wrapAdd(peer.ack, u32(4000)));
}

/** @test */
export function waitsForPacketsWhereNoneIsFree(): void {
  peer.start(20);
  const c = peer.establish();
  let held: Packet | null = null;
  for (;;) {
    const packet = leftIp.allocate();
    if (packet === null) break;
    packet.next = held;
    held = packet;
  }
  left.write(c, bytes("patience"));
  left.endOfBatch();
  left.endOfBatch();
  left.close(c);
  left.endOfBatch();
  assert(leftCore.counters.noPacket > 0 && c.sndNxt === c.sndUna);
  while (held !== null) {
    const next = held.next;
    leftIp.release(held);
    held = next;
  }
  const s = peer.hearOnly();
  assert(s.data.length === 8 && s.has(FIN));
}

/** @test */
export function aFullDeviceIsALoss(): void {
  peer.start(21);
  const c = peer.establish();
  // IP tries each frame a second time.
  network.left.refuseNext = 2;
  left.write(c, bytes("again"));
  peer.silence();
  peer.wait(u64(300) * MS);
  assert(peer.hearOnly().data.length === 5);
}

/** Tests of whole streams over a cable that loses, duplicates, reorders, damages and delays, from replayable seeds. */
import { Random } from "@typekraft/netsim";
import { type Connection, TcpError, TcpState } from "./connection.ts";
import type { TcpStack } from "./stack.ts";
import {
  MS,
  OpenPair,
  SECOND,
  left,
  leftCore,
  leftUsed,
  network,
  noPacketLeaks,
  readPattern,
  right,
  rightCore,
  rightUsed,
  run,
  startOffloaded,
  startPair,
  step,
  writePattern,
  inState,
} from "./testing.ts";

const pair = new OpenPair();
const random = new Random();

/** One direction of a connection: how far its writer and its reader are. */
class Flow {
  written: usize = 0;
  read: usize = 0;
  total: usize = 0;

  start(total: usize): void {
    this.written = 0;
    this.read = 0;
    this.total = total;
  }

  /** The writer's turn: a random amount, then the end of the stream. */
  write(stack: TcpStack, c: Connection): void {
    if (this.written < this.total) {
      const rest = this.total - this.written;
      const most = 1 + random.below(5000);
      this.written += writePattern(stack, c, this.written, most < rest ? most : rest);
      if (random.chance(100)) stack.flush(c);
      if (this.written === this.total) stack.shutdown(c);
    }
  }

  readSome(stack: TcpStack, c: Connection): void {
    this.read += readPattern(stack, c, this.read, 1 + random.below(5000));
  }

  finished(c: Connection): boolean {
    return this.read === this.total && c.finReceived;
  }
}

const forth = new Flow();
const back = new Flow();

/** Moves both streams to their ends within `limitNs`; panics where they stall, are damaged, or leak. */
function transfer(seed: u64, forthBytes: usize, backBytes: usize, limitNs: u64): void {
  random.seed(seed);
  forth.start(forthBytes);
  back.start(backBytes);
  const near = pair.atLeft();
  const far = pair.atRight();
  if (backBytes === 0) right.shutdown(far);
  const untilNs = network.clock.nowNs() + limitNs;
  while (!forth.finished(far) || !back.finished(near)) {
    assert(near.error === TcpError.None && far.error === TcpError.None, "the connection broke");
    forth.write(left, near);
    back.write(right, far);
    if (random.chance(700)) forth.readSome(right, far);
    if (random.chance(700)) back.readSome(left, near);
    const now = network.clock.nowNs();
    assert(now < untilNs, "the transfer stalls");
    step(now + random.below(u64(5) * MS) + 1);
  }
  left.close(near);
  right.close(far);
}

/** Opens a connection, spoils the cable, transfers, and looks for leaks. */
function trial(seed: u64, loss: u32, reorder: u32, duplicate: u32, corrupt: u32): void {
  const leftBefore = leftUsed();
  const rightBefore = rightUsed();
  const port = u16(1000 + seed);
  const [listener] = right.listen(port, 1);
  assert(listener !== null);
  const [near] = left.connect(0x0a00_0002, port);
  assert(near !== null);
  spoil(0, 0, 0, 0);
  // Long enough for ARP as well, which the trial before may have spoilt.
  run(u64(30) * SECOND);
  const far = right.accept(listener);
  assert(far !== null);
  pair.near = near;
  pair.far = far;
  spoil(loss, reorder, duplicate, corrupt);
  transfer(seed, random.below(60_000), random.below(60_000), u64(2000) * SECOND);
  run(u64(400) * SECOND);
  right.closeListener(listener);
  run(SECOND);
  assert(leftCore.live === 0 && rightCore.live === 0, "a connection is left over");
  assert(leftUsed() === leftBefore && rightUsed() === rightBefore, "memory has leaked");
  assert(noPacketLeaks(), "a packet has leaked");
}

function spoil(loss: u32, reorder: u32, duplicate: u32, corrupt: u32): void {
  network.toRight.lossPerMille = loss;
  network.toLeft.lossPerMille = loss;
  network.toRight.reorderPerMille = reorder;
  network.toLeft.reorderPerMille = reorder;
  network.toRight.duplicatePerMille = duplicate;
  network.toLeft.duplicatePerMille = duplicate;
  network.toRight.corruptPerMille = corrupt;
  network.toLeft.corruptPerMille = corrupt;
}

function delay(delayNs: u64): void {
  network.toRight.delayNs = delayNs;
  network.toLeft.delayNs = delayNs;
}

/** @test */
export function overAPerfectCable(): void {
  startPair(1);
  for (let seed: u64 = 1; seed <= 10; seed++) trial(seed, 0, 0, 0, 0);
  assert(leftCore.counters.retransmitted === 0 && rightCore.counters.retransmitted === 0);
}

/** @test */
export function overALossyCable(): void {
  startPair(2);
  delay(u64(5) * MS);
  for (let seed: u64 = 1; seed <= 40; seed++) {
    log`seed ${seed}`;
    trial(seed, 50, 0, 0, 0);
  }
  assert(leftCore.counters.retransmitted > 0);
}

/** @test */
export function overACableThatReorders(): void {
  startPair(3);
  delay(u64(2) * MS);
  for (let seed: u64 = 1; seed <= 40; seed++) {
    log`seed ${seed}`;
    trial(seed, 0, 200, 0, 0);
  }
  assert(rightCore.counters.outOfOrder > 0);
}

/** @test */
export function overACableThatDoesEverything(): void {
  startPair(4);
  delay(u64(10) * MS);
  for (let seed: u64 = 1; seed <= 60; seed++) {
    log`seed ${seed}`;
    trial(seed, 80, 100, 100, 30);
  }
}

/** @test */
export function overACableThatLosesHalf(): void {
  startPair(5);
  delay(MS);
  for (let seed: u64 = 1; seed <= 4; seed++) {
    log`seed ${seed}`;
    trial(seed, 250, 0, 0, 0);
  }
}

/** @test */
export function acrossTheWrapOfSequenceNumbers(): void {
  startPair(9);
  const [listener] = right.listen(80, 1);
  const [near] = left.connect(0x0a00_0002, 80);
  assert(listener !== null && near !== null);
  // The SYN and its answer are lost; what is sent again carries the numbers that we choose.
  network.toRight.dropNext = 2;
  step(network.clock.nowNs() + 1);
  near.iss = 0xffff_c000;
  near.sndUna = near.iss;
  near.sndNxt = near.iss + 1;
  near.sndMax = near.sndNxt;
  near.sndBase = near.sndNxt;
  network.toLeft.lossPerMille = 1000;
  while (rightCore.halfOpen.count === 0) step(network.clock.nowNs() + SECOND);
  rightCore.halfOpen.at(0).iss = 0xffff_e000;
  spoil(0, 0, 0, 0);
  run(u64(10) * SECOND);
  const far = right.accept(listener);
  assert(far !== null && near.sndUna === 0xffff_c001 && far.sndUna === 0xffff_e001);
  pair.near = near;
  pair.far = far;
  spoil(50, 100, 50, 0);
  transfer(9, 60_000, 60_000, u64(1000) * SECOND);
  assert(near.sndUna < 0x1_0000 && far.sndUna < 0x1_0000);
}

/** @test */
export function withChecksumOffload(): void {
  startOffloaded(6);
  for (let seed: u64 = 1; seed <= 4; seed++) trial(seed, 0, 0, 0, 0);
}

/** @test */
export function aBulkTransferIsPredictedAndAcknowledgedSparingly(): void {
  startPair(7);
  delay(MS);
  pair.open(80);
  forth.start(400_000);
  const near = pair.atLeft();
  const far = pair.atRight();
  const sentBefore = rightCore.counters.segmentsSent;
  const predictedBefore = rightCore.counters.predicted;
  while (forth.read < forth.total) {
    if (forth.written < forth.total) {
      forth.written += writePattern(left, near, forth.written, forth.total - forth.written);
    }
    forth.read += readPattern(right, far, forth.read, 4096);
    step(network.clock.nowNs() + u64(5) * MS);
  }
  assert(inState(near, TcpState.Established) && leftCore.counters.retransmitted === 0);
  // 274 full segments: about one ACK for two, and nearly all by the fast path.
  assert(rightCore.counters.segmentsSent - sentBefore < 300);
  assert(rightCore.counters.predicted - predictedBefore > 200);
}

/** @test */
export function aRequestAndItsAnswerAreTwoSegments(): void {
  startPair(8);
  pair.open(80);
  const near = pair.atLeft();
  const far = pair.atRight();
  run(SECOND);
  const before = leftCore.counters.segmentsSent + rightCore.counters.segmentsSent;
  for (let i = 0; i < 100; i++) {
    assert(writePattern(left, near, 0, 100) === 100);
    step(network.clock.nowNs() + 1);
    assert(readPattern(right, far, 0, 4096) === 100);
    assert(writePattern(right, far, 0, 300) === 300);
    assert(writePattern(right, far, 300, 600) === 600);
    step(network.clock.nowNs() + 1);
    assert(readPattern(left, near, 0, 4096) === 900);
  }
  const sent = leftCore.counters.segmentsSent + rightCore.counters.segmentsSent - before;
  assert(sent === 200, "more than one segment for a request or an answer");
}

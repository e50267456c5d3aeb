/** Tests of opening connections between two stacks: with losses, with full tables, with nobody there, from both sides. */
import { AllocatorStatistics } from "@typekraft/alloc";
import { Buddy } from "@typekraft/alloc-buddy";
import { TcpError, TcpState } from "./connection.ts";
import { TcpCore } from "./core.ts";
import {
  OpenPair,
  RIGHT,
  SECOND,
  acceptRight,
  connectLeft,
  left,
  leftCore,
  leftIp,
  leftLimits,
  leftUsed,
  listenRight,
  network,
  noPacketLeaks,
  right,
  rightCore,
  rightLimits,
  rightUsed,
  run,
  startPair,
  inState,
} from "./testing.ts";

/** @test */
export function opensAndClosesWithoutLeaks(): void {
  startPair(1);
  const leftBefore = leftUsed();
  const listener = listenRight(80, 4);
  const rightBefore = rightUsed();
  const near = connectLeft(80);
  run(SECOND);
  const far = acceptRight(listener);
  assert(inState(near, TcpState.Established) && inState(far, TcpState.Established));
  assert(far.remotePort === near.localPort && far.mss === 1460 && near.mss === 1460);
  left.close(near);
  run(SECOND);
  assert(inState(far, TcpState.CloseWait) && right.readable(far));
  right.close(far);
  run(SECOND);
  assert(leftUsed() === leftBefore && rightUsed() === rightBefore);
  assert(leftCore.live === 0 && rightCore.live === 0 && noPacketLeaks());
}

/** @test */
export function isRefusedWhereNobodyListens(): void {
  startPair(2);
  const c = connectLeft(80);
  run(SECOND);
  assert(inState(c, TcpState.Closed) && c.error === TcpError.Refused);
  left.close(c);
  run(SECOND);
  assert(leftCore.live === 0);
}

/** @test */
export function givesUpOnAPeerThatIsSilent(): void {
  startPair(3);
  connectLeft(80);
  run(SECOND);
  network.toRight.lossPerMille = 1000;
  const c = connectLeft(81);
  run(u64(62) * SECOND);
  assert(inState(c, TcpState.SynSent));
  run(u64(2) * SECOND);
  assert(inState(c, TcpState.Closed) && c.error === TcpError.TimedOut);
}

/** @test */
export function survivesTheLossOfEachSegment(): void {
  for (let lost: u32 = 0; lost < 3; lost++) {
    if (lost === 0) startPair(4);
    const port = u16(80 + lost);
    const listener = listenRight(port, 4);
    const near = connectLeft(port);
    if (lost === 1) network.toLeft.dropNext = 1;
    run(SECOND / 10);
    if (lost === 2) network.toRight.dropNext = 1;
    run(u64(10) * SECOND);
    const far = acceptRight(listener);
    assert(inState(near, TcpState.Established) && inState(far, TcpState.Established));
  }
}

/** @test */
export function survivesTheLossOfTheFinalAck(): void {
  startPair(5);
  network.toRight.delayNs = 1_000_000;
  network.toLeft.delayNs = 1_000_000;
  const warm = connectLeft(79);
  run(SECOND);
  assert(inState(warm, TcpState.Closed));
  const listener = listenRight(80, 4);
  const near = connectLeft(80);
  run(1_500_000);
  // The SYN has arrived, its answer is on the way; what the left answers to that is lost.
  network.toRight.dropNext = 1;
  run((u64(1) * SECOND) / 2);
  assert(inState(near, TcpState.Established) && right.accept(listener) === null);
  run(u64(2) * SECOND);
  const far = acceptRight(listener);
  assert(inState(far, TcpState.Established) && rightCore.halfOpen.count === 0);
}

/** @test */
export function forgetsClientsThatNeverAnswer(): void {
  startPair(6);
  listenRight(80, 4);
  connectLeft(80);
  run(1000);
  network.toRight.lossPerMille = 1000;
  const before = leftCore.live;
  const c = connectLeft(80);
  assert(before + 1 === leftCore.live && inState(c, TcpState.SynSent));
  run(u64(100) * SECOND);
  assert(rightCore.halfOpen.count === 0);
}

/** @test */
export function anAbandonedConnectIsFreed(): void {
  startPair(7);
  network.toRight.lossPerMille = 1000;
  const before = leftUsed();
  const c = connectLeft(80);
  run(SECOND);
  left.close(c);
  run(SECOND);
  assert(leftUsed() === before && left.nextDeadlineNs() > network.clock.nowNs());
}

/** @test */
export function theBacklogBoundsWhatWaits(): void {
  startPair(8);
  const listener = listenRight(80, 2);
  for (let i = 0; i < 4; i++) connectLeft(80);
  run(SECOND / 2);
  assert(listener.waiting === 2 && rightCore.counters.refused > 0);
  acceptRight(listener);
  acceptRight(listener);
  // The clients that got no answer try again by themselves.
  run(u64(10) * SECOND);
  assert(listener.waiting === 2);
}

/** @test */
export function theNumberOfConnectionsIsBounded(): void {
  rightLimits.connections = 3;
  startPair(9);
  const listener = listenRight(80, 10);
  for (let i = 0; i < 6; i++) connectLeft(80);
  run(SECOND / 2);
  assert(rightCore.live === 3 && listener.waiting === 3);
  right.abort(acceptRight(listener));
  run(u64(10) * SECOND);
  assert(rightCore.live === 3 && listener.waiting === 3);
}

/** @test */
export function closingAListenerResetsWhatWaits(): void {
  startPair(10);
  const before = rightUsed();
  const listener = listenRight(80, 4);
  const near = connectLeft(80);
  run(SECOND);
  right.closeListener(listener);
  run(SECOND);
  assert(inState(near, TcpState.Closed) && near.error === TcpError.Reset);
  assert(rightUsed() === before && rightCore.live === 0);
}

/** @test */
export function portsAreTakenOnce(): void {
  startPair(11);
  listenRight(80, 1);
  const [second, error] = right.listen(80, 1);
  assert(second === null && error === TcpError.InUse);
  const [any] = right.listen(0, 1);
  assert(any !== null && any.port >= 49_152);
}

/** @test */
export function windowsScaleWithLargeBuffers(): void {
  rightLimits.receiveBytes = 0x4_0000;
  startPair(12);
  const pair = new OpenPair();
  pair.open(80);
  run(SECOND);
  assert(pair.atRight().rcvScale === 3 && pair.atLeft().sndScale === 3);
  assert(pair.atLeft().sndWnd > 0 && pair.atRight().receiveRing.capacity === 0x4_0000);
}

/** @test */
export function connectsToItself(): void {
  startPair(13);
  const [listener] = left.listen(80, 4);
  assert(listener !== null);
  const [c] = left.connect(0x7f00_0001, 80);
  assert(c !== null);
  run(SECOND);
  const far = left.accept(listener);
  assert(far !== null && inState(c, TcpState.Established) && inState(far, TcpState.Established));
  assert(RIGHT !== c.remoteAddress);
}

/** @test */
export function hasNoRouteToNowhere(): void {
  startPair(14);
  const [c, error] = left.connect(0, 80);
  assert(c === null && error === TcpError.Unreachable);
  const [d, second] = left.connect(0x0a00_00ff, 80);
  assert(d === null && second === TcpError.Unreachable);
}

/** @test */
export function startingWithoutMemoryLeavesNothing(): void {
  const arena = fixedArray<u8, 16_384>();
  const memory = new Buddy();
  memory.addRegion(arena.slice().addr, arena.length);
  const small = new TcpCore(leftIp, memory, leftLimits);
  const statistics = new AllocatorStatistics();
  memory.statistics(statistics);
  const before = statistics.used;
  assert(!small.start(1, 2) && !small.started);
  memory.statistics(statistics);
  assert(statistics.used === before && statistics.failures > 0);
}

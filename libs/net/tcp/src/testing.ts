/** For the tests of this package: two hosts with a whole stack each, joined by a simulated cable, on one virtual clock. */
import { AllocatorStatistics } from "@typekraft/alloc";
import { Buddy } from "@typekraft/alloc-buddy";
import { IpInterface } from "@typekraft/ip";
import { SimNetwork } from "@typekraft/netsim";
import { NO_DEADLINE } from "@typekraft/plat";
import { Connection, TcpState } from "./connection.ts";
import { TcpCore } from "./core.ts";
import { TcpLimits } from "./limits.ts";
import type { Listener } from "./listener.ts";
import { TcpStack } from "./stack.ts";

export const LEFT: u32 = 0x0a00_0001;
export const RIGHT: u32 = 0x0a00_0002;
const MASK: u32 = 0xffff_ff00;
export const MS: u64 = 1_000_000;
export const SECOND: u64 = 1_000_000_000;

const leftArena = fixedArray<u8, 0x80_0000>();
const rightArena = fixedArray<u8, 0x80_0000>();
export const leftMemory = new Buddy();
export const rightMemory = new Buddy();
export const network = new SimNetwork();
export const leftIp = new IpInterface(network.clock);
export const rightIp = new IpInterface(network.clock);
export const leftLimits = new TcpLimits();
export const rightLimits = new TcpLimits();
export const leftCore = new TcpCore(leftIp, leftMemory, leftLimits);
export const rightCore = new TcpCore(rightIp, rightMemory, rightLimits);
export const left = new TcpStack(leftCore);
export const right = new TcpStack(rightCore);

const statistics = new AllocatorStatistics();

/** Starts both hosts. The limits may be changed before. */
export function startPair(seed: u64): void {
  network.start(seed);
  startHosts();
  right.start();
}

/** As `startPair`, with devices that fill in checksums and verify them. */
export function startOffloaded(seed: u64): void {
  network.start(seed);
  network.left.offload = true;
  network.left.trustReceived = true;
  network.right.offload = true;
  startHosts();
  right.start();
}

/** Starts the left host; the right one has IP, and its TCP is not registered. */
export function startLeft(seed: u64): void {
  network.start(seed);
  startHosts();
}

function startHosts(): void {
  const leftBytes = leftArena.slice();
  const rightBytes = rightArena.slice();
  leftMemory.addRegion(leftBytes.addr, leftBytes.length);
  rightMemory.addRegion(rightBytes.addr, rightBytes.length);
  leftIp.attach(network.left);
  rightIp.attach(network.right);
  leftIp.configure(LEFT, MASK, RIGHT);
  rightIp.configure(RIGHT, MASK, LEFT);
  assert(leftCore.start(11, 12), "no memory for the left stack");
  assert(rightCore.start(21, 22), "no memory for the right stack");
  left.start();
}

/** Everything that can happen now, on both hosts. */
export function pollBoth(): void {
  for (;;) {
    left.endOfBatch();
    right.endOfBatch();
    const leftBusy = leftIp.poll();
    const rightBusy = rightIp.poll();
    if (!leftBusy && !rightBusy) break;
  }
  left.endOfBatch();
  right.endOfBatch();
}

/** When something happens next on the cable or in a stack. */
function nextEventNs(): u64 {
  let next = network.nextDueNs();
  if (left.nextDeadlineNs() < next) next = left.nextDeadlineNs();
  if (right.nextDeadlineNs() < next) next = right.nextDeadlineNs();
  return next;
}

/** Moves on to the next event, but not beyond `untilNs`, and handles it; whether there was one by then. */
export function step(untilNs: u64): boolean {
  pollBoth();
  const next = nextEventNs();
  if (next === NO_DEADLINE || next > untilNs) {
    network.clock.advanceTo(untilNs);
    return false;
  }
  network.clock.advanceTo(next);
  const now = network.clock.nowNs();
  if (left.nextDeadlineNs() <= now) left.runTimers();
  if (right.nextDeadlineNs() <= now) right.runTimers();
  pollBoth();
  return true;
}

/** Lets this much time pass. */
export function run(durationNs: u64): void {
  const untilNs = network.clock.nowNs() + durationNs;
  while (step(untilNs)) {
    // Each turn handles one event.
  }
}

/** A listener on the right. */
export function listenRight(port: u16, backlog: u32): Listener {
  const [listener] = right.listen(port, backlog);
  assert(listener !== null, "cannot listen");
  return listener;
}

/** Begins to connect the left to the right. */
export function connectLeft(port: u16): Connection {
  const [c] = left.connect(RIGHT, port);
  assert(c !== null, "cannot connect");
  return c;
}

/** The next connection of a listener on the right. */
export function acceptRight(listener: Listener): Connection {
  const c = right.accept(listener);
  assert(c !== null, "nobody has connected");
  return c;
}

/** Whether it is in this state; a call, so that the type checker does not take the state for settled. */
export function inState(c: Connection, state: TcpState): boolean {
  return c.state === state;
}

/** One open connection: its two ends. */
export class OpenPair {
  near: Connection | null = null;
  far: Connection | null = null;

  /** Opens it, to a new listener on this port. */
  open(port: u16): void {
    const listener = listenRight(port, 4);
    const near = connectLeft(port);
    run(u64(10) * SECOND);
    const far = acceptRight(listener);
    assert(inState(near, TcpState.Established) && inState(far, TcpState.Established));
    this.near = near;
    this.far = far;
  }

  atLeft(): Connection {
    const c = this.near;
    assert(c !== null);
    return c;
  }

  atRight(): Connection {
    const c = this.far;
    assert(c !== null);
    return c;
  }
}

/** The byte at this position of every test stream. */
export function patternAt(position: usize): u8 {
  return u8((position * 7) ^ (position >> 8) ^ (position >> 16));
}

const chunk = fixedArray<u8, 4096>();

/** Writes at most `count` bytes of the pattern from `position` on; how many were taken. */
export function writePattern(stack: TcpStack, c: Connection, position: usize, count: usize): usize {
  const most = count < chunk.length ? count : chunk.length;
  const data = chunk.slice().sub(0, most);
  for (let i = 0; i < most; i++) data[i] = patternAt(position + i);
  return stack.write(c, data);
}

/** Reads at most `most` bytes, which must be the pattern from `position` on; how many there were. */
export function readPattern(stack: TcpStack, c: Connection, position: usize, most: usize): usize {
  const limit = most < chunk.length ? most : chunk.length;
  const data = chunk.slice().sub(0, limit);
  const count = stack.read(c, data);
  for (let i = 0; i < count; i++) {
    assert(data[i] === patternAt(position + i), "the stream is damaged");
  }
  return count;
}

/** Bytes that the left stack has allocated now. */
export function leftUsed(): usize {
  leftMemory.statistics(statistics);
  return statistics.used;
}

/** Bytes that the right stack has allocated now. */
export function rightUsed(): usize {
  rightMemory.statistics(statistics);
  return statistics.used;
}

/** No packet of either device is lost in a stack. */
export function noPacketLeaks(): boolean {
  return network.left.packetsInUse() === 0 && network.right.packetsInUse() === 0;
}

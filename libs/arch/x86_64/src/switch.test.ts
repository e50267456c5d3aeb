/**
 * Tests of stack switches and of the walk along frames, on real stacks.
 *
 * @unsafe makes stacks of its own and reads what lies on them
 */
import { prepareStack, returnAddress, switchStack } from "./index.ts";

const STACK_BYTES: u64 = 16384;

class Context {
  stackPointer: VirtAddr = virt(0);
}

@align(16)
class Stack {
  readonly bytes: FixedArray<u8, 16384> = fixedArray();
}

const stackA = new Stack();
const stackB = new Stack();
const home = new Context();
const contextA = new Context();
const contextB = new Context();
let trace: u64 = 0;
let frameCount: u32 = 0;

function topOf(stack: Stack): VirtAddr {
  return virt(u64(addressOf(stack)) + STACK_BYTES);
}

function note(digit: u64): void {
  trace = trace * 10 + digit;
}

function switchTo(from: Context, to: Context): void {
  switchStack(addressOf(from.stackPointer), to.stackPointer);
}

function runA(argument: VirtAddr): void {
  note(u64(argument));
  switchTo(contextA, contextB);
  note(3);
  switchTo(contextA, contextB);
  unreachable();
}

function runB(argument: VirtAddr): void {
  note(u64(argument));
  switchTo(contextB, contextA);
  note(4);
  switchTo(contextB, home);
  unreachable();
}

/** @test */
export function threadsTakeTurns(): void {
  contextA.stackPointer = prepareStack(topOf(stackA), runA, virt(1));
  contextB.stackPointer = prepareStack(topOf(stackB), runB, virt(2));
  // Values that the compiler may keep in callee-saved registers over the switch.
  let a: u64 = trace + 11;
  let b: u64 = trace + 22;
  let c: u64 = trace + 33;
  switchTo(home, contextA);
  a += 1;
  b += 2;
  c += 3;
  assert(trace === 1234);
  assert(a === 12 && b === 24 && c === 36);
}

/** @test panics multiple of 16 */
export function theTopOfAStackIsAligned(): void {
  prepareStack(virt(u64(topOf(stackA)) - 8), runA, virt(0));
}

/** @noinline */
function countFrames(): u32 {
  const low = addressOf(stackA);
  const high = topOf(stackA);
  let depth: u32 = 0;
  while (depth < 100 && u64(returnAddress(depth, low, high)) !== 0) depth++;
  return depth;
}

/** @noinline */
function recurse(levels: u32): u32 {
  if (levels === 0) return countFrames();
  const frames = recurse(levels - 1);
  // Work after the call, so that it is no jump.
  compilerBarrier();
  return frames;
}

function walk(argument: VirtAddr): void {
  frameCount = recurse(u32(u64(argument)));
  switchTo(contextA, home);
}

/** @test */
export function framesOfAThreadAreCounted(): void {
  contextA.stackPointer = prepareStack(topOf(stackA), walk, virt(1));
  switchTo(home, contextA);
  const shallow = frameCount;
  contextA.stackPointer = prepareStack(topOf(stackA), walk, virt(11));
  switchTo(home, contextA);
  // countFrames, one or more for each level, walk, and the start of the thread.
  assert(shallow >= 4);
  assert(frameCount === shallow + 10, "one more for each level");
}

/** @test */
export function nothingOutsideTheBoundsIsRead(): void {
  assert(u64(returnAddress(0, virt(0), virt(0))) === 0);
  assert(u64(returnAddress(0, virt(0), virt(8))) === 0);
  assert(u64(returnAddress(5, addressOf(stackB), topOf(stackB))) === 0);
}

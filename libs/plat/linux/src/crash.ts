/**
 * The end of a process: by its status, by a panic, or by a signal that stands for an error of the
 * program.
 *
 * The signals SIGSEGV, SIGBUS, SIGFPE and SIGILL are handled on a stack of their own, so that the
 * overflow of a stack can be told; the message is that of the same error on a virtual machine.
 * Where something else handles them already (the runtime of a sanitizer), it keeps them. Source:
 * signal(7), sigaction(2), sigaltstack(2).
 *
 * @unsafe gives the kernel addresses, reads frames of the stack and the context of a signal
 */
import { PAGE_SIZE, PANIC_STATUS } from "@typekraft/plat";
import { consoleWrite } from "./console.ts";
import { describeSignal } from "./signal-message.ts";
import {
  SYS_EXIT_GROUP,
  SYS_RT_SIGACTION,
  SYS_SIGALTSTACK,
  call1,
  call2,
  call4,
} from "./system-calls.ts";

/** @extern linux_signal_return */
declare const signalReturn: u8;
/** @extern linux_frame_pointer */
declare function framePointer(): u64;

const SIGILL: u64 = 4;
const SIGBUS: u64 = 7;
const SIGFPE: u64 = 8;
const SIGSEGV: u64 = 11;
const SIGPIPE: u64 = 13;
const SIG_DFL: u64 = 0;
const SIG_IGN: u64 = 1;
const SA_SIGINFO: u64 = 0x4;
const SA_RESTORER: u64 = 0x0400_0000;
const SA_ONSTACK: u64 = 0x0800_0000;
const SIGNAL_SET_BYTES: u64 = 8;
/** In struct siginfo: the address that was accessed. */
const SI_ADDR: u64 = 16;
/** In struct ucontext: the registers r8 … of struct sigcontext begin at 40. */
const CONTEXT_RBP: u64 = 40 + 10 * 8;
const CONTEXT_RSP: u64 = 40 + 15 * 8;
const CONTEXT_RIP: u64 = 40 + 16 * 8;
const CONTEXT_ERR: u64 = 40 + 19 * 8;
/** In the processor's error code of a page fault: an instruction was to be fetched. */
const ERROR_FETCH: u64 = 0x10;
const MAX_FRAMES: u32 = 48;
/** No frame of one stack is farther from the next. */
const MAX_FRAME_BYTES: u64 = 0x10_0000;
const HEX_DIGITS: u32 = 16;

/** struct sigaction as the kernel has it. */
class SignalAction {
  handler: u64 = 0;
  flags: u64 = 0;
  restorer: u64 = 0;
  mask: u64 = 0;
}

/** stack_t. */
class AlternateStack {
  base: u64 = 0;
  flags: i32 = 0;
  pad: i32 = 0;
  size: u64 = 0;
}

/**
 * Room for the registers of any processor (MINSIGSTKSZ with AVX-512 and AMX is 11 KiB) and for the
 * handler.
 */
const signalStack = fixedArray<u8, 65536>();
const alternate = new AlternateStack();
const action = new SignalAction();
const previous = new SignalAction();
const digits = fixedArray<u8, 16>();
let crashing: boolean = false;

/** Ends the process with the low 8 bits of `status`. */
export function powerOff(status: i32): never {
  for (;;) call1(SYS_EXIT_GROUP, u64(u8(status)));
}

/**
 * Prints where the caller is and ends the process with `PANIC_STATUS`.
 * @noinline
 */
export function crash(): never {
  beginCrash();
  printFrames(framePointer());
  powerOff(PANIC_STATUS);
}

/**
 * From here on errors give messages, and a reader of the output that goes away is no reason to die.
 */
export function handleSignals(): void {
  alternate.base = u64(signalStack.slice().addr);
  alternate.size = signalStack.length;
  handle(SIGSEGV);
  handle(SIGBUS);
  handle(SIGFPE);
  handle(SIGILL);
  action.handler = SIG_IGN;
  call4(SYS_RT_SIGACTION, SIGPIPE, u64(addressOf(action)), 0, SIGNAL_SET_BYTES);
}

function handle(signal: u64): void {
  call4(SYS_RT_SIGACTION, signal, 0, u64(addressOf(previous)), SIGNAL_SET_BYTES);
  compilerBarrier();
  if (previous.handler !== SIG_DFL) return;
  call2(SYS_SIGALTSTACK, u64(addressOf(alternate)), 0);
  action.handler = u64(functionAddress(onSignal));
  action.flags = SA_SIGINFO | SA_ONSTACK | SA_RESTORER;
  action.restorer = u64(addressOf(signalReturn));
  call4(SYS_RT_SIGACTION, signal, u64(addressOf(action)), 0, SIGNAL_SET_BYTES);
}

function onSignal(signal: i32, info: VirtAddr, context: VirtAddr): void {
  beginCrash();
  const address = load<u64>(virt(u64(info) + SI_ADDR));
  const stackPointer = load<u64>(virt(u64(context) + CONTEXT_RSP));
  const errorCode = load<u64>(virt(u64(context) + CONTEXT_ERR));
  const rip = load<u64>(virt(u64(context) + CONTEXT_RIP));
  print("PANIC ");
  print(describeSignal(u64(signal), address, errorCode, stackPointer, rip));
  printHex(address);
  print("\n  rip ");
  printHex(rip);
  print(" rsp ");
  printHex(stackPointer);
  print("\n");
  // After a jump into data: the caller has just pushed where it wanted to return to.
  const jumped = (errorCode & ERROR_FETCH) !== 0;
  printFrame(jumped ? load<u64>(virt(stackPointer)) - 1 : rip);
  printFrames(load<u64>(virt(u64(context) + CONTEXT_RBP)));
  powerOff(PANIC_STATUS);
}

/** A panic within a panic ends the process at once. */
function beginCrash(): void {
  if (crashing) powerOff(PANIC_STATUS);
  crashing = true;
}

/** Each address is that of the last byte of a call, as on a virtual machine. */
function printFrames(frame: u64): void {
  let at = frame;
  for (let depth: u32 = 0; depth < MAX_FRAMES; depth++) {
    if (at < PAGE_SIZE || at % 8 !== 0) return;
    const next = load<u64>(virt(at));
    const returnsTo = load<u64>(virt(at + 8));
    if (returnsTo < PAGE_SIZE) return;
    printFrame(returnsTo - 1);
    if (next <= at || next - at > MAX_FRAME_BYTES) return;
    at = next;
  }
  print("  and further frames\n");
}

function printFrame(address: u64): void {
  print("  at ");
  printHex(address);
  print("\n");
}

function print(line: str): void {
  consoleWrite(bytes(line));
}

function printHex(value: u64): void {
  let count: u32 = 1;
  while (count < HEX_DIGITS && value >> (count * 4) !== 0) count++;
  for (let index: u32 = 0; index < count; index++) {
    const digit = u8((value >> ((count - 1 - index) * 4)) & 15);
    digits[index] = digit < 10 ? digit + 48 : digit + 87;
  }
  print("0x");
  consoleWrite(digits.slice().sub(0, count));
}

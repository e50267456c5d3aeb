/** Tests of the words for signals. */
import { describeSignal } from "./signal-message.ts";

const SIGILL: u64 = 4;
const SIGFPE: u64 = 8;
const SIGSEGV: u64 = 11;
const CODE: u64 = 0x20_1234;
const STACK: u64 = 0x7fff_0000_0000;

function expectStart(message: str, start: str): void {
  const got = bytes(message);
  const wanted = bytes(start);
  assert(got.length >= wanted.length);
  for (let i = 0; i < wanted.length; i++) assert(got[i] === wanted[i]);
}

/** @test */
export function nullDereferences(): void {
  expectStart(describeSignal(SIGSEGV, 8, 4, STACK, CODE), "null dereference: read");
  expectStart(describeSignal(SIGSEGV, 8, 6, STACK, CODE), "null dereference: write");
  expectStart(describeSignal(SIGSEGV, 0, 0x14, STACK, 0), "null dereference: jump");
}

/** @test */
export function stackOverflows(): void {
  expectStart(describeSignal(SIGSEGV, STACK - 8, 6, STACK, CODE), "stack overflow");
  expectStart(describeSignal(SIGSEGV, STACK + 100, 6, STACK, CODE), "stack overflow");
}

/** @test */
export function accessesThatAreForbidden(): void {
  expectStart(describeSignal(SIGSEGV, CODE, 7, STACK, CODE), "page fault: write to read-only");
  expectStart(describeSignal(SIGSEGV, 0x100_0000, 6, STACK, CODE), "page fault: write where");
  expectStart(describeSignal(SIGSEGV, 0x100_0000, 4, STACK, CODE), "page fault: read where");
  expectStart(describeSignal(SIGSEGV, 0x100_0000, 0x15, STACK, CODE), "page fault: jump into");
}

/** @test */
export function otherSignals(): void {
  expectStart(describeSignal(SIGFPE, CODE, 0, STACK, CODE), "division by zero");
  expectStart(describeSignal(SIGILL, CODE, 0, STACK, CODE), "invalid instruction");
}

/**
 * What a signal says about the program's error, in the words that the virtual machine platform uses
 * for it.
 *
 * The error code is the processor's (Intel SDM vol. 3 §4.7), which Linux passes on in the context
 * of the signal.
 */
import { PAGE_SIZE } from "@typekraft/plat";

const SIGILL: u64 = 4;
const SIGBUS: u64 = 7;
const SIGFPE: u64 = 8;
const ERROR_PRESENT: u64 = 0x1;
const ERROR_WRITE: u64 = 0x2;
const ERROR_FETCH: u64 = 0x10;
/** A stack is overflowing where memory is missing this close to the stack pointer. */
const STACK_REACH: u64 = 0x1_0000;

/** A message that ends before the address. */
export function describeSignal(
  signal: u64,
  address: u64,
  errorCode: u64,
  stackPointer: u64,
  rip: u64,
): str {
  if (signal === SIGFPE) return "division by zero, or a quotient that does not fit, at ";
  if (signal === SIGILL) {
    return "invalid instruction: code was reached that is never to be reached, at ";
  }
  if (signal === SIGBUS) return "bus error: memory that cannot be accessed, at ";
  if (address < PAGE_SIZE) return describeNull(errorCode, rip);
  const distance = address > stackPointer ? address - stackPointer : stackPointer - address;
  if (distance <= STACK_REACH) {
    return "stack overflow: the guard page below the stack was touched at ";
  }
  if ((errorCode & ERROR_FETCH) !== 0) {
    return "page fault: jump into data, which is not executable, at ";
  }
  if ((errorCode & ERROR_WRITE) === 0) return "page fault: read where there is no memory, at ";
  if ((errorCode & ERROR_PRESENT) !== 0) return "page fault: write to read-only memory at ";
  return "page fault: write where there is no memory, at ";
}

function describeNull(errorCode: u64, rip: u64): str {
  // Linux reports address 0 for addresses that cannot exist; the processor then gives no page fault
  // and no error code.
  if (errorCode === 0 && rip >= PAGE_SIZE) {
    return "general protection fault, or null dereference: read at ";
  }
  if ((errorCode & ERROR_FETCH) !== 0) return "null dereference: jump at ";
  return (errorCode & ERROR_WRITE) !== 0
    ? "null dereference: write at "
    : "null dereference: read at ";
}

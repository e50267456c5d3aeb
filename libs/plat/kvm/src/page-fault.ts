/**
 * Tells from a page fault what the program did wrong.
 *
 * Source of the error code: Intel SDM vol. 3 §4.7.
 */
import { PAGE_SIZE } from "@typekraft/plat";
import { PAGE_GUARD, PAGE_PRESENT } from "./page-table.ts";

const ERROR_WRITE: u64 = 0x2;
const ERROR_RESERVED_BIT: u64 = 0x8;
const ERROR_FETCH: u64 = 0x10;
/** A stack is overflowing where a guard page is touched this close to the stack pointer. */
const STACK_REACH: u64 = 0x1_0000;

/** What the program did wrong. */
export enum FaultKind {
  /** In the first page: a field or element of null. */
  Null,
  /** In the guard page below the running stack. */
  StackOverflow,
  /** In a page that `protectPages` took away. */
  Guard,
  /** A write to code or constants. */
  ReadOnly,
  /** A jump into data. */
  NotExecutable,
  /** Where there is neither memory nor a device. */
  Unmapped,
  /** A page table entry that the processor does not accept. */
  BadEntry,
}

/**
 * `address` is what was accessed, `entry` its page table entry (0 for none), `stackPointer` that of
 * the interrupted code.
 */
export function classifyPageFault(
  address: u64,
  errorCode: u64,
  entry: u64,
  stackPointer: u64,
): FaultKind {
  if ((errorCode & ERROR_RESERVED_BIT) !== 0) return FaultKind.BadEntry;
  if ((entry & PAGE_PRESENT) !== 0) {
    return (errorCode & ERROR_FETCH) !== 0 ? FaultKind.NotExecutable : FaultKind.ReadOnly;
  }
  if (address < PAGE_SIZE) return FaultKind.Null;
  if ((entry & PAGE_GUARD) === 0) return FaultKind.Unmapped;
  const distance = address > stackPointer ? address - stackPointer : stackPointer - address;
  return distance <= STACK_REACH ? FaultKind.StackOverflow : FaultKind.Guard;
}

/** What the access was, as a word for people. */
export function accessName(errorCode: u64): str {
  if ((errorCode & ERROR_FETCH) !== 0) return "jump";
  return (errorCode & ERROR_WRITE) !== 0 ? "write" : "read";
}

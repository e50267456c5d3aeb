/**
 * Exceptions of the processor: each is an error of the program and ends it with a message,
 * registers and backtrace.
 *
 * Source: Intel SDM vol. 3 §6.15.
 *
 * @unsafe looks at the registers that trap.S saved on the exception stack
 */
import { PANIC_STATUS } from "@typekraft/plat";
import { entryOf, isReadable } from "./address-space.ts";
import { beginCrash, printFrame, printFrames } from "./backtrace.ts";
import { readCr2 } from "./cpu.ts";
import { bootStackGuard, isCode, partOf } from "./image.ts";
import { FaultKind, accessName, classifyPageFault } from "./page-fault.ts";
import { powerOff } from "./power.ts";
import { printHex, printText, printWord } from "./report.ts";

const PAGE_FAULT = 14;

/** What trap.S and the processor push, from the lowest address. */
class TrapFrame {
  r15: u64 = 0;
  r14: u64 = 0;
  r13: u64 = 0;
  r12: u64 = 0;
  r11: u64 = 0;
  r10: u64 = 0;
  r9: u64 = 0;
  r8: u64 = 0;
  rdi: u64 = 0;
  rsi: u64 = 0;
  rbp: u64 = 0;
  rbx: u64 = 0;
  rdx: u64 = 0;
  rcx: u64 = 0;
  rax: u64 = 0;
  vector: u64 = 0;
  errorCode: u64 = 0;
  rip: u64 = 0;
  cs: u64 = 0;
  rflags: u64 = 0;
  rsp: u64 = 0;
  ss: u64 = 0;
}

/**
 * Every exception ends here. `frame` is the address of a TrapFrame.
 * @export kvm_exception
 */
export function handleException(frame: VirtAddr): never {
  beginCrash();
  const trap = objectAt<TrapFrame>(frame);
  printText("PANIC ");
  if (trap.vector === PAGE_FAULT) {
    printPageFault(readCr2(), trap);
  } else {
    printText(exceptionName(trap.vector));
    if (trap.errorCode !== 0) {
      printText(", error code ");
      printHex(trap.errorCode);
    }
  }
  printText("\n");
  printRegisters(trap);
  printTrace(trap);
  powerOff(PANIC_STATUS);
}

function printPageFault(address: u64, trap: TrapFrame): void {
  const entry = entryOf(address);
  const kind = classifyPageFault(address, trap.errorCode, entry, trap.rsp);
  if (kind === FaultKind.Null) {
    printText("null dereference: ");
    printText(accessName(trap.errorCode));
    printText(" at ");
  } else if (kind === FaultKind.StackOverflow) {
    printText(isBootStack(address) ? "stack overflow in main" : "stack overflow in a thread");
    printText(": the guard page below the stack was touched at ");
  } else {
    printText("page fault: ");
    printText(accessName(trap.errorCode));
    printText(faultPlace(kind));
  }
  printHex(address);
  const part = partOf(address);
  if (part.length !== 0) {
    printText(" (");
    printText(part);
    printText(")");
  }
}

function isBootStack(address: u64): boolean {
  return address >= bootStackGuard() && address < bootStackGuard() + 4096;
}

function faultPlace(kind: FaultKind): str {
  switch (kind) {
    case FaultKind.ReadOnly:
      return " to read-only memory at ";
    case FaultKind.NotExecutable:
      return " into data, which is not executable, at ";
    case FaultKind.Guard:
      return " in protected pages at ";
    case FaultKind.BadEntry:
      return " through a damaged page table entry at ";
    default:
      return " where there is no memory, at ";
  }
}

function exceptionName(vector: u64): str {
  switch (vector) {
    case 0:
      return "division by zero, or a quotient that does not fit";
    case 1:
      return "debug exception";
    case 2:
      return "non-maskable interrupt: the hardware reports an error";
    case 3:
      return "breakpoint";
    case 6:
      return "invalid instruction: code was reached that is never to be reached";
    case 7:
      return "floating point unit not available";
    case 8:
      return "double fault: an exception could not be handled";
    case 12:
      return "stack fault: the stack pointer is no valid address";
    case 13:
      return "general protection fault: an address that cannot exist, or a privileged operation";
    case 16:
    case 19:
      return "floating point exception";
    case 17:
      return "alignment check";
    case 18:
      return "machine check: the hardware reports an error";
    default:
      return "unexpected processor exception";
  }
}

function printRegisters(trap: TrapFrame): void {
  printRegister("rip", trap.rip, "rsp", trap.rsp, "rbp", trap.rbp);
  printRegister("rax", trap.rax, "rbx", trap.rbx, "rcx", trap.rcx);
  printRegister("rdx", trap.rdx, "rsi", trap.rsi, "rdi", trap.rdi);
  printRegister("r8 ", trap.r8, "r9 ", trap.r9, "r10", trap.r10);
  printRegister("r11", trap.r11, "r12", trap.r12, "r13", trap.r13);
  printRegister("r14", trap.r14, "r15", trap.r15, "flg", trap.rflags);
}

function printRegister(a: str, aValue: u64, b: str, bValue: u64, c: str, cValue: u64): void {
  printNamed(a, aValue);
  printNamed(b, bValue);
  printNamed(c, cValue);
  printText("\n");
}

function printNamed(name: str, value: u64): void {
  printText("  ");
  printText(name);
  printText(" ");
  printWord(value);
}

function printTrace(trap: TrapFrame): void {
  if (isCode(trap.rip)) {
    printFrame(trap.rip);
  } else if (isReadable(trap.rsp)) {
    // A jump to nowhere: the caller has just pushed where it wanted to return to.
    const returnsTo = load<u64>(virt(trap.rsp));
    if (isCode(returnsTo)) printFrame(returnsTo - 1);
  }
  printFrames(trap.rbp);
}

/** Tests of what a page fault is taken for, and of exit codes. */
import { FaultKind, accessName, classifyPageFault } from "./page-fault.ts";
import { PAGE_GUARD, PAGE_NO_EXECUTE, PAGE_PRESENT } from "./page-table.ts";
import { debugExitCode } from "./power.ts";

const STACK: u64 = 0x20_1000;
const GUARD_ENTRY: u64 = 0x20_0000 | PAGE_GUARD | PAGE_NO_EXECUTE;
const PRESENT_ENTRY: u64 = 0x20_0000 | PAGE_PRESENT | PAGE_NO_EXECUTE;

/** @test */
export function theFirstPageIsNull(): void {
  assert(classifyPageFault(0, 0, 0, STACK) === FaultKind.Null);
  assert(classifyPageFault(4095, 2, 0, STACK) === FaultKind.Null);
  assert(classifyPageFault(4096, 2, 0, STACK) === FaultKind.Unmapped);
}

/** @test */
export function aGuardPageNearTheStackPointerIsAnOverflow(): void {
  assert(classifyPageFault(0x20_0ff8, 2, GUARD_ENTRY, STACK) === FaultKind.StackOverflow);
  assert(classifyPageFault(0x20_0010, 2, GUARD_ENTRY, 0x1f_f000) === FaultKind.StackOverflow);
  assert(classifyPageFault(0x20_0ff8, 2, GUARD_ENTRY, 0x40_0000) === FaultKind.Guard);
}

/** @test */
export function presentPagesForbidTheAccess(): void {
  assert(classifyPageFault(0x20_0000, 3, PRESENT_ENTRY, STACK) === FaultKind.ReadOnly);
  assert(classifyPageFault(0x20_0000, 0x11, PRESENT_ENTRY, STACK) === FaultKind.NotExecutable);
  assert(classifyPageFault(0x20_0000, 9, PRESENT_ENTRY, STACK) === FaultKind.BadEntry);
}

/** @test */
export function accessesHaveNames(): void {
  assert(accessName(0).length === 4 && bytes(accessName(0))[0] === 0x72);
  assert(bytes(accessName(2))[0] === 0x77);
  assert(bytes(accessName(0x10))[0] === 0x6a);
}

/** @test */
export function exitCodesHaveSevenBits(): void {
  assert(debugExitCode(0) === 0);
  assert(debugExitCode(1) === 1);
  assert(debugExitCode(125) === 125);
  assert(debugExitCode(126) === 126);
  assert(debugExitCode(127) === 126);
  assert(debugExitCode(134) === 127);
  assert(debugExitCode(255) === 126);
  assert(debugExitCode(256) === 0, "the low 8 bits count");
  assert(debugExitCode(-1) === 126);
}

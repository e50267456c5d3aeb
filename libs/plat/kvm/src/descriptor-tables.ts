/**
 * The processor's descriptor tables: task state with the exception stack, and the interrupt
 * descriptor table.
 *
 * All exceptions run on one stack of their own (IST 1), because the interrupted stack may be what
 * is broken; nothing returns from an exception, so they need not nest. Interrupts that end the
 * idling stay on the current stack. Source: Intel SDM vol. 3 §6.14, §7.7.
 *
 * @unsafe hands the addresses of tables and handlers to the processor
 */
import { loadDescriptors } from "./cpu.ts";

/** @extern kvm_gdt */
declare const gdt: u64;
/** @extern kvm_exception_stack_top */
declare const exceptionStackTop: u8;
/** @extern kvm_exception_stubs */
declare const exceptionStubs: u8;
/** @extern kvm_timer */
declare const timerHandler: u8;
/** @extern kvm_wake */
declare const wakeHandler: u8;
/** @extern kvm_spurious */
declare const spuriousHandler: u8;

/** The interrupt of messages and of edge-triggered lines. */
export const WAKE_VECTOR: u8 = 0x20;
/**
 * The interrupt of level-triggered lines. It is one of its own, because the local APIC remembers by
 * vector whether to pass the acknowledgement on to the I/O APIC (trigger mode register, Intel SDM
 * vol. 3 §10.8.4): an edge of the same vector before the acknowledgement would make it forget, and
 * the line would be dead from then on.
 */
export const LEVEL_VECTOR: u8 = 0x21;
/** The interrupt of the local APIC's timer. */
export const TIMER_VECTOR: u8 = 0x22;
/** Its low four bits must be set (Intel SDM vol. 3 §10.9). */
export const SPURIOUS_VECTOR: u8 = 0x2f;

const EXCEPTIONS = 32;
/** Distance of the stubs in trap.S. */
const STUB_BYTES = 16;
const CODE_SELECTOR: u16 = 0x08;
const TSS_SELECTOR: u16 = 0x18;
const INTERRUPT_GATE_PRESENT = 0x8e;
const TSS_AVAILABLE_PRESENT: u64 = 0x89;
const EXCEPTION_IST = 1;

@packed
class TaskState {
  reserved0: u32 = 0;
  rsp: FixedArray<u64, 3> = fixedArray();
  reserved1: u64 = 0;
  ist1: u64 = 0;
  ist2to7: FixedArray<u64, 6> = fixedArray();
  reserved2: u64 = 0;
  reserved3: u16 = 0;
  ioMapBase: u16 = 0;
}
staticAssert(sizeof<TaskState>() === 104);

@packed
class Gate {
  offsetLow: u16 = 0;
  selector: u16 = 0;
  ist: u8 = 0;
  attributes: u8 = 0;
  offsetMiddle: u16 = 0;
  offsetHigh: u32 = 0;
  reserved: u32 = 0;
}
staticAssert(sizeof<Gate>() === 16);

@packed
class TablePointer {
  limit: u16 = 0;
  base: u64 = 0;
}

const taskState = new TaskState();
/** Vectors 0x00 to 0x2f. */
const gates = fixedArray<Gate, 48>();
const gatesPointer = new TablePointer();

/** From here on exceptions panic instead of resetting the machine. */
export function loadDescriptorTables(): void {
  taskState.ist1 = u64(addressOf(exceptionStackTop));
  // Behind the end: there is no map of permitted ports.
  taskState.ioMapBase = u16(sizeof<TaskState>());
  describeTaskState();
  const stubs = u64(addressOf(exceptionStubs));
  for (let vector = 0; vector < EXCEPTIONS; vector++) {
    setGate(vector, stubs + vector * STUB_BYTES, EXCEPTION_IST);
  }
  setGate(TIMER_VECTOR, u64(addressOf(timerHandler)), 0);
  setGate(WAKE_VECTOR, u64(addressOf(wakeHandler)), 0);
  setGate(LEVEL_VECTOR, u64(addressOf(wakeHandler)), 0);
  setGate(SPURIOUS_VECTOR, u64(addressOf(spuriousHandler)), 0);
  gatesPointer.limit = u16(gates.length * sizeof<Gate>() - 1);
  gatesPointer.base = u64(gates.slice().addr);
  loadDescriptors(addressOf(gatesPointer), TSS_SELECTOR);
}

/** Writes the 16 bytes of the TSS descriptor into the table of entry.S. */
function describeTaskState(): void {
  const base = u64(addressOf(taskState));
  const limit = sizeof<TaskState>() - 1;
  const low =
    limit |
    ((base & 0xff_ffff) << 16) |
    (TSS_AVAILABLE_PRESENT << 40) |
    (((base >> 24) & 0xff) << 56);
  const place = u64(addressOf(gdt)) + TSS_SELECTOR;
  store<u64>(virt(place), low);
  store<u64>(virt(place + 8), base >> 32);
}

function setGate(vector: usize, handler: u64, ist: u8): void {
  const gate = gates[vector];
  gate.offsetLow = u16(handler);
  gate.selector = CODE_SELECTOR;
  gate.ist = ist;
  gate.attributes = INTERRUPT_GATE_PRESENT;
  gate.offsetMiddle = u16(handler >> 16);
  gate.offsetHigh = u32(handler >> 32);
}

/**
 * The processor's local interrupt controller: its timer, and the acknowledgement of interrupts.
 *
 * Source: Intel SDM vol. 3 §10.4, §10.5. Only the memory-mapped mode (xAPIC) at the architectural
 * address is used; that is what processors start in.
 *
 * @unsafe reads and writes device registers
 */
import { mapDevice } from "./address-space.ts";
import { readMsr } from "./cpu.ts";
import { SPURIOUS_VECTOR, TIMER_VECTOR } from "./descriptor-tables.ts";

/** Where the handler in trap.S acknowledges. @extern kvm_local_apic_eoi */
declare const eoiAddress: u64;

const IA32_APIC_BASE: u32 = 0x1b;
const APIC_BASE_X2APIC: u64 = 0x400;
const APIC_BASE_ENABLE: u64 = 0x800;
const APIC_BASE_ADDRESS: u64 = 0x000f_ffff_ffff_f000;
const LOCAL_APIC_ADDRESS: u64 = 0xfee0_0000;
const EOI_OFFSET: u64 = 0xb0;
const SVR_ENABLE: u32 = 0x100;
const LVT_MASKED: u32 = 0x1_0000;
/** A write of 0b1011 divides by 1 (§10.5.4). */
const DIVIDE_BY_1: u32 = 0xb;
const PIC1_DATA: u16 = 0x21;
const PIC2_DATA: u16 = 0xa1;

@mmio
class LocalApicRegisters {
  @offset(0x20) readonly id!: u32;
  @offset(0xf0) spuriousVector!: u32;
  @offset(0x320) lvtTimer!: u32;
  @offset(0x350) lvtLint0!: u32;
  @offset(0x380) initialCount!: u32;
  @offset(0x390) readonly currentCount!: u32;
  @offset(0x3e0) divideConfiguration!: u32;
}

function registers(): LocalApicRegisters {
  return objectAt<LocalApicRegisters>(virt(LOCAL_APIC_ADDRESS));
}

/**
 * Enables it, with the timer stopped, and silences the old interrupt controllers. Panics where
 * there is none.
 */
export function startLocalApic(): void {
  const base = readMsr(IA32_APIC_BASE);
  if ((base & APIC_BASE_ENABLE) === 0) panic("the local APIC is disabled");
  if ((base & APIC_BASE_X2APIC) !== 0)
    panic("the local APIC is in x2APIC mode, which is not supported");
  if ((base & APIC_BASE_ADDRESS) !== LOCAL_APIC_ADDRESS)
    panic("the local APIC is at an unusual address");
  if (u64(mapDevice(phys(LOCAL_APIC_ADDRESS), 4096)) === 0) panic("no memory for page tables");
  store<u64>(addressOf(eoiAddress), LOCAL_APIC_ADDRESS + EOI_OFFSET);
  outb(PIC1_DATA, 0xff);
  outb(PIC2_DATA, 0xff);
  const apic = registers();
  apic.spuriousVector = SVR_ENABLE | SPURIOUS_VECTOR;
  apic.lvtLint0 = LVT_MASKED;
  apic.divideConfiguration = DIVIDE_BY_1;
  apic.lvtTimer = LVT_MASKED | TIMER_VECTOR;
}

/** The number that interrupt messages address this processor with. */
export function localApicId(): u32 {
  return registers().id >> 24;
}

/** Lets the timer run from its highest count, without an interrupt. */
export function startTimerCount(): void {
  registers().initialCount = 0xffff_ffff;
}

/** The timer's count; it runs downwards. */
export function timerCount(): u32 {
  return registers().currentCount;
}

/** Interrupts once after `count` ticks (> 0). */
export function armTimer(count: u32): void {
  const apic = registers();
  apic.lvtTimer = TIMER_VECTOR;
  apic.initialCount = count;
}

/** Stops the timer; an interrupt that is pending already still comes. */
export function stopTimer(): void {
  registers().initialCount = 0;
}

/**
 * Time: the processor's time stamp counter, scaled to nanoseconds.
 *
 * Its frequency is what the hypervisor or the processor says (CPUID, KVM's clock page); where nobody says it, it is
 * measured for a moment against the local APIC's timer, which QEMU and KVM run at 1 GHz, or against
 * the programmable interval timer (8254) elsewhere.
 *
 * @unsafe reads the counter, the page that KVM fills, and the interval timer's ports
 */
import { config } from "@typekraft/config";
import { ClockScale, frequencyFromKvmClock } from "./clock-scale.ts";
import { writeMsr } from "./cpu.ts";
import { Hypervisor, hypervisor, leaf } from "./features.ts";
import { startTimerCount, stopTimer, timerCount } from "./local-apic.ts";
import { readRealTimeClock } from "./real-time-clock.ts";

declare module "@typekraft/config" {
  interface Config {
    /** How long to measure the frequency of the time stamp counter where nobody states it, in microseconds. */
    readonly LIB_PLAT_KVM_CALIBRATION_US: u32;
  }
}

const NS_PER_SECOND: u64 = 1_000_000_000;
const MSR_KVM_SYSTEM_TIME_NEW: u32 = 0x4b56_4d01;
const KVM_FEATURE_CLOCKSOURCE2: u32 = 0x8;
/** The local APIC's timer on QEMU and KVM: one tick a nanosecond. */
const VIRTUAL_APIC_HZ: u64 = 1_000_000_000;
const SAMPLES: u32 = 4;

const PIT_CHANNEL_2: u16 = 0x42;
const PIT_COMMAND: u16 = 0x43;
/** Channel 2, both bytes, mode 0: the output rises when the count is over. */
const PIT_CHANNEL_2_ONE_SHOT = 0xb0;
const PIT_GATE: u16 = 0x61;
const PIT_OUTPUT = 0x20;
const PIT_HZ: u64 = 1_193_182;
const PIT_COUNT: u64 = 1193;
/** Far more port reads than a millisecond holds. */
const MAX_PIT_POLLS: u32 = 1_000_000;

/** struct pvclock_vcpu_time_info, Linux Documentation/virt/kvm/x86/msr.rst. */
@align(32)
class KvmClockPage {
  version: u32 = 0;
  pad0: u32 = 0;
  tscTimestamp: u64 = 0;
  systemTime: u64 = 0;
  tscToSystemMul: u32 = 0;
  tscShift: i8 = 0;
  flags: u8 = 0;
  pad1: u16 = 0;
}

/** The timer's count and the counter's value at one moment. */
class Sample {
  tsc: u64 = 0;
  count: u32 = 0;
}

const scale = new ClockScale();
const kvmClockPage = new KvmClockPage();
let startTsc: u64 = 0;
/** Ticks of the local APIC's timer a second. */
let apicHz: u64 = VIRTUAL_APIC_HZ;
let bootWallClockNs: u64 = 0;
let wallClockRead: boolean = false;

/** Finds out the frequencies; from then on the clock runs. After readFeatures and startLocalApic. */
export function startClock(): void {
  startTsc = rdtsc();
  const virtualApic = hypervisor === Hypervisor.Kvm || hypervisor === Hypervisor.Tcg;
  let hz = statedFrequency();
  if (!scale.setFrequency(hz)) {
    hz = virtualApic ? measureByApic() : measureByIntervalTimer();
    if (!scale.setFrequency(hz))
      panic("the frequency of the time stamp counter cannot be found out");
  }
  if (!virtualApic) apicHz = measureApic(hz);
}

/** Nanoseconds since the start of the clock. */
export function monotonicNs(): u64 {
  return scale.toNs(rdtsc() - startTsc);
}

/** Nanoseconds since 1970, to the second; the hardware clock is read at the first call. 0 where there is none. */
export function wallClockNs(): u64 {
  if (!wallClockRead) {
    wallClockRead = true;
    const seconds = readRealTimeClock();
    if (seconds !== 0) bootWallClockNs = seconds * NS_PER_SECOND - monotonicNs();
  }
  return bootWallClockNs === 0 ? 0 : bootWallClockNs + monotonicNs();
}

/** How many ticks of the local APIC's timer `ns` (at most 2^32) are. */
export function timerTicks(ns: u64): u64 {
  return apicHz === VIRTUAL_APIC_HZ ? ns : (ns * (apicHz >> 10)) / (NS_PER_SECOND >> 10);
}

/** The counter's frequency in Hz as hypervisor or processor state it; 0 where they do not. */
function statedFrequency(): u64 {
  const kilohertz = u64(leaf(0x4000_0010).eax);
  if (kilohertz !== 0) return kilohertz * 1000;
  if (hypervisor === Hypervisor.Kvm) {
    if ((leaf(0x4000_0001).eax & KVM_FEATURE_CLOCKSOURCE2) !== 0) return kvmClockFrequency();
  }
  const crystal = leaf(0x15);
  if (crystal.eax !== 0 && crystal.ebx !== 0 && crystal.ecx !== 0) {
    return (u64(crystal.ecx) * crystal.ebx) / crystal.eax;
  }
  // Leaf 0x16 is a name plate in MHz, too coarse for a clock: measure instead.
  return 0;
}

/** KVM fills the page at the next entry to the guest, so at the latest when the write of the register returns. */
function kvmClockFrequency(): u64 {
  const page = addressOf(kvmClockPage);
  writeMsr(MSR_KVM_SYSTEM_TIME_NEW, u64(page) | 1);
  compilerBarrier();
  const mul = volatileLoad<u32>(addressOf(kvmClockPage.tscToSystemMul));
  const shift = volatileLoad<i8>(addressOf(kvmClockPage.tscShift));
  writeMsr(MSR_KVM_SYSTEM_TIME_NEW, 0);
  return frequencyFromKvmClock(mul, shift);
}

function measureByApic(): u64 {
  const before = new Sample();
  const after = new Sample();
  startTimerCount();
  takeSample(before);
  while (before.count - timerCount() < config.LIB_PLAT_KVM_CALIBRATION_US * 1000) {}
  takeSample(after);
  stopTimer();
  return ((after.tsc - before.tsc) * VIRTUAL_APIC_HZ) / u64(before.count - after.count);
}

/** The quickest of some readings: one that an exit of the machine has not stretched. */
function takeSample(into: Sample): void {
  let best: u64 = u64(0xffff_ffff_ffff_ffffn);
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const start = rdtsc();
    const count = timerCount();
    const duration = rdtsc() - start;
    if (duration < best) {
      best = duration;
      into.tsc = start + duration / 2;
      into.count = count;
    }
  }
}

/** One millisecond of the interval timer; 0 where there is none. */
function measureByIntervalTimer(): u64 {
  outb(PIT_GATE, (inb(PIT_GATE) & 0xfc) | 1);
  outb(PIT_COMMAND, PIT_CHANNEL_2_ONE_SHOT);
  outb(PIT_CHANNEL_2, u8(PIT_COUNT));
  outb(PIT_CHANNEL_2, u8(PIT_COUNT >> 8));
  const start = rdtsc();
  for (let polls: u32 = 0; polls < MAX_PIT_POLLS; polls++) {
    if ((inb(PIT_GATE) & PIT_OUTPUT) !== 0) return ((rdtsc() - start) * PIT_HZ) / PIT_COUNT;
  }
  return 0;
}

/** The frequency of the local APIC's timer, by a counter that runs at `tscHz`. */
function measureApic(tscHz: u64): u64 {
  const before = new Sample();
  const after = new Sample();
  startTimerCount();
  takeSample(before);
  while (rdtsc() - before.tsc < tscHz / 4000) {}
  takeSample(after);
  stopTimer();
  return (u64(before.count - after.count) * tscHz) / (after.tsc - before.tsc);
}

/**
 * Time: the processor's time stamp counter, scaled to nanoseconds.
 *
 * Its frequency is what the hypervisor or the processor says (CPUID, KVM's clock page); where
 * nobody says it, it is measured for a moment (calibration.ts) against the local APIC's timer,
 * which QEMU and KVM run at 1 GHz, or against the programmable interval timer (8254) elsewhere.
 *
 * @unsafe reads the counter and the page that KVM fills
 */
import { measureApic, measureByApic, measureByIntervalTimer } from "./calibration.ts";
import { ClockScale, frequencyFromKvmClock } from "./clock-scale.ts";
import { writeMsr } from "./cpu.ts";
import { Hypervisor, hypervisor, leaf } from "./features.ts";
import { readRealTimeClock } from "./real-time-clock.ts";

const NS_PER_SECOND: u64 = 1_000_000_000;
const MSR_KVM_SYSTEM_TIME_NEW: u32 = 0x4b56_4d01;
const KVM_FEATURE_CLOCKSOURCE2: u32 = 0x8;
/** The local APIC's timer on QEMU and KVM: one tick a nanosecond. */
const VIRTUAL_APIC_HZ: u64 = 1_000_000_000;

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

const scale = new ClockScale();
const kvmClockPage = new KvmClockPage();
let startTsc: u64 = 0;
/** Ticks of the local APIC's timer a second. */
let apicHz: u64 = VIRTUAL_APIC_HZ;
let bootWallClockNs: u64 = 0;
let wallClockRead: boolean = false;

/**
 * Finds out the frequencies; from then on the clock runs. After readFeatures and startLocalApic.
 */
export function startClock(): void {
  startTsc = rdtsc();
  const virtualApic = hypervisor === Hypervisor.Kvm || hypervisor === Hypervisor.Tcg;
  let hz = statedFrequency();
  if (!scale.setFrequency(hz)) {
    hz = virtualApic ? measureByApic(VIRTUAL_APIC_HZ) : measureByIntervalTimer();
    if (!scale.setFrequency(hz))
      panic("the frequency of the time stamp counter cannot be found out");
  }
  if (!virtualApic) apicHz = measureApic(hz);
}

/** Nanoseconds since the start of the clock. */
export function monotonicNs(): u64 {
  return scale.toNs(rdtsc() - startTsc);
}

/**
 * Nanoseconds since 1970, to the second; the hardware clock is read at the first call. 0 where
 * there is none.
 */
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

/**
 * KVM fills the page at the next entry to the guest, so at the latest when the write of the
 * register returns.
 */
function kvmClockFrequency(): u64 {
  const page = addressOf(kvmClockPage);
  writeMsr(MSR_KVM_SYSTEM_TIME_NEW, u64(page) | 1);
  compilerBarrier();
  const mul = volatileLoad<u32>(addressOf(kvmClockPage.tscToSystemMul));
  const shift = volatileLoad<i8>(addressOf(kvmClockPage.tscShift));
  writeMsr(MSR_KVM_SYSTEM_TIME_NEW, 0);
  return frequencyFromKvmClock(mul, shift);
}

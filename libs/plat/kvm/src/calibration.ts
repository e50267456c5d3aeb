/**
 * Measures frequencies that nobody states: of the time stamp counter against a timer whose
 * frequency is known, and of the local APIC's timer against the counter.
 *
 * The counter is read before and after the timer, a few times, and the quickest reading counts: so
 * it does no harm that the host runs something else in between, at either end of the measurement or
 * in its middle.
 *
 * @unsafe uses the ports of the interval timer (8254)
 */
import { config } from "@typekraft/config";
import { startTimerCount, stopTimer, timerCount } from "./local-apic.ts";

declare module "@typekraft/config" {
  interface Config {
    /**
     * How long to measure the frequency of the time stamp counter where nobody states it, in
     * microseconds.
     */
    readonly LIB_PLAT_KVM_CALIBRATION_US: u32;
  }
}

const SAMPLES: u32 = 4;
/**
 * A measurement fails where the host has taken the processor away for longer than the timer counts.
 */
const ATTEMPTS: u32 = 5;
/** Far more readings than the longest measurement takes; a timer that stands still ends it here. */
const MAX_READINGS: u32 = 1_000_000;

const PIT_CHANNEL_2: u16 = 0x42;
const PIT_COMMAND: u16 = 0x43;
const PIT_GATE: u16 = 0x61;
const PIT_GATE_ON = 1;
const PIT_SPEAKER_OFF_MASK = 0xfc;
/** Channel 2, both bytes, mode 0: counts down once from what is loaded, and goes on. */
const PIT_CHANNEL_2_COUNT = 0xb0;
const PIT_LATCH_CHANNEL_2 = 0x80;
const PIT_HZ: u64 = 1_193_182;

/** A count that runs downwards and the counter's value, at one moment. */
class Sample {
  tsc: u64 = 0;
  count: u32 = 0;
}

/**
 * The counter's frequency in Hz, by the local APIC's timer at `apicHz`; 0 where that stands still.
 */
export function measureByApic(apicHz: u64): u64 {
  let hz: u64 = 0;
  for (let attempt: u32 = 0; attempt < ATTEMPTS && hz === 0; attempt++) {
    startTimerCount();
    hz = measure(timerCount, apicHz);
  }
  stopTimer();
  return hz;
}

/** The counter's frequency in Hz, by the interval timer; 0 where there is none. */
export function measureByIntervalTimer(): u64 {
  outb(PIT_GATE, (inb(PIT_GATE) & PIT_SPEAKER_OFF_MASK) | PIT_GATE_ON);
  let hz: u64 = 0;
  for (let attempt: u32 = 0; attempt < ATTEMPTS && hz === 0; attempt++) {
    outb(PIT_COMMAND, PIT_CHANNEL_2_COUNT);
    outb(PIT_CHANNEL_2, 0xff);
    outb(PIT_CHANNEL_2, 0xff);
    hz = measure(intervalCount, PIT_HZ);
  }
  return hz;
}

/** The frequency of the local APIC's timer in Hz, by a counter that runs at `tscHz`. */
export function measureApic(tscHz: u64): u64 {
  const before = new Sample();
  const after = new Sample();
  const duration = (tscHz * config.LIB_PLAT_KVM_CALIBRATION_US) / 1_000_000;
  startTimerCount();
  takeSample(timerCount, before);
  while (rdtsc() - before.tsc < duration) {}
  takeSample(timerCount, after);
  stopTimer();
  return (u64(before.count - after.count) * tscHz) / (after.tsc - before.tsc);
}

/**
 * The counter's frequency by a timer that has just started from its highest count; 0 where it does
 * not run.
 */
function measure(read: CFn<() => u32>, timerHz: u64): u64 {
  const before = new Sample();
  const after = new Sample();
  const ticks = (timerHz * config.LIB_PLAT_KVM_CALIBRATION_US) / 1_000_000;
  takeSample(read, before);
  for (let readings: u32 = 0; readings < MAX_READINGS; readings++) {
    const count = read();
    if (count < before.count && u64(before.count - count) >= ticks) break;
  }
  takeSample(read, after);
  if (after.count >= before.count || after.tsc <= before.tsc) return 0;
  return ((after.tsc - before.tsc) * timerHz) / u64(before.count - after.count);
}

function takeSample(read: CFn<() => u32>, into: Sample): void {
  let best: u64 = u64(0xffff_ffff_ffff_ffffn);
  for (let i: u32 = 0; i < SAMPLES; i++) {
    const start = rdtsc();
    const count = read();
    const duration = rdtsc() - start;
    if (duration < best) {
      best = duration;
      into.tsc = start + duration / 2;
      into.count = count;
    }
  }
}

function intervalCount(): u32 {
  outb(PIT_COMMAND, PIT_LATCH_CHANNEL_2);
  const low = inb(PIT_CHANNEL_2);
  return u32(low) | (u32(inb(PIT_CHANNEL_2)) << 8);
}

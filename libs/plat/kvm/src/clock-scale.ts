/**
 * Converts ticks of a fixed frequency to nanoseconds by a multiplication and a shift: ns = ticks ×
 * multiplier / 2^shift.
 *
 * The multiplier has 32 bits, so that a 64-bit count is scaled in two halves without 128-bit
 * arithmetic; the error is below 2^-28 of the time.
 */

const NS_PER_SECOND: u64 = 1_000_000_000;
const MIN_HZ: u64 = 1_000_000;
const MAX_HZ: u64 = 10_000_000_000;

export class ClockScale {
  private multiplier: u64 = 0;
  private shift: u32 = 0;

  /** False where `hz` is no plausible frequency of a processor's counter (1 MHz to 10 GHz). */
  setFrequency(hz: u64): boolean {
    if (hz < MIN_HZ || hz > MAX_HZ) return false;
    let shift: u32 = 32;
    let multiplier = (NS_PER_SECOND << shift) / hz;
    while (multiplier > 0xffff_ffff) {
      shift--;
      multiplier = (NS_PER_SECOND << shift) / hz;
    }
    this.multiplier = multiplier;
    this.shift = shift;
    return true;
  }

  /** Exact to the multiplier; overflows after 2^64 ns, 584 years. */
  toNs(ticks: u64): u64 {
    const high = (ticks >> 32) * this.multiplier;
    const low = (ticks & 0xffff_ffff) * this.multiplier;
    return (high << (32 - this.shift)) + (low >> this.shift);
  }
}

/**
 * The frequency of the time stamp counter, in Hz, from KVM's conversion factors: ns = (ticks <<
 * shift) × mul / 2^32. 0 where they make no sense. Source: Linux
 * Documentation/virt/kvm/x86/msr.rst, MSR_KVM_SYSTEM_TIME_NEW.
 */
export function frequencyFromKvmClock(mul: u32, shift: i8): u64 {
  if (mul === 0 || shift < -31 || shift > 31) return 0;
  const scaled = (NS_PER_SECOND << 32) / mul;
  if (shift >= 0) return scaled >> u32(u8(shift));
  const up = u32(u8(-shift));
  return scaled > MAX_HZ || up > 20 ? 0 : scaled << up;
}

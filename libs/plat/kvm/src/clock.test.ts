/** Tests of the conversions of time: ticks to nanoseconds, KVM's factors, dates. */
import { ClockScale, frequencyFromKvmClock } from "./clock-scale.ts";
import { CivilTime, unixSeconds } from "./real-time-clock.ts";

const scale = new ClockScale();
const SECOND: u64 = 1_000_000_000;

function expectNear(value: u64, expected: u64, tolerance: u64): void {
  const difference = value > expected ? value - expected : expected - value;
  assert(difference <= tolerance);
}

/** @test */
export function refusesImplausibleFrequencies(): void {
  assert(!scale.setFrequency(0));
  assert(!scale.setFrequency(999_999));
  assert(!scale.setFrequency(10_000_000_001));
  assert(scale.setFrequency(1_000_000));
  assert(scale.setFrequency(10_000_000_000));
}

/** @test */
export function oneGigahertzIsExact(): void {
  assert(scale.setFrequency(SECOND));
  assert(scale.toNs(0) === 0);
  assert(scale.toNs(123_456_789_012) === 123_456_789_012);
}

/** @test */
export function everyFrequencyIsRightForAYear(): void {
  const year: u64 = 31_536_000;
  for (let megahertz: u64 = 1; megahertz < 10_000; megahertz += 37) {
    const hz = megahertz * 1_000_000 + 12_345;
    assert(scale.setFrequency(hz));
    expectNear(scale.toNs(hz), SECOND, 5);
    expectNear(scale.toNs(hz * year), SECOND * year, (SECOND * year) >> 28);
  }
}

/** @test */
export function isMonotonicAcrossTheHalves(): void {
  assert(scale.setFrequency(2_596_000_000));
  let last = scale.toNs(0xffff_ff00);
  for (let ticks: u64 = 0xffff_ff01; ticks < 0x1_0000_0100; ticks++) {
    const ns = scale.toNs(ticks);
    assert(ns >= last && ns - last <= 1);
    last = ns;
  }
}

/** @test */
export function understandsKvmsFactors(): void {
  // Half a nanosecond a tick, and that times or divided by powers of two.
  assert(frequencyFromKvmClock(0x8000_0000, 0) === 2 * SECOND);
  assert(frequencyFromKvmClock(0x8000_0000, 2) === SECOND / 2);
  assert(frequencyFromKvmClock(0x8000_0000, -1) === 4 * SECOND);
  assert(frequencyFromKvmClock(0, 0) === 0);
  assert(frequencyFromKvmClock(1, -31) === 0);
  assert(frequencyFromKvmClock(1, 127) === 0);
}

function secondsOf(year: u32, month: u32, day: u32, hour: u32, minute: u32, second: u32): u64 {
  const time = new CivilTime();
  time.year = year;
  time.month = month;
  time.day = day;
  time.hour = hour;
  time.minute = minute;
  time.second = second;
  return unixSeconds(time);
}

/** @test */
export function datesBecomeSeconds(): void {
  assert(secondsOf(2000, 1, 1, 0, 0, 0) === 946_684_800);
  assert(secondsOf(2000, 2, 29, 12, 0, 0) === 951_825_600);
  assert(secondsOf(2000, 3, 1, 0, 0, 0) === 951_868_800);
  assert(secondsOf(2024, 2, 29, 23, 59, 59) === 1_709_251_199);
  assert(secondsOf(2026, 11, 20, 16, 8, 51) === 1_795_190_931);
  assert(secondsOf(2099, 12, 31, 23, 59, 59) === 4_102_444_799);
}

/** @test */
export function nonsenseIsNoDate(): void {
  assert(secondsOf(1999, 12, 31, 0, 0, 0) === 0);
  assert(secondsOf(2165, 1, 1, 0, 0, 0) === 0);
  assert(secondsOf(2026, 0, 1, 0, 0, 0) === 0);
  assert(secondsOf(2026, 13, 1, 0, 0, 0) === 0);
  assert(secondsOf(2026, 1, 0, 0, 0, 0) === 0);
  assert(secondsOf(2026, 1, 1, 24, 0, 0) === 0);
  assert(secondsOf(2026, 1, 1, 0, 165, 0) === 0);
}

/** @test */
export function everyDayFollowsTheLast(): void {
  let expected: u64 = 946_684_800;
  for (let year: u32 = 2000; year < 2100; year++) {
    for (let month: u32 = 1; month <= 12; month++) {
      for (let day: u32 = 1; day <= daysOf(year, month); day++) {
        assert(secondsOf(year, month, day, 0, 0, 0) === expected);
        expected += 86_400;
      }
    }
  }
}

function daysOf(year: u32, month: u32): u32 {
  if (month === 2) return year % 4 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

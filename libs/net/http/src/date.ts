/**
 * The `Date` field (RFC 9110 §5.6.7, IMF-fixdate): `Sun, 06 Nov 1994 08:49:37 GMT`. It is written
 * anew when the second has changed, and the wall clock, which is dear on some machines, is read no
 * more often.
 */
import { monotonicNs, wallClockNs } from "@typekraft/plat";
import { TextWriter } from "@typekraft/format";

/** Bytes of a date. */
export const DATE_BYTES = 29;

const SECOND_NS: u64 = 1_000_000_000;
const SECONDS_PER_DAY: u64 = 86_400;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY: u64 = 4;

const storage = fixedArray<u8, 29>();
let validUntilNs: u64 = 0;
let known: boolean = false;

function weekdayName(day: u64): str {
  return text(bytes("SunMonTueWedThuFriSat").sub(day * 3, 3));
}

/** The name of month 1 to 12. */
function monthName(month: u64): str {
  return text(bytes("JanFebMarAprMayJunJulAugSepOctNovDec").sub((month - 1) * 3, 3));
}

/**
 * Year, month and day of a day counted from 1970-01-01. Years are taken to begin with March, so
 * that the leap day is their last; the months then have a regular pattern of 153 days in 5 months.
 */
export function civilDate(days: u64): [u64, u64, u64] {
  const sinceYearZero = days + 719_468; // 0000-03-01
  const era = sinceYearZero / 146_097; // 400 years
  const dayOfEra = sinceYearZero % 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * dayOfYear + 2) / 153; // 0 is March
  const day = dayOfYear - (153 * shifted + 2) / 5 + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = era * 400 + yearOfEra;
  return [month <= 2 ? year + 1 : year, month, day];
}

/** Writes the date of a time in seconds since 1970, 29 bytes for the years 1970 to 9999. */
export function writeDate(seconds: u64, into: TextWriter): void {
  const days = seconds / SECONDS_PER_DAY;
  const inDay = seconds % SECONDS_PER_DAY;
  const [year, month, day] = civilDate(days);
  into.addText(weekdayName((days + EPOCH_WEEKDAY) % 7));
  into.addText(", ");
  into.addPadded(day, 2);
  into.addText(" ");
  into.addText(monthName(month));
  into.addText(" ");
  into.addPadded(year, 4);
  into.addText(" ");
  into.addPadded(inDay / 3600, 2);
  into.addText(":");
  into.addPadded((inDay / 60) % 60, 2);
  into.addText(":");
  into.addPadded(inDay % 60, 2);
  into.addText(" GMT");
}

/** The current date; empty where the machine does not know it (then the field must be left out). */
export function currentDate(): Slice<u8> {
  const nowNs = monotonicNs();
  if (nowNs >= validUntilNs) {
    const wallNs = wallClockNs();
    known = wallNs !== 0;
    validUntilNs = nowNs + (SECOND_NS - (wallNs % SECOND_NS));
    const writer = new TextWriter(storage.slice());
    if (known) writeDate(wallNs / SECOND_NS, writer);
  }
  return known ? storage.slice() : bytes("");
}

/**
 * The date from the battery-backed clock (MC146818, "CMOS"), read once: its ports are slow, and its
 * seconds coarse.
 *
 * Virtual machines keep it in UTC. Register B says whether it counts in BCD and in 24 hours; the
 * century is taken to be the 21st. Source: Motorola MC146818A data sheet.
 *
 * @unsafe reads the ports of the clock
 */

const CMOS_ADDRESS: u16 = 0x70;
const CMOS_DATA: u16 = 0x71;
const REGISTER_A = 0x0a;
const REGISTER_B = 0x0b;
const UPDATE_IN_PROGRESS = 0x80;
const BINARY_MODE = 0x04;
const MODE_24_HOURS = 0x02;
const PM = 0x80;
/** From 1970-01-01 to 1996-03-01. */
const DAYS_TO_MARCH_1996: u32 = 9556;
/** An update takes 2 ms, far less than this many port reads on any machine. */
const MAX_TRIES: u32 = 100_000;

/** A time of day as the clock shows it. */
export class CivilTime {
  year: u32 = 0;
  month: u32 = 0;
  day: u32 = 0;
  hour: u32 = 0;
  minute: u32 = 0;
  second: u32 = 0;
}

/** Seconds since 1970-01-01 00:00 UTC; 0 where the machine has no clock or it shows nonsense. */
export function readRealTimeClock(): u64 {
  const first = new CivilTime();
  const second = new CivilTime();
  // The registers change while they are read; two equal readings in a row are right.
  for (let tries: u32 = 0; tries < 4; tries++) {
    if (!waitForUpdate()) return 0;
    readRegisters(first);
    readRegisters(second);
    if (first.second === second.second && first.hour === second.hour && first.day === second.day) {
      return unixSeconds(first);
    }
  }
  return 0;
}

/** Seconds since 1970 of a date in 2000 to 2099; 0 where it is no date. */
export function unixSeconds(time: CivilTime): u64 {
  if (time.year < 2000 || time.year > 2099) return 0;
  if (time.month < 1 || time.month > 12 || time.day < 1 || time.day > 31) return 0;
  if (time.hour > 23 || time.minute > 59 || time.second > 60) return 0;
  // Years are counted from March 1996, so that the leap day is the last of its year; every fourth
  // has one until 2100.
  const early = time.month <= 2;
  const years = (early ? time.year - 1 : time.year) - 1996;
  const month = early ? time.month + 9 : time.month - 3;
  const dayOfYear = (month * 153 + 2) / 5 + time.day - 1;
  const days = u64(DAYS_TO_MARCH_1996 + years * 365 + years / 4 + dayOfYear);
  return ((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second;
}

function waitForUpdate(): boolean {
  for (let tries: u32 = 0; tries < MAX_TRIES; tries++) {
    const status = readCmos(REGISTER_A);
    // An absent chip reads as all ones.
    if (status === 0xff) return false;
    if ((status & UPDATE_IN_PROGRESS) === 0) return true;
  }
  return false;
}

function readRegisters(into: CivilTime): void {
  const mode = readCmos(REGISTER_B);
  const binary = (mode & BINARY_MODE) !== 0;
  const hours = readCmos(4);
  into.second = decode(readCmos(0), binary);
  into.minute = decode(readCmos(2), binary);
  into.hour = decode(hours, binary);
  if ((mode & MODE_24_HOURS) === 0) {
    into.hour = decode(hours & 0x7f, binary) % 12;
    if ((hours & PM) !== 0) into.hour += 12;
  }
  into.day = decode(readCmos(7), binary);
  into.month = decode(readCmos(8), binary);
  into.year = 2000 + decode(readCmos(9), binary);
}

function decode(value: u8, binary: boolean): u32 {
  if (binary) return value;
  return u32(value >> 4) * 10 + (value & 15);
}

function readCmos(register: u8): u8 {
  outb(CMOS_ADDRESS, register);
  return inb(CMOS_DATA);
}

/**
 * Clocks and idling of the process.
 *
 * The clock is read through the function that the kernel maps into every process (vDSO) where there
 * is one, which takes no system call. Idling waits for the event descriptor of
 * @typekraft/linux-host.
 *
 * @unsafe gives the kernel addresses
 */
import { existingEventDescriptor } from "@typekraft/linux-host";
import { NO_DEADLINE } from "@typekraft/plat";
import { SYS_CLOCK_GETTIME, SYS_PPOLL, call2, call4 } from "./system-calls.ts";

const CLOCK_REALTIME: u64 = 0;
const CLOCK_MONOTONIC: u64 = 1;
const NS_PER_SECOND: u64 = 1_000_000_000;
const POLLIN: u16 = 1;

type ClockGetTime = (clock: u64, into: VirtAddr) => i32;

/** struct timespec. */
class TimeSpec {
  seconds: i64 = 0;
  nanoseconds: i64 = 0;
}

/** struct pollfd. */
class PollDescriptor {
  fd: i32 = 0;
  events: u16 = 0;
  revents: u16 = 0;
}

const now = new TimeSpec();
const timeout = new TimeSpec();
const descriptor = new PollDescriptor();
let clockGetTime: CFn<ClockGetTime> | null = null;

/** Makes the clock call the function at `at`, the vDSO's clock_gettime. */
export function useClockFunction(at: VirtAddr): void {
  clockGetTime = functionAt<ClockGetTime>(at);
}

/** Nanoseconds since an arbitrary start (that of the host). */
export function monotonicNs(): u64 {
  return readClock(CLOCK_MONOTONIC);
}

/** Nanoseconds since 1970-01-01 00:00 UTC. */
export function wallClockNs(): u64 {
  return readClock(CLOCK_REALTIME);
}

/** Waits for an event of the host, a signal, or the deadline. */
export function idleUntil(deadlineNs: u64): void {
  let timeoutAddress: u64 = 0;
  if (deadlineNs !== NO_DEADLINE) {
    const start = monotonicNs();
    if (deadlineNs <= start) return;
    timeout.seconds = i64((deadlineNs - start) / NS_PER_SECOND);
    timeout.nanoseconds = i64((deadlineNs - start) % NS_PER_SECOND);
    timeoutAddress = u64(addressOf(timeout));
  }
  descriptor.fd = existingEventDescriptor();
  descriptor.events = POLLIN;
  descriptor.revents = 0;
  const count: u64 = descriptor.fd < 0 ? 0 : 1;
  call4(SYS_PPOLL, u64(addressOf(descriptor)), count, timeoutAddress, 0);
}

function readClock(clock: u64): u64 {
  const at = addressOf(now);
  const fast = clockGetTime;
  if (fast !== null) {
    fast(clock, at);
  } else {
    call2(SYS_CLOCK_GETTIME, clock, u64(at));
  }
  compilerBarrier();
  return u64(now.seconds) * NS_PER_SECOND + u64(now.nanoseconds);
}

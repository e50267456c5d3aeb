/** A monotonic clock that stands still until a test moves it. */
import type { Clock } from "@typekraft/plat";

/** Not 0, so that code which takes 0 for "never" shows itself. */
const START_NS: u64 = 1_000_000_000;

export class SimClock implements Clock {
  private now: u64 = START_NS;

  nowNs(): u64 {
    return this.now;
  }

  /** Lets time pass, in nanoseconds. */
  advance(byNs: u64): void {
    this.now += byNs;
  }

  /** Moves on to this time; a time in the past changes nothing. */
  advanceTo(timeNs: u64): void {
    if (timeNs > this.now) this.now = timeNs;
  }

  /** Starts again, one second after the epoch of the clock. */
  reset(): void {
    this.now = START_NS;
  }
}

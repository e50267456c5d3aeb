/**
 * Two network devices joined by a simulated cable, and the clock that both live by.
 *
 * A test makes it a constant of the module (it is half a megabyte), calls `start` with a seed,
 * spoils the two lines as it wishes, and then alternates between polling both sides and `step`,
 * which moves the clock to the next arrival.
 */
import { SimClock } from "./sim-clock.ts";
import { SimDevice } from "./sim-device.ts";
import { SimLine } from "./sim-line.ts";

/** MAC addresses of the two devices. */
export const SIM_LEFT_MAC: u64 = 0x0200_0000_0001;
export const SIM_RIGHT_MAC: u64 = 0x0200_0000_0002;

export class SimNetwork {
  readonly clock: SimClock = new SimClock();
  readonly left: SimDevice = new SimDevice();
  readonly right: SimDevice = new SimDevice();
  readonly toRight: SimLine = new SimLine();
  readonly toLeft: SimLine = new SimLine();

  /** Starts afresh: time, both lines (perfect), both devices with all packets free. */
  start(seed: u64): void {
    this.clock.reset();
    this.toRight.reset(seed);
    this.toLeft.reset(seed + 1);
    this.left.join("left", SIM_LEFT_MAC, this.clock, this.toRight, this.toLeft);
    this.right.join("right", SIM_RIGHT_MAC, this.clock, this.toLeft, this.toRight);
  }

  /** When the next frame arrives at either side; `NO_DEADLINE` where none is in flight. */
  nextDueNs(): u64 {
    const right = this.toRight.nextDueNs();
    const left = this.toLeft.nextDueNs();
    return right < left ? right : left;
  }

  /**
   * Moves the clock to the next arrival, but not beyond `untilNs`; whether a frame arrives by then.
   * Poll both sides after it.
   */
  step(untilNs: u64): boolean {
    const due = this.nextDueNs();
    if (due > untilNs) {
      this.clock.advanceTo(untilNs);
      return false;
    }
    this.clock.advanceTo(due);
    return true;
  }

  /** Frames in flight in both directions. */
  inFlight(): usize {
    return this.toRight.inFlight() + this.toLeft.inFlight();
  }
}

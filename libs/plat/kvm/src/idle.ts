/**
 * Idling: the only place where interrupts are enabled.
 *
 * An interrupt that comes before the `hlt` is not lost: the processor takes none before the instruction after `sti` has
 * been executed, so it arrives in the `hlt` and ends it. Those that came earlier wait in the local APIC.
 *
 * @unsafe halts the processor
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { monotonicNs, timerTicks } from "./clock.ts";
import { armTimer, stopTimer, timerCount } from "./local-apic.ts";

/** The timer counts 32 bits; a later deadline takes several rounds. */
const MAX_ROUND_NS: u64 = 4_000_000_000;
const MAX_TICKS: u64 = 0xffff_ffff;

/** What the timer was set for last; NO_DEADLINE where it was stopped since. */
let armedFor: u64 = NO_DEADLINE;

/** Halts until an interrupt comes or the clock reaches `deadlineNs`. May return early. */
export function idleUntil(deadlineNs: u64): void {
  if (deadlineNs === NO_DEADLINE) {
    if (armedFor !== NO_DEADLINE) {
      stopTimer();
      armedFor = NO_DEADLINE;
    }
  } else {
    const now = monotonicNs();
    if (deadlineNs <= now) return;
    // A timer that is still running for this deadline need not be set again.
    if (armedFor !== deadlineNs || timerCount() === 0) arm(deadlineNs, now);
  }
  asm`sti; hlt; cli`;
}

function arm(deadlineNs: u64, now: u64): void {
  const wait = deadlineNs - now;
  const round = wait < MAX_ROUND_NS ? wait : MAX_ROUND_NS;
  const ticks = timerTicks(round) + 1;
  armTimer(u32(ticks < MAX_TICKS ? ticks : MAX_TICKS));
  armedFor = now + round;
}

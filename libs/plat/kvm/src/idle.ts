/**
 * Idling: the only place where interrupts are enabled.
 *
 * An interrupt that comes before the `hlt` is not lost: the processor takes none before the
 * instruction after `sti` has been executed, so it arrives in the `hlt` and ends it. Those that
 * came earlier wait in the local APIC.
 *
 * Setting the timer leaves the virtual machine, and deadlines of a busy network move with every
 * packet. So a timer that runs already and comes no later than the deadline is left alone: at the
 * worst it ends one idling early.
 *
 * @unsafe halts the processor, shares a variable with the timer's handler
 */
import { NO_DEADLINE } from "@typekraft/plat";
import { monotonicNs, timerTicks } from "./clock.ts";
import { armTimer } from "./local-apic.ts";

/** The timer counts 32 bits; a later deadline takes several rounds. */
const MAX_ROUND_NS: u64 = 4_000_000_000;
const MAX_TICKS: u64 = 0xffff_ffff;

/** Set to 1 by the timer's interrupt. @extern kvm_timer_fired */
declare const timerFired: u8;

/** When the timer fires or has fired; before it was ever set, later than any deadline. */
let armedFor: u64 = NO_DEADLINE;

/** Halts until an interrupt comes or the clock reaches `deadlineNs`. May return early. */
export function idleUntil(deadlineNs: u64): void {
  if (deadlineNs !== NO_DEADLINE) {
    const now = monotonicNs();
    if (deadlineNs <= now) return;
    if (armedFor > deadlineNs || volatileLoad<u8>(addressOf(timerFired)) !== 0) {
      arm(deadlineNs, now);
    }
  }
  asm`sti; hlt; cli`;
}

function arm(deadlineNs: u64, now: u64): void {
  const wait = deadlineNs - now;
  const round = wait < MAX_ROUND_NS ? wait : MAX_ROUND_NS;
  const ticks = timerTicks(round) + 1;
  volatileStore<u8>(addressOf(timerFired), 0);
  armTimer(u32(ticks < MAX_TICKS ? ticks : MAX_TICKS));
  armedFor = now + round;
}

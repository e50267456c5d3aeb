/**
 * From the IR to C11: one freestanding file per package. The text is a function of the program alone, so that its hash
 * can key the build's cache.
 */
import type { CUnit, Checks } from "../driver/interface.ts";
import type { Program } from "../ir/ir.ts";
import { planUnits } from "./plan.ts";
import { emitUnit } from "./unit.ts";

/** How the program is emitted. */
export interface EmitOptions {
  /** `debug` also traps overflow; `none` leaves out what the compiler added, and keeps the program's own assertions. */
  readonly checks: Checks;
}

export { C_FLAGS, CLANG_FLAGS } from "./flags.ts";

/**
 * The program in C, one unit for each package that has code or data, sorted by name.
 * @param program verified, see verify.ts; it is not changed
 * @throws Error where the program breaks a rule of the IR
 */
export function emitC(program: Program, options: EmitOptions): CUnit[] {
  const { plans, ownership } = planUnits(program);
  return plans.map((plan) => emitUnit(program, options.checks, ownership, plan));
}

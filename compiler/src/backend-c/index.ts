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

/** What clang and gcc need to compile the units as they are meant; targets and optimisation are the caller's. */
export const C_FLAGS: readonly string[] = [
  "-std=c11",
  "-ffreestanding",
  "-fno-strict-aliasing",
  "-fno-delete-null-pointer-checks",
  "-ffp-contract=off",
];

/** For clang only: it limits how deep brackets may nest. */
export const CLANG_FLAGS: readonly string[] = ["-fbracket-depth=16384"];

/**
 * The program in C, one unit for each package that has code or data, sorted by name.
 * @param program verified, see verify.ts; it is not changed
 * @throws Error where the program breaks a rule of the IR
 */
export function emitC(program: Program, options: EmitOptions): CUnit[] {
  const { plans, ownership } = planUnits(program);
  return plans.map((plan) => emitUnit(program, options.checks, ownership, plan));
}

/** The passes between lowering and the backend, in their order. */
import type { Program } from "../ir/ir.ts";
import { removeChecks } from "./bounds.ts";
import { removeDead } from "./dead.ts";
import { devirtualise } from "./devirtualise.ts";
import { specialise } from "./specialise.ts";

/** How the passes are run. */
export interface OptimiseOptions {
  /** Called after each pass with its name, e.g. to verify or print the program. */
  readonly after?: (pass: string, program: Program) => void;
  /** The image has only what is always checked (`--checks=none`). */
  readonly unchecked?: boolean;
}

/**
 * Optimises the program in place.
 * @param program verified
 */
export function optimise(program: Program, options: OptimiseOptions = {}): void {
  const passes: readonly (readonly [string, (program: Program) => void])[] = [
    ["dead", removeDead],
    ["devirtualise", devirtualise],
    ["specialise", specialise],
    ["dead", removeDead],
    [
      "bounds",
      (p) => {
        removeChecks(p, options.unchecked);
      },
    ],
  ];
  for (const [name, pass] of passes) {
    pass(program);
    options.after?.(name, program);
  }
}

/** Which checks stay in an image that is built without checks. */
import type { CheckKind } from "./ir.ts";

/**
 * What stays with `--checks=none`: what the program says, and division, which C leaves undefined. Memory that unchecked
 * indices reach is the program's own risk.
 */
export const ALWAYS_CHECKED: ReadonlySet<CheckKind> = new Set<CheckKind>([
  "assert",
  "enum",
  "length",
  "divide",
]);

/** Ends with a status of its own. */

/** The program. */
export function main(): i32 {
  log`about to end with 42`;
  return 42;
}

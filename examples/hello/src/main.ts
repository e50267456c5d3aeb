/** The smallest program: one line on the console, and the machine ends with status 0. */

/** What the machine runs; the result is its exit status. */
export function main(): i32 {
  log`Hello from TypeScript`;
  return 0;
}

/**
 * Writes into its own code, which is not writable.
 *
 * @unsafe that is what it is for
 */

/** @noinline */
function victim(): void {
  log`unharmed`;
}

/** The program. */
export function main(): i32 {
  const at = functionAddress<() => void>(victim);
  log`writing to text`;
  store<u8>(at, 0xc3);
  victim();
  return 0;
}

/**
 * Jumps into data, which is not executable.
 *
 * @unsafe that is what it is for
 */

const data = fixedArray<u8, 16>();

/** The program. */
export function main(): i32 {
  data[0] = 0xc3;
  log`running data`;
  const code = functionAt<() => void>(data.slice().addr);
  code();
  log`data was executable`;
  return 0;
}

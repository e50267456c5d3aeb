/** The first thread's own stack is guarded as well. */

/** @noinline */
function deeper(depth: u64): u64 {
  const here = fixedArray<u64, 64>();
  here[depth & 63] = depth;
  const below = deeper(depth + 1);
  return below + here[below & 63];
}

/** The program. */
export function main(): i32 {
  log`going deep`;
  const sum = deeper(0);
  log`came back with ${sum}`;
  return 0;
}

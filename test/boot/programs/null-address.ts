/**
 * Loads from address 8: the first page is not mapped.
 *
 * @unsafe that is what it is for
 */

/** @noinline */
function loadFrom(at: VirtAddr): u64 {
  return load<u64>(at);
}

/** The program. */
export function main(): i32 {
  log`loading from address 8`;
  return i32(loadFrom(virt(8)));
}

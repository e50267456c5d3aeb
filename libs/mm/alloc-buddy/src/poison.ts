/**
 * Overwrites memory that was released, so that its use afterwards shows (debug builds).
 *
 * @unsafe it writes to a raw address
 */

const POISON: u8 = 0xdd;

/** Fills the released block. */
export function poison(at: VirtAddr, length: usize): void {
  fillBytes(sliceAt<u8>(at, length), POISON);
}

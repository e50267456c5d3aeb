/** Spoils bytes for fuzzing: the same seed spoils in the same way. */
import type { Random } from "./random.ts";

/** Values that break length and offset arithmetic more often than random ones. */
const NASTY: Slice<u8> = sliceOf<u8>(0, 1, 0x7f, 0x80, 0xff, 4, 5, 0x45, 0x4f, 20);

/**
 * Changes one to six places of `data` (bits, bytes, nasty values, runs), and returns how many of
 * its bytes to use: mostly all, sometimes fewer.
 */
export function mutate(data: Slice<u8>, random: Random): usize {
  if (data.length === 0) return 0;
  const changes = 1 + random.below(6);
  for (let i: u64 = 0; i < changes; i++) {
    const at = random.below(data.length);
    const kind = random.below(4);
    if (kind === 0) {
      data[at] = data[at] ^ (u8(1) << u8(random.below(8)));
    } else if (kind === 1) {
      data[at] = u8(random.next());
    } else if (kind === 2) {
      data[at] = NASTY[random.below(NASTY.length)];
    } else {
      let count = random.below(8);
      if (count > data.length - at) count = data.length - at;
      random.fill(data.sub(at, count));
    }
  }
  return random.chance(250) ? random.below(data.length + 1) : data.length;
}

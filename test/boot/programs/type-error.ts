/** Must not compile: the product has wrapped before it is widened. tsc accepts it, the language does not. */

/** The program. */
export function main(): i32 {
  const frames: u32 = 3_000_000;
  const bytesPerFrame: u32 = 4096;
  const total: u64 = frames * bytesPerFrame;
  return total > 0 ? 0 : 1;
}

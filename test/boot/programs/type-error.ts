/** Must not compile: the product has wrapped before it is widened. tsc accepts it, the language does not. */

function bytesOfFrames(frames: u32, bytesPerFrame: u32): u64 {
  return frames * bytesPerFrame;
}

/** The program. */
export function main(): i32 {
  return bytesOfFrames(3_000_000, 4096) > 0 ? 0 : 1;
}

/** Tests of SipHash-2-4 against the reference values of its authors. */
import { SipKey, sipHash } from "./siphash.ts";

/** @test */
export function agreesWithTheReference(): void {
  const key = new SipKey();
  key.low = u64(0x0706_0504_0302_0100n);
  key.high = u64(0x0f0e_0d0c_0b0a_0908n);
  const first = u64(0x0706_0504_0302_0100n);
  const second = u64(0x0f0e_0d0c_0b0a_0908n);
  assert(sipHash(key, first, second) === u64(0x3f2a_cc7f_57c2_9bdbn));
}

/** @test */
export function everyInputMatters(): void {
  const key = new SipKey();
  const hash = sipHash(key, 1, 2);
  assert(sipHash(key, 1, 3) !== hash && sipHash(key, 2, 2) !== hash);
  key.high = 1;
  assert(sipHash(key, 1, 2) !== hash);
}

/** Tests of sequence number arithmetic, at the wrap above all. */
import { seqAdd, seqAtMost, seqBefore, seqLater, seqSpan } from "./sequence.ts";

/** @test */
export function comparesAcrossTheWrap(): void {
  assert(seqBefore(u32(0xffff_fff0), 16) && !seqBefore(16, u32(0xffff_fff0)));
  assert(!seqBefore(5, 5) && seqAtMost(5, 5));
  assert(seqBefore(0, 0x7fff_ffff) && !seqAtMost(0x7fff_ffff, 0));
  assert(seqLater(u32(0xffff_ffff), 0) === 0 && seqLater(7, 3) === 7);
}

/** @test */
export function addsAndMeasuresAcrossTheWrap(): void {
  assert(seqAdd(u32(0xffff_fffe), 4) === 2);
  assert(seqSpan(u32(0xffff_fffe), 2) === 4);
}

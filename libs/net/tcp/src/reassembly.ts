/**
 * Which bytes behind the next expected one have come already: a bounded, sorted list of ranges of
 * sequence numbers.
 *
 * The bytes themselves lie in the receive ring at their distance from the oldest byte. Ranges never
 * touch or overlap each other, all begin behind RCV.NXT, and a segment that would need one range
 * too many is dropped: its sender repeats it. The bound keeps a peer that sends every second byte
 * from costing time. Source: RFC 9293 §3.10.7.4 (the paragraph on segments with higher beginning
 * sequence numbers).
 */
import { seqAtMost, seqBefore } from "./sequence.ts";

/**
 * The most ranges of one connection; a burst with more losses than that is rare within an 8 KiB
 * window.
 */
export const MAX_RANGES = 8;

/** The bytes from `start` up to, not including, `end`. */
export class SeqRange {
  start: u32 = 0;
  end: u32 = 0;
}

export class ReassemblyList {
  private readonly ranges: FixedArray<SeqRange, 8> = fixedArray<SeqRange, 8>();
  count: usize = 0;

  /** The range `index` (0 is the lowest), for tests and for SACK blocks. */
  at(index: usize): SeqRange {
    assert(index < this.count);
    return this.ranges[index];
  }

  clear(): void {
    this.count = 0;
  }

  /**
   * Notes that `start` to `end` (not empty) has come. False where the list is full and the range
   * joins none of the others: the caller must then not keep the bytes.
   */
  insert(start: u32, end: u32): boolean {
    let first = 0;
    while (first < this.count && seqBefore(this.ranges[first].end, start)) first++;
    // Ranges first … last - 1 touch or overlap the new one.
    let last = first;
    while (last < this.count && seqAtMost(this.ranges[last].start, end)) last++;
    if (first === last) return this.open(first, start, end);
    const merged = this.ranges[first];
    const high = this.ranges[last - 1].end;
    if (seqBefore(start, merged.start)) merged.start = start;
    merged.end = seqBefore(high, end) ? end : high;
    this.close(first + 1, last);
    return true;
  }

  /**
   * Where the bytes that have come without a gap end, given that all before `next` have come;
   * forgets them.
   */
  advance(next: u32): u32 {
    let end = next;
    let passed = 0;
    while (passed < this.count && seqAtMost(this.ranges[passed].start, end)) {
      if (seqBefore(end, this.ranges[passed].end)) end = this.ranges[passed].end;
      passed++;
    }
    if (passed > 0) this.close(0, passed);
    return end;
  }

  /** A new range at `index`. */
  private open(index: usize, start: u32, end: u32): boolean {
    if (this.count === MAX_RANGES) return false;
    let i = this.count;
    while (i > index) {
      this.ranges[i].start = this.ranges[i - 1].start;
      this.ranges[i].end = this.ranges[i - 1].end;
      i--;
    }
    this.ranges[index].start = start;
    this.ranges[index].end = end;
    this.count++;
    return true;
  }

  /** Removes the ranges from `from` up to, not including, `to`. */
  private close(from: usize, to: usize): void {
    const removed = to - from;
    if (removed === 0) return;
    for (let i = to; i < this.count; i++) {
      this.ranges[i - removed].start = this.ranges[i].start;
      this.ranges[i - removed].end = this.ranges[i].end;
    }
    this.count -= removed;
  }
}

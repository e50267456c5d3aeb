/**
 * Benchmark `allocator`: a two-level segregated-fit allocator under a random mix of allocations and releases.
 *
 * Free blocks are in lists by size: the first level is the power of two, the second divides it into 16. Two bitmaps
 * find the first list that is not empty, so both operations take constant time. Source: Masmano et al., "TLSF: a new
 * dynamic memory allocator for real-time systems", ECRTS 2004.
 *
 * @unsafe an allocator makes blocks out of raw memory
 */

const GRAIN = 16;
const SECOND_LOG2 = 4;
const SECOND_COUNT = 16;
const FIRST_SHIFT = 8;
const FIRST_COUNT = 25;
const LIST_COUNT = 400;
/** Sizes below it have lists of their own, one for each multiple of `GRAIN`. */
const SMALL = 256;
const FREE = 1;
const PREVIOUS_FREE = 2;
const SIZE_MASK = 15;
/** What a block in use has in front of its payload: `previous` and `sizeAndFlags`. */
const HEADER = 16;

class Block {
  /** The block before it in memory. */
  previous: Block | null = null;
  sizeAndFlags: usize = 0;
  /** Links of its list while it is free; the payload starts here while it is in use. */
  nextFree: Block | null = null;
  previousFree: Block | null = null;

  size(): usize {
    return this.sizeAndFlags & ~usize(SIZE_MASK);
  }

  payload(): VirtAddr {
    return addressOf(this) + HEADER;
  }

  next(): Block {
    return objectAt<Block>(addressOf(this) + HEADER + this.size());
  }
}

class Tlsf {
  private firstBitmap: u32 = 0;
  private readonly secondBitmaps: FixedArray<u32, 25> = fixedArray<u32, 25>();
  private readonly lists: FixedArray<Block | null, 400> = fixedArray<Block | null, 400>();

  /** Forgets everything and manages this memory. */
  reset(base: VirtAddr, length: usize): void {
    this.firstBitmap = 0;
    for (let i = 0; i < FIRST_COUNT; i++) this.secondBitmaps[i] = 0;
    for (let i = 0; i < LIST_COUNT; i++) this.lists[i] = null;
    const whole = objectAt<Block>(base);
    whole.previous = null;
    whole.sizeAndFlags = length - 2 * HEADER;
    const end = whole.next();
    end.previous = whole;
    end.sizeAndFlags = 0;
    this.insert(whole);
  }

  allocate(length: usize): VirtAddr {
    let size = (length + (GRAIN - 1)) & ~usize(SIZE_MASK);
    if (size < GRAIN) size = GRAIN;
    const block = this.findFit(size);
    if (block === null) return virt(0);
    this.remove(block);
    const rest = block.size() - size;
    if (rest >= HEADER + GRAIN) {
      block.sizeAndFlags = size | (block.sizeAndFlags & PREVIOUS_FREE);
      const remainder = block.next();
      remainder.previous = block;
      remainder.sizeAndFlags = rest - HEADER;
      remainder.next().previous = remainder;
      this.insert(remainder);
    } else {
      block.next().sizeAndFlags &= ~usize(PREVIOUS_FREE);
    }
    return block.payload();
  }

  release(at: VirtAddr): void {
    let block = objectAt<Block>(at - HEADER);
    let size = block.size();
    const next = block.next();
    if ((next.sizeAndFlags & FREE) !== 0) {
      this.remove(next);
      size += next.size() + HEADER;
    }
    if ((block.sizeAndFlags & PREVIOUS_FREE) !== 0) {
      const previous = block.previous;
      assert(previous !== null);
      this.remove(previous);
      size += previous.size() + HEADER;
      block = previous;
    }
    block.sizeAndFlags = size | (block.sizeAndFlags & PREVIOUS_FREE);
    block.next().previous = block;
    this.insert(block);
  }

  private insert(block: Block): void {
    const [first, second] = listOf(block.size());
    const index = first * SECOND_COUNT + second;
    const head = this.lists[index];
    block.sizeAndFlags |= FREE;
    block.next().sizeAndFlags |= PREVIOUS_FREE;
    block.nextFree = head;
    block.previousFree = null;
    if (head !== null) head.previousFree = block;
    this.lists[index] = block;
    this.firstBitmap |= u32(1) << first;
    this.secondBitmaps[first] |= u32(1) << second;
  }

  private remove(block: Block): void {
    const [first, second] = listOf(block.size());
    const next = block.nextFree;
    const previous = block.previousFree;
    if (next !== null) next.previousFree = previous;
    if (previous !== null) {
      previous.nextFree = next;
    } else {
      this.lists[first * SECOND_COUNT + second] = next;
      if (next === null) {
        this.secondBitmaps[first] &= ~(u32(1) << second);
        if (this.secondBitmaps[first] === 0) this.firstBitmap &= ~(u32(1) << first);
      }
    }
    block.sizeAndFlags &= ~usize(FREE);
  }

  private findFit(length: usize): Block | null {
    let size = length;
    if (size >= SMALL) size += (u64(1) << (63 - clz(size) - SECOND_LOG2)) - 1;
    const [lowest, second] = listOf(size);
    if (lowest >= FIRST_COUNT) return null;
    let first = lowest;
    let map = this.secondBitmaps[first] & (u32(0xffff_ffff) << second);
    if (map === 0) {
      const larger = this.firstBitmap & (u32(0xffff_fffe) << first);
      if (larger === 0) return null;
      first = ctz(larger);
      map = this.secondBitmaps[first];
    }
    return this.lists[first * SECOND_COUNT + ctz(map)];
  }
}

/** The first and second index of the list for blocks of this size. */
function listOf(size: usize): [u32, u32] {
  if (size < SMALL) return [0, u32(size >> 4)];
  const highest = 63 - clz(size);
  return [highest - (FIRST_SHIFT - 1), u32((size >> (highest - SECOND_LOG2)) & (SECOND_COUNT - 1))];
}

const allocator = new Tlsf();
const SLOTS = 512;
const slots = fixedArray<VirtAddr, 512>();

/** `rounds` allocations or releases in the pool `at … at + length`; a sum over the places that it got. */
export function allocatorTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  allocator.reset(at, length);
  for (let i = 0; i < SLOTS; i++) slots[i] = virt(0);
  let sum: u64 = 0;
  let random = u64(88172645463325252n);
  for (let i: u64 = 0; i < rounds; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    const slot = random & (SLOTS - 1);
    const held = slots[slot];
    if (held !== virt(0)) {
      allocator.release(held);
      slots[slot] = virt(0);
    } else {
      const got = allocator.allocate((random >> 32) & 1023);
      slots[slot] = got;
      sum += got - at;
    }
  }
  return sum;
}

/**
 * The free blocks of each order in doubly linked lists through the blocks themselves, and a bit for
 * each order that has any.
 *
 * @unsafe the links lie in free memory
 */

/**
 * Orders that exist: the largest block is 64 bytes × 2^(ORDERS - 1), more than any machine's
 * memory.
 */
export const ORDERS = 42;

/** The first bytes of a free block. */
class FreeBlock {
  next: FreeBlock | null = null;
  previous: FreeBlock | null = null;
}

/** Zero-initialised is empty. */
export class FreeLists {
  private readonly heads: FixedArray<FreeBlock | null, 42> = fixedArray();
  private present: u64 = 0;

  /** Puts the free block at `at` first in the list of its order. */
  add(at: u64, order: u32): void {
    const block = objectAt<FreeBlock>(virt(at));
    const head = this.heads[order];
    block.next = head;
    block.previous = null;
    if (head !== null) head.previous = block;
    this.heads[order] = block;
    this.present |= u64(1) << order;
  }

  /** Takes the block at `at`, which is in the list of its order, out of it. */
  remove(at: u64, order: u32): void {
    const block = objectAt<FreeBlock>(virt(at));
    const next = block.next;
    const previous = block.previous;
    if (next !== null) next.previous = previous;
    if (previous !== null) {
      previous.next = next;
      return;
    }
    this.heads[order] = next;
    if (next === null) this.present &= ~(u64(1) << order);
  }

  /** The smallest order of at least `order` that has a free block; `ORDERS` where none has. */
  smallest(order: u32): u32 {
    const fitting = this.present & (~u64(0) << order);
    return fitting === 0 ? ORDERS : ctz(fitting);
  }

  /** The largest order that has a free block; `ORDERS` where none has. */
  largest(): u32 {
    return this.present === 0 ? ORDERS : 63 - clz(this.present);
  }

  /** The first block of an order that has one. */
  first(order: u32): u64 {
    const head = this.heads[order];
    assert(head !== null);
    return u64(addressOf(head));
  }
}

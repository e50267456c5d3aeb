/**
 * Benchmark `hash table`: a map from integers to integers with open addressing and linear probing, under a random mix of
 * insertions, look-ups and removals.
 *
 * The capacity is a power of two; the place of a key is the high half of a product (Fibonacci hashing). A removal moves
 * later entries of the run back, so that there are no tombstones. Source: Knuth, The Art of Computer Programming,
 * volume 3, §6.4, algorithms L and R.
 *
 * @unsafe the harness passes its buffer by address
 */

/** A slot; key 0 says that it is free. */
class Entry {
  key: u64 = 0;
  value: u64 = 0;
}

class HashTable {
  private readonly mask: usize;
  private count: usize = 0;

  /** The number of entries is a power of two. */
  constructor(private readonly entries: Slice<Entry>) {
    this.mask = entries.length - 1;
    for (const entry of entries) entry.key = 0;
  }

  /** The number of keys. */
  size(): usize {
    return this.count;
  }

  /** Inserts or replaces; false where the table is full. */
  set(key: u64, value: u64): boolean {
    const entry = this.entries[this.find(key)];
    if (entry.key === 0) {
      if (this.count === this.mask) return false;
      this.count += 1;
      entry.key = key;
    }
    entry.value = value;
    return true;
  }

  get(key: u64, whenAbsent: u64): u64 {
    const entry = this.entries[this.find(key)];
    return entry.key === 0 ? whenAbsent : entry.value;
  }

  remove(key: u64): boolean {
    let hole = this.find(key);
    if (this.entries[hole].key === 0) return false;
    let at = hole;
    for (;;) {
      at = wrapAdd(at, usize(1)) & this.mask;
      const entry = this.entries[at];
      if (entry.key === 0) break;
      const home = this.homeOf(entry.key);
      if ((wrapSub(at, home) & this.mask) >= (wrapSub(at, hole) & this.mask)) {
        const free = this.entries[hole];
        free.key = entry.key;
        free.value = entry.value;
        hole = at;
      }
    }
    this.entries[hole].key = 0;
    this.count -= 1;
    return true;
  }

  private homeOf(key: u64): usize {
    return (wrapMul(key, u64(0x9e37_79b9_7f4a_7c15n)) >> 32) & this.mask;
  }

  /** Where the key is, or the free slot where it belongs. */
  private find(key: u64): usize {
    let at = this.homeOf(key);
    while (this.entries[at].key !== key && this.entries[at].key !== 0) {
      at = wrapAdd(at, usize(1)) & this.mask;
    }
    return at;
  }
}

/** `rounds` operations on a table in `at … at + length`; a sum over what they gave. */
export function hashTableTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const table = new HashTable(sliceAt<Entry>(at, length / sizeof<Entry>()));
  const keys = length / sizeof<Entry>() / 2 - 1;
  let sum: u64 = 0;
  let random = u64(88172645463325252n);
  for (let i: u64 = 0; i < rounds; i++) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    const key = (random & keys) + 1;
    switch ((random >> 40) & 3) {
      case 0:
        table.remove(key);
        break;
      case 1:
        table.set(key, i);
        break;
      default:
        sum += table.get(key, 1);
    }
  }
  return sum + table.size();
}

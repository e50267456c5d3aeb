/**
 * Benchmark `dispatch`: a pipeline of filters of two classes behind one interface, called through their tables.
 */

interface Filter {
  apply(value: u64): u64;
}

class Add implements Filter {
  constructor(private readonly amount: u64) {}

  apply(value: u64): u64 {
    return wrapAdd(value, this.amount);
  }
}

class Rotate implements Filter {
  private used: u64 = 0;
  constructor(private readonly mask: u64) {}

  reset(): void {
    this.used = 0;
  }

  apply(value: u64): u64 {
    this.used += 1;
    return rotateLeft(value, 7) ^ this.mask ^ this.used;
  }
}

class Pipeline {
  private readonly filters: FixedArray<Filter | null, 16> = fixedArray<Filter | null, 16>();
  private count: usize = 0;

  clear(): void {
    this.count = 0;
  }

  add(filter: Filter): void {
    this.filters[this.count] = filter;
    this.count += 1;
  }

  apply(value: u64): u64 {
    let result = value;
    for (let i = 0; i < this.count; i++) {
      const filter = this.filters[i];
      if (filter !== null) result = filter.apply(result);
    }
    return result;
  }
}

const pipeline = new Pipeline();
const addSmall = new Add(3);
const addLarge = new Add(12345);
const rotateEven = new Rotate(0x5555_5555);
const rotateOdd = new Rotate(0x1234_5678);

/** `rounds` values through eight filters; the sum of what came out. It needs no buffer. */
export function dispatchTs(_at: VirtAddr, _length: usize, rounds: u64): u64 {
  rotateEven.reset();
  rotateOdd.reset();
  pipeline.clear();
  pipeline.add(addSmall);
  pipeline.add(rotateEven);
  pipeline.add(rotateOdd);
  pipeline.add(addLarge);
  pipeline.add(rotateOdd);
  pipeline.add(addSmall);
  pipeline.add(addLarge);
  pipeline.add(rotateEven);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) sum = wrapAdd(sum, pipeline.apply(i));
  return sum;
}

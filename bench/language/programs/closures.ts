/**
 * Benchmark `closures`: sums of squares and a conditional count through functions that take closures, one of them
 * capturing variables. What C writes as loops. The sums may wrap around.
 *
 * @unsafe the harness passes its buffer by address
 */

function reduce<T, R>(items: Slice<T>, seed: R, step: (sum: R, item: T) => R): R {
  let sum = seed;
  for (const item of items) sum = step(sum, item);
  return sum;
}

function each<T>(items: Slice<T>, visit: (item: T) => void): void {
  for (const item of items) visit(item);
}

/** `rounds` times: the sum of squares of all items, and how many lie above a bound that changes. */
export function closuresTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const items = sliceAt<u32>(at, length / 4);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    const bound = u32(i) << 20;
    let above: u64 = 0;
    const squares = reduce(items, u64(0), (total, item) => wrapAdd(total, u64(item) * item));
    sum = wrapAdd(sum, squares);
    each(items, (item) => {
      if (item > bound) above += 1;
    });
    sum = wrapAdd(sum, above);
  }
  return sum;
}

/**
 * Benchmark `sort`: a generic introsort whose order is a closure.
 *
 * Quicksort around the median of three; insertion sort for short parts, heapsort where the recursion gets too deep.
 * Source: Musser, "Introspective sorting and selection algorithms", 1997.
 *
 * @unsafe the harness passes its buffer by address
 */

const SHORT = 16;

function insertionSort<T>(items: Slice<T>, less: (a: T, b: T) => boolean): void {
  for (let i = 1; i < items.length; i++) {
    const item = items[i];
    let k = i;
    while (k > 0 && less(item, items[k - 1])) {
      items[k] = items[k - 1];
      k -= 1;
    }
    items[k] = item;
  }
}

function siftDown<T>(items: Slice<T>, start: usize, less: (a: T, b: T) => boolean): void {
  const item = items[start];
  let hole = start;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= items.length) break;
    if (child + 1 < items.length && less(items[child], items[child + 1])) child += 1;
    if (!less(item, items[child])) break;
    items[hole] = items[child];
    hole = child;
  }
  items[hole] = item;
}

function heapSort<T>(items: Slice<T>, less: (a: T, b: T) => boolean): void {
  for (let i = items.length / 2; i > 0; i--) siftDown(items, i - 1, less);
  for (let end = items.length; end > 1; end--) {
    const largest = items[0];
    items[0] = items[end - 1];
    items[end - 1] = largest;
    siftDown(items.sub(0, end - 1), 0, less);
  }
}

function median<T>(a: T, b: T, c: T, less: (a: T, b: T) => boolean): T {
  if (less(a, b)) return less(b, c) ? b : less(a, c) ? c : a;
  return less(a, c) ? a : less(b, c) ? c : b;
}

/** Hoare's partition: how many items come before the cut. */
function partition<T>(items: Slice<T>, pivot: T, less: (a: T, b: T) => boolean): usize {
  let low = 0;
  let high = items.length;
  for (;;) {
    while (less(items[low], pivot)) low += 1;
    high -= 1;
    while (less(pivot, items[high])) high -= 1;
    if (low >= high) return low;
    const item = items[low];
    items[low] = items[high];
    items[high] = item;
    low += 1;
  }
}

function sortPart<T>(all: Slice<T>, depth: u32, less: (a: T, b: T) => boolean): void {
  let items = all;
  let left = depth;
  while (items.length > SHORT) {
    if (left === 0) {
      heapSort(items, less);
      return;
    }
    left -= 1;
    const pivot = median(items[0], items[items.length / 2], items[items.length - 1], less);
    const cut = partition(items, pivot, less);
    sortPart(items.sub(cut), left, less);
    items = items.sub(0, cut);
  }
  insertionSort(items, less);
}

/** Sorts in place, not stable; `less` is a strict weak order. */
function sort<T>(items: Slice<T>, less: (a: T, b: T) => boolean): void {
  if (items.length > 1) sortPart(items, 2 * (63 - clz(items.length)), less);
}

/** Fills and sorts `rounds` times; a sum that depends on the order. */
export function sortTs(at: VirtAddr, length: usize, rounds: u64): u64 {
  const items = sliceAt<u32>(at, length / 4);
  let random = u64(88172645463325252n);
  let sum: u64 = 0;
  for (let i: u64 = 0; i < rounds; i++) {
    for (let k = 0; k < items.length; k++) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      items[k] = u32(random);
    }
    sort(items, (a, b) => a < b);
    for (let k = 0; k < items.length; k++) sum += k * items[k];
  }
  return sum;
}

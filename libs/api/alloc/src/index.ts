/** Memory allocators. Implementations: alloc-buddy (default), alloc-region. */

/** What an allocator counts, in bytes unless said otherwise. */
export class AllocatorStatistics {
  /** All memory it manages, its own bookkeeping included. */
  total: usize = 0;
  /** What callers hold, as they asked for it rounded up to what they got. */
  used: usize = 0;
  /** The most that `used` has been. */
  peak: usize = 0;
  /** The largest allocation that would succeed now. */
  largestFree: usize = 0;
  /** Number of live allocations. */
  allocations: usize = 0;
  /** Number of allocations that failed for want of memory. */
  failures: usize = 0;
}

/** Not interrupt-safe, never blocks. */
export interface Allocator {
  /** Gives it memory to manage. */
  addRegion(base: VirtAddr, bytes: usize): void;
  /** At least `bytes` (> 0) at a multiple of `alignment` (a power of two); address 0 where there is no room. */
  allocate(bytes: usize, alignment: usize): VirtAddr;
  /** Gives back what `allocate` returned; address 0 is ignored. A region allocator keeps the memory. */
  release(at: VirtAddr): void;
  statistics(into: AllocatorStatistics): void;
}

/**
 * The program's heap.
 * @bind
 */
export declare const heap: Allocator;

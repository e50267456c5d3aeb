/**
 * Memory that both the program and a device reach: rings and buffers.
 *
 * Mechanism: `HeapMemory` takes it from the heap and asks the platform for the device's address of
 * it. It is an interface so that tests need neither. Such memory is never given back: a device that
 * was started keeps it.
 */
import { heap } from "@typekraft/alloc";
import { dmaAddress } from "@typekraft/plat";

/** Where drivers take memory for devices from. */
export interface DmaMemory {
  /**
   * `length` bytes (> 0) at a multiple of `alignment` (a power of two), in one piece also for the
   * device; address 0 where there is no room. The content is undefined.
   */
  allocate(length: usize, alignment: usize): VirtAddr;
  /** Where the device finds what is at `at`. */
  deviceAddress(at: VirtAddr): DmaAddr;
}

/** See the head of the file. */
export class HeapMemory implements DmaMemory {
  allocate(length: usize, alignment: usize): VirtAddr {
    const at = heap.allocate(length, alignment);
    if (at === virt(0)) return at;
    const span = u64(dmaAddress(at + (length - 1))) - u64(dmaAddress(at));
    assert(span === length - 1, "the heap is not physically contiguous");
    return at;
  }

  deviceAddress(at: VirtAddr): DmaAddr {
    return dmaAddress(at);
  }
}

/** The heap as memory for devices. */
export const heapMemory: HeapMemory = new HeapMemory();

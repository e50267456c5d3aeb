/**
 * Memory for devices in tests: a piece of static storage that is handed out once, from the start.
 *
 * The device's address of a byte is its address in the program plus `DEVICE_SHIFT`, so that a
 * driver that gives a device the wrong kind of address is caught. `slice` checks that what a driver
 * gave lies inside.
 *
 * @unsafe turns addresses that a driver gave to a device back into memory
 */
import type { DmaMemory } from "../memory.ts";

const DEVICE_SHIFT: u64 = 0x1000_0000_0000;
const ARENA_BYTES: usize = 1048576;

/** See the head of the file. */
@align(4096)
export class Arena implements DmaMemory {
  private readonly storage: FixedArray<u8, 1048576> = fixedArray();
  used: usize = 0;
  /** Allocations behind this one fail. */
  limit: usize = ARENA_BYTES;

  /** Forgets all allocations. */
  reset(): void {
    this.used = 0;
    this.limit = ARENA_BYTES;
  }

  allocate(length: usize, alignment: usize): VirtAddr {
    const from = (this.used + (alignment - 1)) & ~(alignment - 1);
    if (length > this.limit || from > this.limit - length) return virt(0);
    this.used = from + length;
    const memory = this.storage.slice().sub(from, length);
    // Real memory is not zero either.
    fillBytes(memory, 0xa5);
    return memory.addr;
  }

  deviceAddress(at: VirtAddr): DmaAddr {
    return dma(u64(at) + DEVICE_SHIFT);
  }

  /** What a device reaches at these addresses; panics where a part of it was not allocated. */
  slice(at: DmaAddr, length: usize): Slice<u8> {
    const address = u64(at) - DEVICE_SHIFT;
    const start = u64(this.storage.slice().addr);
    assert(address >= start, "a device address below the arena");
    assert(address - start + length <= this.used, "a device address behind what was allocated");
    return sliceAt<u8>(virt(address), length);
  }

  /** The address in the program of what a device knows as `at`. */
  address(at: DmaAddr): VirtAddr {
    return this.slice(at, 1).addr;
  }
}

/**
 * Memory of the process: the heap's region, and the access to pages.
 *
 * The heap is address space that the host backs with memory page by page as it is used, so that its
 * size costs nothing.
 *
 * @unsafe asks the kernel for memory
 */
import { heap } from "@typekraft/alloc";
import { config } from "@typekraft/config";
import { Access, PAGE_SIZE } from "@typekraft/plat";
import { hostSystemCall } from "@typekraft/linux-host";
import { SYS_MMAP, SYS_MPROTECT, call3 } from "./system-calls.ts";

declare module "@typekraft/config" {
  interface Config {
    /** MiB of address space of the heap. */
    readonly LIB_PLAT_LINUX_HEAP_MIB: u64;
  }
}

const PROT_READ: u64 = 1;
const PROT_WRITE: u64 = 2;
const MAP_PRIVATE: u64 = 2;
const MAP_ANONYMOUS: u64 = 0x20;
const MAP_NORESERVE: u64 = 0x4000;
const NO_FILE: u64 = u64(0xffff_ffff_ffff_ffffn);
const MIB: u64 = 0x10_0000;

/** Gives the heap its memory; half and half again where limits (ulimit -v) do not allow as much. */
export function giveMemoryToHeap(): void {
  for (let length = config.LIB_PLAT_LINUX_HEAP_MIB * MIB; length >= MIB; length /= 2) {
    const result = hostSystemCall(
      SYS_MMAP,
      0,
      length,
      PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
      NO_FILE,
      0,
    );
    if (result > 0) {
      heap.addRegion(virt(u64(result)), length);
      return;
    }
  }
  panic("the host gives no memory for the heap");
}

/** Changes the access of whole pages; false where the kernel refuses (its limit of mappings). */
export function protectPages(at: VirtAddr, length: usize, access: Access): boolean {
  assert(u64(at) % PAGE_SIZE === 0 && length % PAGE_SIZE === 0, "access is changed by whole pages");
  return call3(SYS_MPROTECT, u64(at), length, protectionOf(access)) === 0;
}

function protectionOf(access: Access): u64 {
  switch (access) {
    case Access.None:
      return 0;
    case Access.Read:
      return PROT_READ;
    case Access.ReadWrite:
      return PROT_READ | PROT_WRITE;
  }
}

/** A process has no devices of its own that need addresses: panics. */
export function dmaAddress(_at: VirtAddr): DmaAddr {
  panic("dmaAddress: a Linux process has no devices of its own");
}

/** A process has no devices of its own: panics. */
export function mapDevice(_at: PhysAddr, _length: usize): VirtAddr {
  panic("mapDevice: a Linux process has no devices of its own");
}

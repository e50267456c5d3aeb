/**
 * Processor instructions that the language has no words for; cpu.S has them as functions.
 *
 * @unsafe passes addresses to assembly
 */

/** What CPUID leaves in the registers. */
export class CpuidResult {
  eax: u32 = 0;
  ebx: u32 = 0;
  ecx: u32 = 0;
  edx: u32 = 0;
}

/** @extern kvm_cpuid */
declare function rawCpuid(leaf: u32, subleaf: u32, into: VirtAddr): void;

/** @extern kvm_load_descriptors */
declare function rawLoadDescriptors(idtPointer: VirtAddr, taskSelector: u16): void;

/** @extern kvm_write_port_bytes */
declare function rawWritePortBytes(port: u16, from: VirtAddr, count: usize): void;

/** @extern kvm_read_msr */
export declare function readMsr(index: u32): u64;

/** @extern kvm_write_msr */
export declare function writeMsr(index: u32, value: u64): void;

/** The address of the last page fault. @extern kvm_read_cr2 */
export declare function readCr2(): u64;

/** @extern kvm_read_cr4 */
export declare function readCr4(): u64;

/** @extern kvm_write_cr4 */
export declare function writeCr4(value: u64): void;

/** Forgets all cached translations. @extern kvm_flush_translations */
export declare function flushTranslations(): void;

/** Forgets the cached translation of one page. @extern kvm_flush_page */
export declare function flushPage(at: VirtAddr): void;

/** The frame pointer of the calling function. @extern kvm_frame_pointer */
export declare function framePointer(): u64;

/** Resets the machine by an exception that cannot be delivered. @extern kvm_triple_fault */
export declare function tripleFault(): void;

/** CPUID; the caller has made sure that the leaf exists. */
export function cpuid(leaf: u32, subleaf: u32, into: CpuidResult): void {
  rawCpuid(leaf, subleaf, addressOf(into));
}

/** Loads the interrupt descriptor table register from `idtPointer` and the task register. */
export function loadDescriptors(idtPointer: VirtAddr, taskSelector: u16): void {
  rawLoadDescriptors(idtPointer, taskSelector);
}

/**
 * Writes bytes to one port in a single instruction, which a hypervisor handles with fewer exits.
 */
export function writePortBytes(port: u16, data: Slice<u8>): void {
  rawWritePortBytes(port, data.addr, data.length);
}

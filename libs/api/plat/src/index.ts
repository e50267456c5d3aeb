/**
 * The platform: what the machine under the program (a hypervisor, or a Linux process) gives it.
 * Implementations: plat-kvm, plat-linux.
 */

/**
 * Writes bytes to the console, unbuffered, as they are.
 * @bind
 */
export declare function consoleWrite(data: Slice<u8>): void;

/**
 * Nanoseconds since an arbitrary start; never goes backwards.
 * @bind
 */
export declare function monotonicNs(): u64;

/**
 * The monotonic clock as an object: what keeps time takes one of these, so that a test can put a virtual clock in the
 * place of `monotonicNs`.
 */
export interface Clock {
  /** Nanoseconds since an arbitrary start; never goes backwards. */
  nowNs(): u64;
}

/**
 * Nanoseconds since 1970-01-01 00:00 UTC; 0 where the machine has no such clock.
 * @bind
 */
export declare function wallClockNs(): u64;

/**
 * Gives the processor away until an interrupt arrives or the monotonic clock reaches `deadlineNs`
 * (`NO_DEADLINE`: only an interrupt). May return early. Called by the scheduler when nothing can run.
 * @bind
 */
export declare function idleUntil(deadlineNs: u64): void;

/** A deadline that never comes. */
export const NO_DEADLINE: u64 = u64(0xffff_ffff_ffff_ffffn);

/**
 * Ends the machine or process with this exit status (the low 8 bits count). Out of a machine only 0 to 125 and
 * `PANIC_STATUS` arrive as they are, all others as 126 (docs/design/0003).
 * @bind
 */
export declare function powerOff(status: i32): never;

/** The status of a program that panicked: 128 + SIGABRT, as a Linux process would have. */
export const PANIC_STATUS: i32 = 134;

/**
 * After a panic's message: prints a line `  at 0xADDRESS` for each frame of the stack and powers off with
 * `PANIC_STATUS`. A panic within it powers off at once.
 * @bind
 */
export declare function crash(): never;

/**
 * The command line as the loader passed it: words separated by blanks.
 * @bind
 */
export declare function commandLine(): str;

/** What may be done with a page. */
export enum Access {
  None,
  Read,
  ReadWrite,
}

/**
 * Changes the access of whole pages (guard pages, sealed data); never makes data executable.
 * `at` and `length` are multiples of `PAGE_SIZE`. False where no memory is left for page tables.
 * @bind
 */
export declare function protectPages(at: VirtAddr, length: usize, access: Access): boolean;

export const PAGE_SIZE: usize = 4096;

/**
 * The physical address of memory of the program, for devices.
 * @bind
 */
export declare function dmaAddress(at: VirtAddr): DmaAddr;

/**
 * All loads and stores before it are done, as devices see them, before those after it. That is
 * `fullBarrier`, and more on a machine whose emulator leaves the guest's barriers out.
 * @bind
 */
export declare function deviceBarrier(): void;

/**
 * Makes device registers at a physical address accessible, uncached.
 * Address 0 where no memory is left for page tables.
 * @bind
 */
export declare function mapDevice(at: PhysAddr, length: usize): VirtAddr;

/**
 * The system calls that the platform makes, with their numbers and constants in the kernel's
 * spelling.
 *
 * Source: Linux arch/x86/entry/syscalls/syscall_64.tbl and include/uapi.
 */
import { hostSystemCall } from "@typekraft/linux-host";

export const SYS_WRITE: u64 = 1;
export const SYS_POLL: u64 = 7;
export const SYS_MMAP: u64 = 9;
export const SYS_MPROTECT: u64 = 10;
export const SYS_RT_SIGACTION: u64 = 13;
export const SYS_SIGALTSTACK: u64 = 131;
export const SYS_CLOCK_GETTIME: u64 = 228;
export const SYS_EXIT_GROUP: u64 = 231;
export const SYS_PPOLL: u64 = 271;

export const EINTR: i64 = -4;
export const EAGAIN: i64 = -11;

/** A system call with one argument; its result, or minus an errno. */
export function call1(number: u64, a1: u64): i64 {
  return hostSystemCall(number, a1, 0, 0, 0, 0, 0);
}

/** A system call with two arguments; its result, or minus an errno. */
export function call2(number: u64, a1: u64, a2: u64): i64 {
  return hostSystemCall(number, a1, a2, 0, 0, 0, 0);
}

/** A system call with three arguments; its result, or minus an errno. */
export function call3(number: u64, a1: u64, a2: u64, a3: u64): i64 {
  return hostSystemCall(number, a1, a2, a3, 0, 0, 0);
}

/** A system call with four arguments; its result, or minus an errno. */
export function call4(number: u64, a1: u64, a2: u64, a3: u64, a4: u64): i64 {
  return hostSystemCall(number, a1, a2, a3, a4, 0, 0);
}

/**
 * The Linux host under a program: raw system calls, and the event descriptor that the platform
 * idles on.
 *
 * A library that waits for file descriptors of the host adds them to the event descriptor;
 * `idleUntil` of the platform then returns when one of them is ready. Only libraries for the target
 * linux/x86_64 may import this package.
 */

/** System call numbers of x86_64: Linux arch/x86/entry/syscalls/syscall_64.tbl. */
export const SYS_EPOLL_CREATE1: u64 = 291;

const EPOLL_CLOEXEC: u64 = 0x8_0000;

/**
 * A system call; arguments that it does not take are 0. Returns its result, or minus an errno (−1
 * to −4095).
 *
 * The kernel reads and writes memory at the addresses that it is given, so this is as unsafe as
 * `store`.
 *
 * @extern host_system_call
 */
export declare function hostSystemCall(
  number: u64,
  a1: u64,
  a2: u64,
  a3: u64,
  a4: u64,
  a5: u64,
  a6: u64,
): i64;

let descriptor: i32 = -1;

/**
 * The epoll descriptor that ends the platform's idling, created at the first call; −1 where the
 * host has none left.
 */
export function hostEventDescriptor(): i32 {
  if (descriptor < 0) {
    const result = hostSystemCall(SYS_EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0, 0, 0, 0);
    descriptor = result < 0 ? -1 : i32(result);
  }
  return descriptor;
}

/** The event descriptor where a library has asked for it; −1 where none has. */
export function existingEventDescriptor(): i32 {
  return descriptor;
}

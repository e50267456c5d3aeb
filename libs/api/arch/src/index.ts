/** The architecture: what only assembly can do for threads. Implementations: arch-x86-64. */

/**
 * Prepares a new stack so that the first `switchStack` to it calls `entry(argument)`, which must not return.
 * `top` is the end of the stack, a multiple of 16. The result is the stack pointer to switch to.
 * @bind
 */
export declare function prepareStack(
  top: VirtAddr,
  entry: CFn<(argument: VirtAddr) => void>,
  argument: VirtAddr,
): VirtAddr;

/**
 * Saves the callee-saved registers on this stack, stores the stack pointer to `*saved`, and continues on the stack
 * whose pointer is `next`. Returns when somebody switches back.
 * @bind
 */
export declare function switchStack(saved: VirtAddr, next: VirtAddr): void;

/**
 * The return address `depth` frames above the caller, 0 behind the last one. Reads only stack memory that lies within
 * `lowest` to `highest`.
 * @bind
 */
export declare function returnAddress(depth: u32, lowest: VirtAddr, highest: VirtAddr): VirtAddr;

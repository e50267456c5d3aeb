/**
 * x86_64: stacks of threads, the switch between them, and the walk along their frames.
 *
 * A stack that does not run holds, from its stack pointer upwards: R15, R14, R13, R12, RBX, RBP and
 * the address where it continues (the System V ABI's callee-saved registers, §3.2.1). A new stack
 * gets the same shape, so that the first switch to it is like any other.
 *
 * @unsafe writes the first words of a new stack and names code that only assembly contains
 */

/** @extern arch_thread_start */
declare const threadStart: u8;

const WORD = 8;
/** R15, R14, R13, R12, RBX, RBP, the return address. */
const SAVED_WORDS = 7;
const ENTRY_WORD = 4;
const ARGUMENT_WORD = 3;
const CONTINUE_WORD = 6;

/**
 * Prepares a new stack so that the first `switchStack` to it calls `entry(argument)`.
 *
 * `top` is the end of the stack, a multiple of 16 (the ABI wants that alignment at a call); `entry`
 * must not return: the processor then meets an invalid instruction. Returns the stack pointer to
 * switch to. Allocates nothing.
 */
export function prepareStack(
  top: VirtAddr,
  entry: CFn<(argument: VirtAddr) => void>,
  argument: VirtAddr,
): VirtAddr {
  assert(u64(top) % 16 === 0, "the top of a stack is a multiple of 16");
  // arch_thread_start begins with RSP = top and calls `entry`, which then has the alignment that
  // the ABI promises.
  const bottom = u64(top) - SAVED_WORDS * WORD;
  for (let index: u64 = 0; index < SAVED_WORDS; index++) {
    store<u64>(virt(bottom + index * WORD), 0);
  }
  store<u64>(virt(bottom + ENTRY_WORD * WORD), u64(functionAddress(entry)));
  store<u64>(virt(bottom + ARGUMENT_WORD * WORD), u64(argument));
  store<u64>(virt(bottom + CONTINUE_WORD * WORD), u64(addressOf(threadStart)));
  return virt(bottom);
}

/**
 * Saves the callee-saved registers on this stack, stores the stack pointer to `*saved` and
 * continues on the stack whose pointer is `next`. Returns when somebody switches back.
 *
 * @extern arch_switch_stack
 */
export declare function switchStack(saved: VirtAddr, next: VirtAddr): void;

/**
 * The return address of the function `depth` frames above the caller: 0 is where the caller itself
 * returns to.
 *
 * 0 behind the last frame, or where a frame does not lie above its callee's within `lowest` to
 * `highest`; nothing outside these bounds is read.
 *
 * @extern arch_return_address
 */
export declare function returnAddress(depth: u32, lowest: VirtAddr, highest: VirtAddr): VirtAddr;

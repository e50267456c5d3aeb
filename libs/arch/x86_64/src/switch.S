/*
 * The part of a thread switch that only assembly can say: exchanging the stack pointer.
 *
 * A switch is an ordinary call to the compiler, so only the registers that the System V ABI
 * (§3.2.1) has callees preserve are saved. MXCSR and the x87 control word belong to them as well,
 * but nothing in an image changes them. prepareStack in index.ts builds what the first switch to a
 * thread pops.
 */

  .text

  /* arch_switch_stack(saved: VirtAddr, next: VirtAddr) */
  .balign 16
  .globl arch_switch_stack
arch_switch_stack:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, (%rdi)
  mov %rsi, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret

  /*
   * Where a new thread begins: RBX = entry, R12 = argument, RBP = 0, which ends every walk of the
   * stack.
   */
  .balign 16
  .globl arch_thread_start
arch_thread_start:
  mov %r12, %rdi
  call *%rbx
  ud2

  /* arch_return_address(depth: u32, lowest: VirtAddr, highest: VirtAddr): VirtAddr */
  .balign 16
  .globl arch_return_address
arch_return_address:
  mov %rbp, %rcx
  sub $16, %rdx
  jb 3f
1:
  /*
   * RCX must be an aligned place with two words (caller's frame pointer, return address) inside the
   * bounds.
   */
  test $7, %cl
  jnz 3f
  cmp %rsi, %rcx
  jb 3f
  cmp %rdx, %rcx
  ja 3f
  sub $1, %edi
  jb 2f
  mov (%rcx), %rax
  /* Frames lie one above the other; anything else is no chain, and could be a circle. */
  cmp %rcx, %rax
  jbe 3f
  mov %rax, %rcx
  jmp 1b
2:
  mov 8(%rcx), %rax
  ret
3:
  xor %eax, %eax
  ret

  .section .note.GNU-stack, "", @progbits

/*
 * host_system_call(number, a1 … a6): i64. Moves the arguments from where the C calling convention
 * has them to where the kernel wants them (System V ABI, AMD64 supplement §A.2.1).
 */

  .text
  .balign 16
  .globl host_system_call
host_system_call:
  mov %rdi, %rax
  mov %rsi, %rdi
  mov %rdx, %rsi
  mov %rcx, %rdx
  mov %r8, %r10
  mov %r9, %r8
  mov 8(%rsp), %r9
  syscall
  ret

  .section .note.GNU-stack, "", @progbits

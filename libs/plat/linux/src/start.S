/*
 * The first instructions of the process, and the way back from a signal handler.
 *
 * The kernel leaves argc, argv, the environment and the auxiliary vector on the stack (System V
 * ABI, AMD64 supplement §3.4.1). `_start` is weak: where a C library takes part (sanitizers), its
 * own start calls main.
 */

#define SYS_rt_sigreturn 15
#define SYS_exit_group 231

  .text
  .weak _start
_start:
  /* No frame pointer: the walk of the stack ends here. */
  xor %ebp, %ebp
  mov (%rsp), %rdi
  lea 8(%rsp), %rsi
  and $-16, %rsp
  call main
  mov %eax, %edi
  mov $SYS_exit_group, %eax
  syscall
  ud2

  .balign 16
  .globl linux_signal_return
linux_signal_return:
  mov $SYS_rt_sigreturn, %eax
  syscall
  ud2

  /* The frame pointer of the caller. */
  .balign 16
  .globl linux_frame_pointer
linux_frame_pointer:
  mov %rbp, %rax
  ret

  .section .note.GNU-stack, "", @progbits

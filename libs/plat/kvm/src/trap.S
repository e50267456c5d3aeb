/*
 * What the interrupt descriptor table points to: 32 stubs for exceptions, which end in
 * kvm_exception (exception.ts) with the registers in memory, and the handlers of the interrupts
 * that end the idling.
 *
 * Unit tests, which run on the build host, have neither the linker script nor what this calls, and
 * leave it out.
 */

#ifndef KRAFT_HOSTED
#define RFLAGS_IF 0x200
#define STUB_BYTES 16

  .section .text.trap, "ax"

  /* Stub number V stands at kvm_exception_stubs + V * STUB_BYTES. */
  .balign STUB_BYTES
  .globl kvm_exception_stubs
kvm_exception_stubs:
  .set vector, 0
  .rept 32
  .balign STUB_BYTES
  /*
   * Vectors 8, 10-14, 17, 21, 29 and 30 push an error code (Intel SDM vol. 3 §6.13, AMD APM vol. 2
   * §8.2).
   */
  .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || \
        vector == 29 || vector == 30)
  push $0
  .endif
  push $vector
  jmp exception
  .set vector, vector + 1
  .endr

  /* The order of the registers is that of class TrapFrame. */
exception:
  cld
  push %rax
  push %rcx
  push %rdx
  push %rbx
  push %rbp
  push %rsi
  push %rdi
  push %r8
  push %r9
  push %r10
  push %r11
  push %r12
  push %r13
  push %r14
  push %r15
  mov %rsp, %rdi
  and $-16, %rsp
  xor %ebp, %ebp
  call kvm_exception
  ud2

  /*
   * An interrupt that ends the idling: that of the timer notes that it was it. It acknowledges and
   * returns with interrupts off: a level-triggered line that is still raised would otherwise come
   * again before the `cli` behind the `hlt`, for ever.
   */
  .balign 16
  .globl kvm_timer
kvm_timer:
  movb $1, kvm_timer_fired
  .globl kvm_wake
kvm_wake:
  push %rax
  mov kvm_local_apic_eoi, %rax
  movl $0, (%rax)
  pop %rax
  andl $~RFLAGS_IF, 16(%rsp)
  iretq

  /* A spurious interrupt is not acknowledged (Intel SDM vol. 3 §10.9). */
  .balign 16
  .globl kvm_spurious
kvm_spurious:
  andl $~RFLAGS_IF, 16(%rsp)
  iretq

  .section .bss.trap, "aw", @nobits
  .balign 8
  /* Address of the local APIC's EOI register; local-apic.ts sets it before the first idling. */
  .globl kvm_local_apic_eoi
kvm_local_apic_eoi:
  .skip 8
  /* Set to 1 by the timer's interrupt. */
  .globl kvm_timer_fired
kvm_timer_fired:
  .skip 1

#endif

  .section .note.GNU-stack, "", @progbits

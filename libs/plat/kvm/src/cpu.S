/*
 * Instructions that no compiler emits, each as a function with the C calling convention; cpu.ts
 * declares them.
 */

  .macro function name
  .section .text.\name, "ax"
  .balign 16
  .globl \name
\name:
  .endm

  /* kvm_cpuid(leaf: u32, subleaf: u32, into: VirtAddr of CpuidResult) */
  function kvm_cpuid
  push %rbx
  mov %rdx, %r8
  mov %edi, %eax
  mov %esi, %ecx
  cpuid
  mov %eax, (%r8)
  mov %ebx, 4(%r8)
  mov %ecx, 8(%r8)
  mov %edx, 12(%r8)
  pop %rbx
  ret

  /* kvm_read_msr(index: u32): u64 */
  function kvm_read_msr
  mov %edi, %ecx
  rdmsr
  shl $32, %rdx
  or %rdx, %rax
  ret

  /* kvm_write_msr(index: u32, value: u64) */
  function kvm_write_msr
  mov %edi, %ecx
  mov %esi, %eax
  mov %rsi, %rdx
  shr $32, %rdx
  wrmsr
  ret

  function kvm_read_cr2
  mov %cr2, %rax
  ret

  function kvm_read_cr4
  mov %cr4, %rax
  ret

  function kvm_write_cr4
  mov %rdi, %cr4
  ret

  /* Forgets every translation. */
  function kvm_flush_translations
  mov %cr3, %rax
  mov %rax, %cr3
  ret

  /* kvm_flush_page(at: VirtAddr) */
  function kvm_flush_page
  invlpg (%rdi)
  ret

  /* kvm_load_descriptors(idtPointer: VirtAddr, taskSelector: u16) */
  function kvm_load_descriptors
  lidt (%rdi)
  ltr %si
  ret

  /* The frame pointer of the caller. */
  function kvm_frame_pointer
  mov %rbp, %rax
  ret

  /* kvm_write_port_bytes(port: u16, from: VirtAddr, count: usize) */
  function kvm_write_port_bytes
  mov %rdx, %rcx
  mov %edi, %edx
  rep outsb
  ret

  /*
   * The last way to end a machine: an exception without a descriptor table is a triple fault, which
   * resets.
   */
  function kvm_triple_fault
  push $0
  push $0
  lidt (%rsp)
  int3
  ud2

  .section .note.GNU-stack, "", @progbits

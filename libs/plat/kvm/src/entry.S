/*
 * From the loader's 32-bit PVH entry to TypeScript: zeroes .bss, maps the first GiB, enters long
 * mode, takes a stack.
 *
 * State at the entry (Xen docs/misc/pvh.pandoc, "x86/HVM direct boot ABI"): protected mode with
 * flat segments, no paging, interrupts off, EBX = physical address of hvm_start_info. The page
 * tables here are only the start; address-space.ts turns the same tables into the final ones.
 *
 * Unit tests, which run on the build host, have neither the linker script nor what this calls, and
 * leave it out.
 */

#ifndef KRAFT_HOSTED
#define CR0_PE 0x00000001
#define CR0_MP 0x00000002
#define CR0_NE 0x00000020
#define CR0_WP 0x00010000
#define CR0_PG 0x80000000
#define CR4_PAE 0x020
#define CR4_OSFXSR 0x200
#define CR4_OSXMMEXCPT 0x400
#define MSR_EFER 0xc0000080
#define EFER_LME 0x100
#define EFER_NXE 0x800
#define PAGE_PRESENT_WRITE 0x3
#define PAGE_LARGE 0x80
#define XEN_ELFNOTE_PHYS32_ENTRY 18

#define BOOT_STACK_BYTES 32768
#define EXCEPTION_STACK_BYTES 8192

  .section .note.Xen, "a", @note
  .long 4, 8, XEN_ELFNOTE_PHYS32_ENTRY
  .asciz "Xen"
  .quad kvm_entry

  .section .text.entry, "ax"
  .code32
  .globl kvm_entry
kvm_entry:
  cld
  mov $kvm_bss_start, %edi
  mov $kvm_bss_end, %ecx
  sub %edi, %ecx
  shr $2, %ecx
  xor %eax, %eax
  rep stosl

  movl $(kvm_page_pointers + PAGE_PRESENT_WRITE), kvm_page_root
  movl $(page_directory + PAGE_PRESENT_WRITE), kvm_page_pointers
  mov $page_directory, %edi
  mov $(PAGE_PRESENT_WRITE | PAGE_LARGE), %eax
1:
  mov %eax, (%edi)
  add $8, %edi
  add $0x200000, %eax
  cmp $0x40000000, %eax
  jb 1b

  mov $(CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
  mov %eax, %cr4
  mov $kvm_page_root, %eax
  mov %eax, %cr3
  mov $MSR_EFER, %ecx
  mov $(EFER_LME | EFER_NXE), %eax
  xor %edx, %edx
  wrmsr
  mov $(CR0_PE | CR0_MP | CR0_NE | CR0_WP | CR0_PG), %eax
  mov %eax, %cr0
  lgdt gdt_pointer
  ljmp $8, $long_mode

  .code64
long_mode:
  mov $16, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  xor %eax, %eax
  mov %eax, %fs
  mov %eax, %gs
  mov $kvm_boot_stack_top, %esp
  fninit
  /* No return address: the walk of the stack ends at a frame pointer of 0. */
  xor %ebp, %ebp
  mov %ebx, %edi
  call kvm_start
  ud2

  /*
   * The accessed bits are set already, so that the processor need not write them; ltr marks the TSS
   * busy.
   */
  .section .data.gdt, "aw"
  .balign 16
  .globl kvm_gdt
kvm_gdt:
  .quad 0
  .quad 0x00af9b000000ffff   /* 0x08: code, 64-bit, ring 0 */
  .quad 0x00cf93000000ffff   /* 0x10: data */
  .quad 0, 0                 /* 0x18: TSS, filled in by descriptor-tables.ts */
gdt_end:
gdt_pointer:
  .word gdt_end - kvm_gdt - 1
  .quad kvm_gdt

  .section .bss.page, "aw", @nobits
  .balign 4096
  .globl kvm_page_root
kvm_page_root:
  .skip 4096
  .globl kvm_page_pointers
kvm_page_pointers:
  .skip 4096
page_directory:
  .skip 4096

  .section .stacks, "aw", @nobits
  .balign 4096
  .globl kvm_boot_stack_guard, kvm_boot_stack_top
kvm_boot_stack_guard:
  .skip 4096
  .skip BOOT_STACK_BYTES
kvm_boot_stack_top:
  .globl kvm_exception_stack_guard, kvm_exception_stack_top
kvm_exception_stack_guard:
  .skip 4096
  .skip EXCEPTION_STACK_BYTES
kvm_exception_stack_top:

#endif

  .section .note.GNU-stack, "", @progbits

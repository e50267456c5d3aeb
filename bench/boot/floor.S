# The floor of boot time and memory: an almost empty 32-bit multiboot kernel that writes its marker to the first serial
# port and ends the machine. What it takes is what QEMU and its firmware take by themselves.
# Source: Multiboot Specification 0.6.96 §3.1.

    .set MAGIC, 0x1badb002
    .set FLAGS, 0

    .section .multiboot, "a"
    .long MAGIC, FLAGS, -(MAGIC + FLAGS)

    .text
    .code32
    .globl start
start:
    mov $marker, %esi
    mov $0x3f8, %edx
next:
    lodsb
    test %al, %al
    jz done
    outb %al, %dx
    jmp next
done:
    xor %eax, %eax
    mov $0xf4, %edx
    outl %eax, %dx
halt:
    cli
    hlt
    jmp halt

    .section .rodata
marker:
    .asciz "floor reached\n"

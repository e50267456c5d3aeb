/*
 * memcpy, memmove, memset, memcmp and bcmp for x86_64: what clang calls by itself in freestanding code.
 *
 * Short blocks are two overlapping moves of one size, so there is no loop over single bytes. Longer ones go 32 bytes at a
 * time through vector registers. String instructions are avoided: emulators execute them an element at a time, and below
 * a few KiB they are no faster on hardware either. Symbols are weak, so a C library that is linked as well wins.
 * System V AMD64 ABI; only caller-saved registers are used, no stack.
 */

	.macro	FUNCTION name
	.section .text.\name, "ax", @progbits
	.p2align 4
	.weak	\name
	.type	\name, @function
\name:
	.endm

	.macro	END name
	.size	\name, . - \name
	.endm

/* void *memmove(void *to, const void *from, size_t bytes): everything is loaded before what it may overlap is stored. */
	FUNCTION memmove
	.weak	memcpy
	.type	memcpy, @function
memcpy:
	movq	%rdi, %rax
	cmpq	$16, %rdx
	jb	.Lmove_under_16
	movups	(%rsi), %xmm0
	movups	-16(%rsi,%rdx), %xmm1
	cmpq	$32, %rdx
	ja	.Lmove_over_32
	movups	%xmm0, (%rdi)
	movups	%xmm1, -16(%rdi,%rdx)
	ret

.Lmove_under_16:
	cmpl	$8, %edx
	jb	.Lmove_under_8
	movq	(%rsi), %rcx
	movq	-8(%rsi,%rdx), %r8
	movq	%rcx, (%rdi)
	movq	%r8, -8(%rdi,%rdx)
	ret

.Lmove_under_8:
	cmpl	$4, %edx
	jb	.Lmove_under_4
	movl	(%rsi), %ecx
	movl	-4(%rsi,%rdx), %r8d
	movl	%ecx, (%rdi)
	movl	%r8d, -4(%rdi,%rdx)
	ret

.Lmove_under_4:
	testl	%edx, %edx
	jz	.Lmove_done
	/* 1 to 3 bytes: the first, the one in the middle, the last. */
	movl	%edx, %ecx
	shrl	%ecx
	movzbl	(%rsi), %r8d
	movzbl	(%rsi,%rcx), %r9d
	movzbl	-1(%rsi,%rdx), %r10d
	movb	%r8b, (%rdi)
	movb	%r9b, (%rdi,%rcx)
	movb	%r10b, -1(%rdi,%rdx)
.Lmove_done:
	ret

.Lmove_over_32:
	/* xmm0: the first 16 bytes, xmm1 and xmm2: the last 32. */
	movups	-32(%rsi,%rdx), %xmm2
	movq	%rdi, %rcx
	subq	%rsi, %rcx
	cmpq	%rdx, %rcx
	jb	.Lmove_backward

	/* `to` is not inside of `from`: forward, and the tail last, from registers. */
	leaq	-32(%rdi,%rdx), %r8
	subq	%rdi, %rsi
.Lmove_forward_loop:
	movups	(%rdi,%rsi), %xmm3
	movups	16(%rdi,%rsi), %xmm4
	movups	%xmm3, (%rdi)
	movups	%xmm4, 16(%rdi)
	addq	$32, %rdi
	cmpq	%r8, %rdi
	jb	.Lmove_forward_loop
	movups	%xmm2, (%r8)
	movups	%xmm1, 16(%r8)
	ret

.Lmove_backward:
	/* From the end; the head, which later stores may reach in `from`, is in registers. */
	movups	16(%rsi), %xmm5
.Lmove_backward_loop:
	movups	-16(%rsi,%rdx), %xmm3
	movups	-32(%rsi,%rdx), %xmm4
	movups	%xmm3, -16(%rdi,%rdx)
	movups	%xmm4, -32(%rdi,%rdx)
	subq	$32, %rdx
	cmpq	$32, %rdx
	ja	.Lmove_backward_loop
	movups	%xmm0, (%rdi)
	movups	%xmm5, 16(%rdi)
	ret
	.size	memcpy, . - memcpy
	END memmove

/* void *memset(void *to, int byte, size_t bytes) */
	FUNCTION memset
	movq	%rdi, %rax
	movzbl	%sil, %ecx
	movabsq	$0x0101010101010101, %r8
	imulq	%r8, %rcx
	cmpq	$16, %rdx
	jb	.Lset_under_16
	movq	%rcx, %xmm0
	punpcklqdq %xmm0, %xmm0
	leaq	-16(%rdi,%rdx), %r8
	movups	%xmm0, (%rdi)
	movups	%xmm0, (%r8)
	cmpq	$32, %rdx
	jbe	.Lset_done
	/* Both ends are set; 32 bytes at a time between them, the last of which may overlap the end. */
	subq	$16, %r8
	addq	$16, %rdi
	cmpq	%r8, %rdi
	jae	.Lset_last
.Lset_loop:
	movups	%xmm0, (%rdi)
	movups	%xmm0, 16(%rdi)
	addq	$32, %rdi
	cmpq	%r8, %rdi
	jb	.Lset_loop
.Lset_last:
	movups	%xmm0, (%r8)
.Lset_done:
	ret

.Lset_under_16:
	cmpl	$8, %edx
	jb	.Lset_under_8
	movq	%rcx, (%rdi)
	movq	%rcx, -8(%rdi,%rdx)
	ret

.Lset_under_8:
	cmpl	$4, %edx
	jb	.Lset_under_4
	movl	%ecx, (%rdi)
	movl	%ecx, -4(%rdi,%rdx)
	ret

.Lset_under_4:
	testl	%edx, %edx
	jz	.Lset_done
	movb	%cl, (%rdi)
	movb	%cl, -1(%rdi,%rdx)
	shrl	%edx
	movb	%cl, (%rdi,%rdx)
	ret
	END memset

/* int memcmp(const void *a, const void *b, size_t bytes); bcmp is content with the same answer. */
	FUNCTION memcmp
	.weak	bcmp
	.type	bcmp, @function
bcmp:
	cmpq	$8, %rdx
	jb	.Lcompare_bytes
	leaq	-8(%rdi,%rdx), %r8
	subq	%rdi, %rsi
.Lcompare_words:
	cmpq	%r8, %rdi
	jae	.Lcompare_tail
	movq	(%rdi), %rax
	movq	(%rdi,%rsi), %rcx
	cmpq	%rcx, %rax
	jne	.Lcompare_order
	addq	$8, %rdi
	jmp	.Lcompare_words
.Lcompare_tail:
	/* The last 8 bytes, of which some may already be known to be equal. */
	movq	(%r8), %rax
	movq	(%r8,%rsi), %rcx
	cmpq	%rcx, %rax
	jne	.Lcompare_order
	xorl	%eax, %eax
	ret
.Lcompare_order:
	/* The first byte is the most significant one after the swap. */
	bswapq	%rax
	bswapq	%rcx
	cmpq	%rcx, %rax
	sbbl	%eax, %eax
	orl	$1, %eax
	ret

.Lcompare_bytes:
	xorl	%ecx, %ecx
.Lcompare_bytes_loop:
	cmpq	%rdx, %rcx
	jae	.Lcompare_equal
	movzbl	(%rdi,%rcx), %eax
	movzbl	(%rsi,%rcx), %r8d
	incq	%rcx
	subl	%r8d, %eax
	jz	.Lcompare_bytes_loop
	ret
.Lcompare_equal:
	xorl	%eax, %eax
	ret
	.size	bcmp, . - bcmp
	END memcmp

	.section .note.GNU-stack, "", @progbits

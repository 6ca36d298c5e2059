#include "base/registers.h"

#ifdef __x86_64__

/* All of 0 to 15, in their whole width. */
__attribute__((noinline, target("avx"))) static void
wipe_lower(void)
{
	__asm__ volatile("vzeroall" : : :
	    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
	    "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
	    "xmm15");
}

/*
 * 16 to 31, which code that is not built for AVX-512 never holds a value in.
 * Writing the lowest part of one clears the rest of it.
 */
__attribute__((noinline, target("avx512f,avx512vl"))) static void
wipe_upper(void)
{
	__asm__ volatile(
	    "vpxord %xmm16, %xmm16, %xmm16\n\t"
	    "vpxord %xmm17, %xmm17, %xmm17\n\t"
	    "vpxord %xmm18, %xmm18, %xmm18\n\t"
	    "vpxord %xmm19, %xmm19, %xmm19\n\t"
	    "vpxord %xmm20, %xmm20, %xmm20\n\t"
	    "vpxord %xmm21, %xmm21, %xmm21\n\t"
	    "vpxord %xmm22, %xmm22, %xmm22\n\t"
	    "vpxord %xmm23, %xmm23, %xmm23\n\t"
	    "vpxord %xmm24, %xmm24, %xmm24\n\t"
	    "vpxord %xmm25, %xmm25, %xmm25\n\t"
	    "vpxord %xmm26, %xmm26, %xmm26\n\t"
	    "vpxord %xmm27, %xmm27, %xmm27\n\t"
	    "vpxord %xmm28, %xmm28, %xmm28\n\t"
	    "vpxord %xmm29, %xmm29, %xmm29\n\t"
	    "vpxord %xmm30, %xmm30, %xmm30\n\t"
	    "vpxord %xmm31, %xmm31, %xmm31");
}

void
registers_wipe(void)
{
	if (__builtin_cpu_supports("avx")) {
		wipe_lower();
	}
	if (__builtin_cpu_supports("avx512vl")) {
		wipe_upper();
	}
}

#else

void
registers_wipe(void)
{
	/* Not known here. */
}

#endif

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

/* 16 to 31, which code that is not built for AVX-512 never holds a value in. */
__attribute__((noinline, target("avx512f"))) static void
wipe_upper(void)
{
	__asm__ volatile(
	    "vpxord %zmm16, %zmm16, %zmm16\n\t"
	    "vpxord %zmm17, %zmm17, %zmm17\n\t"
	    "vpxord %zmm18, %zmm18, %zmm18\n\t"
	    "vpxord %zmm19, %zmm19, %zmm19\n\t"
	    "vpxord %zmm20, %zmm20, %zmm20\n\t"
	    "vpxord %zmm21, %zmm21, %zmm21\n\t"
	    "vpxord %zmm22, %zmm22, %zmm22\n\t"
	    "vpxord %zmm23, %zmm23, %zmm23\n\t"
	    "vpxord %zmm24, %zmm24, %zmm24\n\t"
	    "vpxord %zmm25, %zmm25, %zmm25\n\t"
	    "vpxord %zmm26, %zmm26, %zmm26\n\t"
	    "vpxord %zmm27, %zmm27, %zmm27\n\t"
	    "vpxord %zmm28, %zmm28, %zmm28\n\t"
	    "vpxord %zmm29, %zmm29, %zmm29\n\t"
	    "vpxord %zmm30, %zmm30, %zmm30\n\t"
	    "vpxord %zmm31, %zmm31, %zmm31");
}

void
registers_wipe(void)
{
	if (__builtin_cpu_supports("avx")) {
		wipe_lower();
	}
	if (__builtin_cpu_supports("avx512f")) {
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

/*
 * base/registers.h: what was copied is not in them any more (I8).
 */
#include "base/registers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/compiler.h"

#ifdef __x86_64__

static const uint8_t zeros[64];

/* bytes by way of a register that copies use, wiped on the way or not. */
__attribute__((noinline, target("avx"))) static void
through_lower(uint8_t bytes[32], bool wipe)
{
	__asm__ volatile("vmovdqu %0, %%ymm15" : : "m"(*(uint8_t (*)[32])bytes)
	    : "xmm15");
	if (wipe) {
		registers_wipe();
	}
	__asm__ volatile("vmovdqu %%ymm15, %0" : "=m"(*(uint8_t (*)[32])bytes));
}

__attribute__((noinline, target("avx512f"))) static void
through_upper(uint8_t bytes[64], bool wipe)
{
	__asm__ volatile("vmovdqu64 %0, %%zmm16" : :
	    "m"(*(uint8_t (*)[64])bytes));
	if (wipe) {
		registers_wipe();
	}
	__asm__ volatile("vmovdqu64 %%zmm16, %0" :
	    "=m"(*(uint8_t (*)[64])bytes));
}

static void
wiped(void (*through)(uint8_t *bytes, bool wipe), size_t n)
{
	uint8_t bytes[64];

	memset(bytes, 'x', sizeof(bytes));
	through(bytes, false);
	assert_int_equal(bytes[0], 'x');
	through(bytes, true);
	assert_memory_equal(bytes, zeros, n);
}

static void
nothing_is_left(void **state UNUSED)
{
	if (!__builtin_cpu_supports("avx")) {
		skip();
	}
	wiped(through_lower, 32);
	if (__builtin_cpu_supports("avx512f")) {
		wiped(through_upper, 64);
	}
}

#else

static void
nothing_is_left(void **state UNUSED)
{
	skip();
}

#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fault_malloc.h"

static void
memory_is_zeroed_aligned_and_apart(void **state UNUSED)
{
	struct arena *a = arena_new(100000);
	unsigned char *last = NULL;

	assert_non_null(a);
	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = arena_get(a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_ptr_not_equal(p, last);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(p[i], 0);
		}
		memset(p, 0xff, n);
		last = p;
	}
	arena_free(a);
	arena_free(NULL);
}

static void
maximum_holds(void **state UNUSED)
{
	struct arena *a = arena_new(64);

	assert_non_null(a);
	assert_null(arena_get(a, 65));
	assert_null(arena_get(a, SIZE_MAX));
	assert_non_null(arena_get(a, 33));	/* takes 48 */
	assert_null(arena_get(a, 17));
	assert_non_null(arena_get(a, 16));
	assert_null(arena_get(a, 0));
	arena_reset(a);
	assert_non_null(arena_get(a, 64));
	arena_free(a);
}

static void
copies(void **state UNUSED)
{
	struct arena *a = arena_new(1000);
	struct str copy = {NULL, 7};
	const char *p;

	assert_non_null(a);
	p = arena_copy(a, STR("hello"));
	assert_string_equal(p, "hello");
	assert_string_equal(arena_copy(a, (struct str){NULL, 0}), "");
	assert_null(arena_copy(a, (struct str){"x", SIZE_MAX}));
	assert_null(arena_copy(a, (struct str){"x", SIZE_MAX - 1}));
	assert_true(arena_str(a, STR("a\0b"), &copy));
	assert_true(str_equal(copy, STR("a\0b")));
	assert_int_equal(copy.p[3], '\0');
	copy = (struct str){NULL, 7};
	assert_false(arena_str(a, (struct str){"x", 2000}, &copy));
	assert_int_equal(copy.n, 7);
	arena_free(a);
}

/* The chunk that a reset keeps holds nothing of the request before. */
static void
reset_wipes(void **state UNUSED)
{
	struct arena *a = arena_new(10000);
	char *first, *p;

	assert_non_null(a);
	first = arena_copy(a, STR("code 123456"));
	assert_non_null(first);
	p = arena_get(a, 5000);		/* another chunk */
	assert_non_null(p);
	memset(p, 'x', 5000);
	arena_reset(a);
	for (size_t i = 0; i < 11; i++) {
		assert_int_equal(first[i], 0);
	}
	assert_ptr_equal(arena_get(a, 16), first);
	arena_free(a);
}

static void
one_request_after_another_allocates_once(void **state UNUSED)
{
	struct arena *a;

	fault_malloc_arm(0, FAULT_ONCE);
	a = arena_new(2000);
	assert_non_null(a);
	for (int i = 0; i < 100; i++) {
		assert_non_null(arena_get(a, 1500));
		arena_reset(a);
	}
	assert_int_equal(fault_malloc_count(), 2);
	arena_free(a);
	assert_int_equal(fault_malloc_live(), 0);
	fault_malloc_disarm();
}

static bool
fill(void *ctx UNUSED)
{
	struct arena *a = arena_new(50000);
	bool ok = a != NULL;

	for (int i = 0; ok && i < 20; i++) {
		ok = arena_get(a, 1000) != NULL;
	}
	arena_free(a);
	return ok;
}

/* S141 */
static void
every_allocation_fails_once(void **state UNUSED)
{
	assert_true(fault_malloc_each(fill, NULL) >= 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(maximum_holds),
		cmocka_unit_test(copies),
		cmocka_unit_test(reset_wipes),
		cmocka_unit_test(one_request_after_another_allocates_once),
		cmocka_unit_test(every_allocation_fails_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

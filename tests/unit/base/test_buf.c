#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fault_malloc.h"

static void
empty_buf_needs_no_memory(void **state UNUSED)
{
	struct buf b;

	fault_malloc_arm(0, FAULT_ONCE);
	buf_init(&b, 100);
	buf_put(&b, NULL, 0);
	buf_z(&b, NULL);
	assert_int_equal(fault_malloc_count(), 0);
	fault_malloc_disarm();
	assert_int_equal(buf_view(&b).n, 0);
	assert_string_equal(buf_c(&b), "");
	assert_int_equal(buf_err(&b), ERR_NONE);
	buf_done(&b);
}

static void
values_are_written(void **state UNUSED)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_u64(&b, 0);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_i64(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_i64(&b, INT64_MAX);
	buf_printf(&b, " %s %04d", "x", 7);
	assert_string_equal(buf_c(&b), "0 18446744073709551615 "
	    "-9223372036854775808 9223372036854775807 x 0007");
	assert_int_equal(b.n, strlen(buf_c(&b)));
	buf_done(&b);
}

static void
big_endian(void **state UNUSED)
{
	struct buf b;

	buf_init(&b, 14);
	buf_be16(&b, 0x0102);
	buf_be32(&b, 0x03040506);
	buf_be64(&b, 0x0708090a0b0c0d0eULL);
	assert_int_equal(b.n, 14);
	assert_memory_equal(b.p, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16", 14);
	buf_be16(&b, 1);
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	assert_int_equal(b.n, 14);
	buf_done(&b);
}

/* Every maximum, filled to the last byte and one further. */
static void
maximum_is_exact(void **state UNUSED)
{
	for (size_t max = 0; max < 300; max++) {
		struct buf b;

		buf_init(&b, max);
		for (size_t i = 0; i < max; i++) {
			buf_char(&b, 'x');
		}
		assert_int_equal(buf_err(&b), ERR_NONE);
		assert_int_equal(b.n, max);
		assert_int_equal(strlen(buf_c(&b)), max);
		buf_char(&b, 'y');
		assert_int_equal(buf_err(&b), ERR_LIMIT);
		assert_int_equal(strlen(buf_c(&b)), max);
		buf_done(&b);
	}
}

static void
failure_is_latched(void **state UNUSED)
{
	struct buf b;

	buf_init(&b, 4);
	buf_z(&b, "ab");
	buf_z(&b, "cde");
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	buf_z(&b, "c");
	buf_printf(&b, "%d", 1);
	assert_string_equal(buf_c(&b), "ab");
	buf_clear(&b);
	assert_int_equal(buf_err(&b), ERR_NONE);
	assert_string_equal(buf_c(&b), "");
	buf_printf(&b, "%s", "abcd");
	assert_string_equal(buf_c(&b), "abcd");
	buf_printf(&b, "%s", "");
	assert_int_equal(buf_err(&b), ERR_NONE);
	buf_done(&b);
	assert_null(b.p);
	buf_z(&b, "abcde");
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	buf_done(&b);
}

static void
huge_put_does_not_wrap(void **state UNUSED)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 4 - 1);
	buf_z(&b, "abc");
	buf_put(&b, "x", SIZE_MAX);
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	assert_string_equal(buf_c(&b), "abc");
	buf_done(&b);
}

static void
cut_wipes_and_terminates(void **state UNUSED)
{
	struct buf b;

	buf_init(&b, 100);
	buf_z(&b, "secret 123456");
	buf_cut(&b, 100);
	assert_int_equal(b.n, 13);
	buf_cut(&b, 6);
	assert_string_equal(buf_c(&b), "secret");
	for (size_t i = 6; i < 14; i++) {
		assert_int_equal(b.p[i], 0);
	}
	buf_cut(&b, 0);
	assert_int_equal(buf_view(&b).n, 0);
	buf_done(&b);
}

static void
fixed_never_allocates(void **state UNUSED)
{
	char place[8], one[1];
	struct buf b;

	fault_malloc_arm(0, FAULT_ONCE);
	buf_fixed(&b, place, sizeof(place));
	assert_string_equal(buf_c(&b), "");
	buf_z(&b, "1234567");
	assert_int_equal(buf_err(&b), ERR_NONE);
	assert_ptr_equal(buf_c(&b), place);
	buf_char(&b, '8');
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	assert_string_equal(place, "1234567");
	buf_fixed(&b, one, sizeof(one));
	buf_printf(&b, "%s", "");
	assert_int_equal(buf_err(&b), ERR_NONE);
	buf_char(&b, 'x');
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	assert_int_equal(fault_malloc_count(), 0);
	fault_malloc_disarm();
}

static void
space_is_zeroed_and_terminated(void **state UNUSED)
{
	struct buf b;
	char *p;

	buf_init(&b, 100);
	buf_z(&b, "ab");
	p = buf_space(&b, 98);
	assert_non_null(p);
	assert_int_equal(b.n, 100);
	for (int i = 0; i <= 98; i++) {
		assert_int_equal(p[i], 0);
	}
	assert_null(buf_space(&b, 1));
	assert_int_equal(buf_err(&b), ERR_LIMIT);
	assert_int_equal(b.n, 100);
	buf_done(&b);
}

static bool
write_much(void *ctx UNUSED)
{
	struct buf b;
	bool ok;

	buf_init(&b, 10000);
	for (int i = 0; i < 1000; i++) {
		buf_printf(&b, "%03d,", i);
	}
	ok = buf_err(&b) == ERR_NONE;
	if (ok) {
		assert_int_equal(b.n, 4000);
		assert_memory_equal(b.p + 3996, "999,", 5);
	} else {
		assert_int_equal(buf_err(&b), ERR_NOMEM);
		/* What was written before the failure is still whole. */
		assert_int_equal(strlen(buf_c(&b)), b.n);
	}
	buf_done(&b);
	return ok;
}

/* S141 */
static void
every_allocation_fails_once(void **state UNUSED)
{
	assert_true(fault_malloc_each(write_much, NULL) >= 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_buf_needs_no_memory),
		cmocka_unit_test(values_are_written),
		cmocka_unit_test(big_endian),
		cmocka_unit_test(maximum_is_exact),
		cmocka_unit_test(failure_is_latched),
		cmocka_unit_test(huge_put_does_not_wrap),
		cmocka_unit_test(cut_wipes_and_terminates),
		cmocka_unit_test(fixed_never_allocates),
		cmocka_unit_test(space_is_zeroed_and_terminated),
		cmocka_unit_test(every_allocation_fails_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

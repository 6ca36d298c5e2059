#include "base/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
unsigned_numbers(void **state UNUSED)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "0x1", "1e3", "1.0", "a",
		"18446744073709551616", "99999999999999999999",
		"000000000000000000001",
	};
	uint64_t v = 7;

	assert_true(parse_u64(STR("0"), &v) && v == 0);
	assert_true(parse_u64(STR("007"), &v) && v == 7);
	assert_true(parse_u64(STR("18446744073709551615"), &v) &&
	    v == UINT64_MAX);
	v = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(parse_u64(str_of(bad[i]), &v));
	}
	assert_false(parse_u64(STR("1\0"), &v));
	assert_true(v == 7);
}

static void
signed_numbers(void **state UNUSED)
{
	static const char *const bad[] = {
		"", "-", "--1", "+1", "- 1", "9223372036854775808",
		"-9223372036854775809", "-18446744073709551616",
	};
	int64_t v = 7;

	assert_true(parse_i64(STR("9223372036854775807"), &v) &&
	    v == INT64_MAX);
	assert_true(parse_i64(STR("-9223372036854775808"), &v) &&
	    v == INT64_MIN);
	assert_true(parse_i64(STR("-9223372036854775807"), &v) &&
	    v == INT64_MIN + 1);
	assert_true(parse_i64(STR("-12"), &v) && v == -12);
	v = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(parse_i64(str_of(bad[i]), &v));
	}
	assert_true(v == 7);
}

static void
switches(void **state UNUSED)
{
	static const char *const bad[] = {"", "y", "Yes", "TRUE", "2", "on "};
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};
	bool v;

	for (size_t i = 0; i < 4; i++) {
		v = false;
		assert_true(parse_bool(str_of(yes[i]), &v) && v);
		assert_true(parse_bool(str_of(no[i]), &v) && !v);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(parse_bool(str_of(bad[i]), &v));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_numbers),
		cmocka_unit_test(signed_numbers),
		cmocka_unit_test(switches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

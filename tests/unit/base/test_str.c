#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct str none = {NULL, 0};

static void
of_and_equal(void **state UNUSED)
{
	assert_int_equal(str_of(NULL).n, 0);
	assert_int_equal(str_of("").n, 0);
	assert_int_equal(str_of("abc").n, 3);
	assert_true(str_equal(none, STR("")));
	assert_true(str_equal(STR("a\0b"), STR("a\0b")));
	assert_false(str_equal(STR("a\0b"), STR("a\0c")));
	assert_false(str_equal(STR("ab"), STR("abc")));
}

static void
starts_and_ends(void **state UNUSED)
{
	assert_true(str_starts(STR("chl_1"), STR("chl_")));
	assert_true(str_starts(STR("x"), none));
	assert_true(str_starts(none, none));
	assert_false(str_starts(STR("ch"), STR("chl_")));
	assert_false(str_starts(STR("xchl_"), STR("chl_")));
	assert_true(str_ends(STR("a.pem"), STR(".pem")));
	assert_true(str_ends(none, STR("")));
	assert_false(str_ends(STR("pem"), STR(".pem")));
	assert_false(str_ends(STR("a.pem "), STR(".pem")));
}

static void
find_first(void **state UNUSED)
{
	assert_int_equal(str_find(STR("abcabc"), 'b'), 1);
	assert_int_equal(str_find(STR("abc"), 'x'), 3);
	assert_int_equal(str_find(STR("a\0b"), '\0'), 1);
	assert_int_equal(str_find(none, 'x'), 0);
}

static void
slice_is_cut_to_what_there_is(void **state UNUSED)
{
	struct str s = STR("abcdef");

	assert_true(str_equal(str_slice(s, 1, 3), STR("bc")));
	assert_true(str_equal(str_slice(s, 4, SIZE_MAX), STR("ef")));
	assert_int_equal(str_slice(s, 6, 6).n, 0);
	assert_int_equal(str_slice(s, 9, 12).n, 0);
	assert_int_equal(str_slice(s, SIZE_MAX, SIZE_MAX).n, 0);
	assert_int_equal(str_slice(s, 3, 1).n, 0);
	assert_int_equal(str_slice(none, 1, 2).n, 0);
}

static void
trim_blanks(void **state UNUSED)
{
	assert_true(str_equal(str_trim(STR(" \t a b\r\n")), STR("a b")));
	assert_int_equal(str_trim(STR(" \r\n\t ")).n, 0);
	assert_int_equal(str_trim(none).n, 0);
	assert_true(str_equal(str_trim(STR("\v")), STR("\v")));
}

static void
split_reports_empty_parts(void **state UNUSED)
{
	struct str rest = STR("a,,b,"), part;

	assert_true(str_split(&rest, ',', &part));
	assert_true(str_equal(part, STR("a")));
	assert_true(str_split(&rest, ',', &part));
	assert_int_equal(part.n, 0);
	assert_true(str_split(&rest, ',', &part));
	assert_true(str_equal(part, STR("b")));
	assert_true(str_split(&rest, ',', &part));
	assert_int_equal(part.n, 0);
	assert_false(str_split(&rest, ',', &part));
	rest = none;
	assert_false(str_split(&rest, ',', &part));
}

/* Unicode 15 table 3-7, well-formed byte sequences: each border. */
static void
utf8_borders(void **state UNUSED)
{
	static const struct str good[] = {
		STR_INIT(""), STR_INIT("\0"), STR_INIT("\x7f"),
		STR_INIT("\xc2\x80"), STR_INIT("\xdf\xbf"),
		STR_INIT("\xe0\xa0\x80"), STR_INIT("\xed\x9f\xbf"),
		STR_INIT("\xee\x80\x80"), STR_INIT("\xef\xbf\xbf"),
		STR_INIT("\xf0\x90\x80\x80"), STR_INIT("\xf4\x8f\xbf\xbf"),
		STR_INIT("a\xc3\xa4z"),
	};
	static const struct str bad[] = {
		STR_INIT("\x80"), STR_INIT("\xbf"), STR_INIT("\xc0\x80"),
		STR_INIT("\xc1\xbf"), STR_INIT("\xc2"), STR_INIT("\xc2\xc2"),
		STR_INIT("\xc2" "a"), STR_INIT("\xe0\x9f\xbf"),
		STR_INIT("\xe0\xa0"), STR_INIT("\xe1\x80" "a"),
		STR_INIT("\xed\xa0\x80"), STR_INIT("\xed\xbf\xbf"),
		STR_INIT("\xf0\x8f\xbf\xbf"), STR_INIT("\xf0\x90\x80"),
		STR_INIT("\xf4\x90\x80\x80"), STR_INIT("\xf5\x80\x80\x80"),
		STR_INIT("\xff"), STR_INIT("ok\xfe"),
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(str_is_utf8(good[i]));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(str_is_utf8(bad[i]));
	}
	assert_true(str_is_utf8(none));
}

static void
copy_fits_or_is_empty(void **state UNUSED)
{
	char dst[4] = "xyz", nothing = 'x';

	assert_true(str_copy(STR("abc"), dst, sizeof(dst)));
	assert_string_equal(dst, "abc");
	assert_false(str_copy(STR("abcd"), dst, sizeof(dst)));
	assert_string_equal(dst, "");
	assert_true(str_copy(none, dst, sizeof(dst)));
	assert_string_equal(dst, "");
	assert_false(str_copy(STR("a\0b"), dst, sizeof(dst)));
	assert_string_equal(dst, "");
	assert_false(str_copy(none, &nothing, 0));
	assert_int_equal(nothing, 'x');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_and_equal),
		cmocka_unit_test(starts_and_ends),
		cmocka_unit_test(find_first),
		cmocka_unit_test(slice_is_cut_to_what_there_is),
		cmocka_unit_test(trim_blanks),
		cmocka_unit_test(split_reports_empty_parts),
		cmocka_unit_test(utf8_borders),
		cmocka_unit_test(copy_fits_or_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <time.h>

#define MS_PER_DAY INT64_C(86400000)

static enum err
parse(const char *z, int64_t *ret_ms)
{
	unix_ms t = {-7};
	enum err e = unix_ms_parse(str_of(z), &t);

	if (e != ERR_NONE) {
		assert_int_equal(t.v, -7);	/* untouched */
	}
	*ret_ms = t.v;
	return e;
}

static void
rfc3339_read(void **state UNUSED)
{
	static const struct { const char *z; int64_t ms; } cases[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T00:00:00.001Z", 1},
		{"1970-01-01T01:00:00+01:00", 0},
		{"1969-12-31T23:59:59-00:01", 59000},
		{"2000-02-29T00:00:00Z", 951782400000},
		{"2024-02-29T23:59:59.999Z", 1709251199999},
		{"2026-11-22T09:06:54.120Z", 1795338414120},
		{"2026-11-22T09:06:54.12Z", 1795338414120},
		{"2026-11-22T09:06:54.120999999Z", 1795338414120},
		{"2026-11-22T14:51:54.1+05:45", 1795338414100},
		{"2038-01-19T03:14:08Z", 2147483648000},	/* S32 */
		{"2100-03-01T00:00:00Z", 4107542400000},
		{"9999-12-31T23:59:59.999Z", UNIX_MS_MAX},
		{"9999-12-31T23:59:59-00:00", UNIX_MS_MAX - 999},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms;

		assert_int_equal(parse(cases[i].z, &ms), ERR_NONE);
		assert_true(ms == cases[i].ms);
	}
}

static void
rfc3339_refused(void **state UNUSED)
{
	static const char *const syntax[] = {
		"", "2026", "2026-11-22", "2026-11-22T09:06:54",
		"2026-11-22 09:06:54Z", "2026-11-22T09:06Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2016-12-31T23:59:60Z",
		"2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z",
		"2026-01-01T00:00:00.1234567890Z",
		"2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z",
		"2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60",
		"2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+01",
		"+026-01-01T00:00:00Z", "-026-01-01T00:00:00Z",
		"12026-01-01T00:00:00Z", "2026-1-01T00:00:00Z",
		"2026-01-01T0a:00:00Z",
	};
	static const char *const range[] = {
		"1969-12-31T23:59:59.999Z", "0000-01-01T00:00:00Z",
		"0000-12-31T00:00:00Z", "0001-01-01T00:00:00+23:59",
		"1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
		"9999-12-31T23:59:59.999-23:59",
	};
	int64_t ms;

	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++) {
		if (parse(syntax[i], &ms) != ERR_SYNTAX) {
			fail_msg("\"%s\" was not refused", syntax[i]);
		}
	}
	for (size_t i = 0; i < sizeof(range) / sizeof(range[0]); i++) {
		if (parse(range[i], &ms) != ERR_RANGE) {
			fail_msg("\"%s\" is out of range", range[i]);
		}
	}
}

/* Every day from 1970 to 9999, against the C library's calendar. */
static void
every_day_there_and_back(void **state UNUSED)
{
	for (int64_t day = 0; day * MS_PER_DAY < UNIX_MS_MAX; day++) {
		unix_ms t = {day * MS_PER_DAY + day % 86400 * 1000 + day % 997};
		time_t seconds = (time_t)(t.v / 1000);
		struct civil c = unix_ms_civil(t);
		char text[RFC3339_SIZE];
		struct tm tm;
		unix_ms back;

		assert_non_null(gmtime_r(&seconds, &tm));
		if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 ||
		    c.day != tm.tm_mday || c.hour != tm.tm_hour ||
		    c.minute != tm.tm_min || c.second != tm.tm_sec ||
		    c.ms != t.v % 1000 || c.weekday != tm.tm_wday) {
			fail_msg("day %lld is wrong", (long long)day);
		}
		unix_ms_format(t, text);
		assert_int_equal(unix_ms_parse(str_of(text), &back), ERR_NONE);
		assert_true(back.v == t.v);
	}
}

static void
format_is_clamped(void **state UNUSED)
{
	char text[RFC3339_SIZE];

	unix_ms_format((unix_ms){INT64_MAX}, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	unix_ms_format((unix_ms){INT64_MIN}, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000Z");
	unix_ms_format((unix_ms){1795338414120}, text);
	assert_string_equal(text, "2026-11-22T09:06:54.120Z");
}

static void
rfc5322_date(void **state UNUSED)
{
	struct buf b;

	buf_init(&b, 100);
	unix_ms_rfc5322((unix_ms){1795338414120}, &b);
	assert_string_equal(buf_c(&b), "Sun, 22 Nov 2026 09:06:54 +0000");
	buf_clear(&b);
	unix_ms_rfc5322((unix_ms){0}, &b);
	assert_string_equal(buf_c(&b), "Thu, 1 Jan 1970 00:00:00 +0000");
	buf_done(&b);
}

static void
arithmetic_saturates(void **state UNUSED)
{
	const unix_ms low = {INT64_MIN}, high = {INT64_MAX}, t = {1000};
	const duration_ms most = {INT64_MAX}, least = {INT64_MIN};

	assert_true(unix_ms_add(t, SECONDS(2)).v == 3000);
	assert_true(unix_ms_sub(t, SECONDS(2)).v == 0);
	assert_true(unix_ms_add(t, most).v == UNIX_MS_MAX);
	assert_true(unix_ms_add(t, least).v == 0);
	assert_true(unix_ms_sub(t, most).v == 0);
	assert_true(unix_ms_sub(t, least).v == UNIX_MS_MAX);
	assert_true(unix_ms_since(t, (unix_ms){400}).v == 600);
	assert_true(unix_ms_since((unix_ms){400}, t).v == -600);
	assert_true(unix_ms_since(high, low).v == INT64_MAX);
	assert_true(unix_ms_since(low, high).v == INT64_MIN);
	assert_true(unix_ms_since(high, (unix_ms){-1}).v == INT64_MAX);
	assert_true(mono_ms_since((mono_ms){INT64_MIN}, (mono_ms){1}).v ==
	    INT64_MIN);
	assert_true(mono_ms_add((mono_ms){INT64_MAX}, SECONDS(1)).v ==
	    INT64_MAX);
	assert_true(unix_ms_before((unix_ms){1}, (unix_ms){2}));
	assert_false(unix_ms_before((unix_ms){2}, (unix_ms){2}));
	assert_true(unix_ms_max((unix_ms){1}, (unix_ms){2}).v == 2);
	assert_true(HOURS(2).v == 7200000 && MINUTES(2).v == 120000);
}

static unix_ms
fixed_now(void *ctx)
{
	return *(unix_ms *)ctx;
}

static mono_ms
fixed_mono(void *ctx)
{
	return (mono_ms){((unix_ms *)ctx)->v + 1};
}

static void
clock_is_a_parameter(void **state UNUSED)
{
	unix_ms t = {42};
	struct clock c = {.now = fixed_now, .mono = fixed_mono, .ctx = &t};
	struct clock real = clock_system();
	mono_ms before = clock_mono(&real);

	assert_true(clock_now(&c).v == 42);
	assert_true(clock_mono(&c).v == 43);
	assert_true(clock_now(&real).v > 1577836800000);
	assert_true(mono_ms_since(clock_mono(&real), before).v >= 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339_read),
		cmocka_unit_test(rfc3339_refused),
		cmocka_unit_test(every_day_there_and_back),
		cmocka_unit_test(format_is_clamped),
		cmocka_unit_test(rfc5322_date),
		cmocka_unit_test(arithmetic_saturates),
		cmocka_unit_test(clock_is_a_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

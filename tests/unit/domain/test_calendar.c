/*
 * Dates, working days and their reasons (R33, R34).  The moments at which
 * days end are held against vectors by tests/unit/format/test_zones.c.
 */
#include "domain/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "domain/countersign.h"
#include "domain/zone.h"

static civil_day
day(const char *text)
{
	civil_day d = {-1};

	assert_true(day_parse(str_of(text), &d));
	return d;
}

static void
test_days(void **state)
{
	static const char *const bad[] = {
		"", "2026-11-31", "2026-13-01", "2026-00-10", "2026-1-01",
		"2025-02-29", "1969-12-31", "2026-11-2a", "2026/11/22",
		"+026-11-22", "2026-11-222",
	};
	char text[DAY_TEXT];

	(void)state;
	assert_int_equal(0, day("1970-01-01").v);
	assert_int_equal(CIVIL_DAY_MAX, day("9999-12-31").v);
	assert_int_equal(0, day_weekday(day("2026-11-22")));
	for (int64_t v = 0; v < 200000; v++) {
		civil_day back;

		day_text((civil_day){v}, text);
		assert_true(day_parse(str_of(text), &back));
		assert_int_equal(v, back.v);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		civil_day d;

		assert_false(day_parse(str_of(bad[i]), &d));
	}
}

static void
next(const struct calendar *c, const char *after, const char *want,
    const char *why)
{
	char text[DAY_TEXT], got[200];
	struct working_day d;
	struct buf out;

	assert_true(calendar_next(c, day(after), &d));
	day_text(d.day, text);
	assert_string_equal(want, text);
	buf_fixed(&out, got, sizeof(got));
	calendar_why(&d, &out);
	assert_string_equal(why, buf_c(&out));
}

/* Over Christmas, a weekend and the day that is given for it. */
static void
test_working_days(void **state)
{
	const struct holiday gb[] = {
		{day("2026-12-25"), STR("Christmas Day")},
		{day("2026-12-28"), STR("Boxing Day (substitute day)")},
	};
	const struct calendar weekdays = {0x3e, gb, 2};
	const struct calendar usual = {WEEKDAYS_USUAL, gb, 2};
	const struct calendar never = {0x01, (const struct holiday[]){
	    {{0}, STR("x")}}, 0};

	(void)state;
	next(&weekdays, "2026-12-24", "2026-12-29",
	    "Fri 25 Dec 2026 is a holiday (Christmas Day)");
	next(&usual, "2026-12-24", "2026-12-26",
	    "Fri 25 Dec 2026 is a holiday (Christmas Day)");
	next(&usual, "2026-12-26", "2026-12-29",
	    "Mon 28 Dec 2026 is a holiday (Boxing Day (substitute day))");
	next(&usual, "2026-11-21", "2026-11-23",
	    "Sun 22 Nov 2026 has no deliveries");
	next(&usual, "2026-11-23", "2026-11-24", "");
	next(&never, "2026-11-22", "2026-11-29",
	    "Mon 23 Nov 2026 has no deliveries");
}

static void
test_no_day_at_all(void **state)
{
	struct holiday all[100];
	const struct calendar c = {WEEKDAYS_ALL, all, 100};
	struct working_day d;

	(void)state;
	for (int i = 0; i < 100; i++) {
		all[i] = (struct holiday){{20000 + i}, STR("strike")};
	}
	assert_false(calendar_next(&c, (civil_day){19999}, &d));
	assert_true(calendar_next(&c, (civil_day){20090}, &d));
	assert_int_equal(20100, d.day.v);
}

static void
test_words(void **state)
{
	unsigned mask = 0;
	char text[40];
	struct buf out;

	(void)state;
	assert_true(weekdays_parse(STR("sat mon"), &mask));
	assert_int_equal(0x42, mask);
	buf_fixed(&out, text, sizeof(text));
	weekdays_print(0x7f, &out);
	assert_string_equal("mon tue wed thu fri sat sun", buf_c(&out));
	assert_false(weekdays_parse(STR(""), &mask));
	assert_false(weekdays_parse(STR("mon mon"), &mask));
	assert_false(weekdays_parse(STR("mon,tue"), &mask));
	assert_true(region_ok(STR("gb")));
	assert_true(region_ok(STR("gb-sct")));
	assert_true(region_ok(STR("us-06")));
	assert_false(region_ok(STR("GB")));
	assert_false(region_ok(STR("gb-")));
	assert_false(region_ok(STR("g1")));
	assert_true(zone_name_ok(STR("America/Argentina/Buenos_Aires")));
	assert_true(zone_name_ok(STR("Etc/GMT+5")));
	assert_false(zone_name_ok(STR("../etc/passwd")));
	assert_false(zone_name_ok(STR("Europe//Berlin")));
	assert_false(zone_name_ok(STR("Europe/")));
}

/* A date that was skipped, and a day that begins at 01:00. */
static void
test_zone(void **state)
{
	const struct zone apia = {2, {
		{{0}, -10 * 3600},
		{{INT64_C(1325239200000)}, 14 * 3600},
	}};
	const struct zone cairo = {2, {
		{{0}, 2 * 3600},
		{{INT64_C(1745532000000)}, 3 * 3600},
	}};

	(void)state;
	assert_int_equal(INT64_C(1325239200000),
	    zone_day_end(&apia, day("2011-12-29")).v);
	assert_int_equal(day("2011-12-29").v,
	    zone_day(&apia, (unix_ms){INT64_C(1325239199999)}).v);
	assert_int_equal(day("2011-12-31").v,
	    zone_day(&apia, (unix_ms){INT64_C(1325239200000)}).v);
	assert_int_equal(INT64_C(1745532000000),
	    zone_day_end(&cairo, day("2025-04-24")).v);
}

/* R30: 256 different words. */
static void
test_countersign(void **state)
{
	(void)state;
	for (int i = 0; i < COUNTERSIGN_WORDS; i++) {
		uint8_t a = (uint8_t)i;

		for (int k = 0; k < i; k++) {
			uint8_t b = (uint8_t)k;

			assert_string_not_equal(countersign_word(&a),
			    countersign_word(&b));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_working_days),
		cmocka_unit_test(test_no_day_at_all),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_zone),
		cmocka_unit_test(test_countersign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

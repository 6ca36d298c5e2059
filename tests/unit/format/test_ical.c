/*
 * Holiday files (R34): single days, spans, rules, exceptions, and what is no
 * holiday.
 */
#include "format/ical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define EVENT(body) "BEGIN:VEVENT\r\nUID:x\r\n" body "END:VEVENT\r\n"
#define FILE_OF(events) \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n" events \
	"END:VCALENDAR\r\n"

static struct holiday days[CALENDAR_SEARCH_MAX];

static enum err
parse(const char *text, unsigned max, unsigned *n)
{
	struct arena *arena = arena_new(1 << 20);
	civil_day from, to;
	enum err e;

	assert_true(day_of(2026, 1, 1, &from));
	assert_true(day_of(2027, 12, 31, &to));
	e = ical_holidays(str_of(text), from, to, max, arena, days, n);
	for (unsigned i = 0; e == ERR_NONE && i < *n; i++) {
		static char names[CALENDAR_SEARCH_MAX][HOLIDAY_NAME_MAX + 1];

		assert_true(str_copy(days[i].name, names[i],
		    sizeof(names[i])));
		days[i].name = str_of(names[i]);
	}
	arena_free(arena);
	return e;
}

static void
is(unsigned i, const char *day, const char *name)
{
	char text[DAY_TEXT];

	day_text(days[i].day, text);
	assert_string_equal(day, text);
	assert_true(str_equal(str_of(name), days[i].name));
}

static void
test_file(void **state)
{
	unsigned n = 0;

	(void)state;
	assert_int_equal(ERR_NONE, parse(FILE_OF(
	    EVENT("DTSTART;VALUE=DATE:20261228\r\nSUMMARY:Boxing Day\r\n")
	    EVENT("DTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\n"
	    "SUMMARY:Christmas\\, Day\r\n")
	    EVENT("DTSTART;VALUE=DATE:20260403\r\n"
	    "DTEND;VALUE=DATE:20260406\r\nSUMMARY:Easter\r\n")
	    EVENT("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY\r\n"
	    "EXDATE;VALUE=DATE:20260501\r\nSUMMARY:May Day\r\n")
	    EVENT("DTSTART:20260601T100000Z\r\nSUMMARY:Dentist\r\n")
	    EVENT("DTSTART;VALUE=DATE:20260602\r\nSTATUS:CANCELLED\r\n"
	    "SUMMARY:Not\r\n")
	    EVENT("DTSTART;VALUE=DATE:20260701\r\nSUMMARY:a\\nb\r\n")
	    EVENT("DTSTART;VALUE=DATE:20260403\r\nSUMMARY:Second\r\n")
	    ), CALENDAR_SEARCH_MAX, &n));
	assert_int_equal(8, n);
	is(0, "2026-04-03", "Easter");
	is(1, "2026-04-04", "Easter");
	is(2, "2026-04-05", "Easter");
	is(3, "2026-07-01", "a b");
	is(4, "2026-12-25", "Christmas, Day");
	is(5, "2026-12-28", "Boxing Day");
	is(6, "2027-05-01", "May Day");
	is(7, "2027-12-25", "Christmas, Day");
}

static void
test_bad(void **state)
{
	unsigned n = 7;

	(void)state;
	assert_int_equal(ERR_SYNTAX, parse("", 9, &n));
	assert_int_equal(ERR_SYNTAX, parse("hello", 9, &n));
	assert_int_equal(ERR_SYNTAX, parse(EVENT(""), 9, &n));
	assert_int_equal(ERR_SYNTAX, parse(FILE_OF(
	    EVENT("DTSTART;VALUE=DATE:2026\r\n")), 9, &n));
	assert_int_equal(ERR_LIMIT, parse(FILE_OF(
	    EVENT("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY\r\n")),
	    9, &n));
	assert_int_equal(7, n);
	assert_int_equal(ERR_NONE, parse(FILE_OF(""), 9, &n));
	assert_int_equal(0, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

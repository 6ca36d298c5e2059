#include "domain/day.h"

#include <assert.h>

#include "base/clock.h"
#include "base/parse.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_length(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool
day_of(int year, int month, int day, civil_day *ret_day)
{
	int64_t v = 0, y = year - 1;

	if (year < 1970 || year > 9999 || month < 1 || month > 12 ||
	    day < 1 || day > month_length(year, month)) {
		return false;
	}
	/* Leap days up to the end of the year before, less those to 1969. */
	v = (year - 1970) * INT64_C(365) + (y / 4 - y / 100 + y / 400) -
	    (1969 / 4 - 1969 / 100 + 1969 / 400);
	for (int m = 1; m < month; m++) {
		v += month_length(year, m);
	}
	*ret_day = (civil_day){v + day - 1};
	return true;
}

static bool
number(struct str s, size_t from, size_t to, int *ret_n)
{
	uint64_t v;

	if (!parse_u64(str_slice(s, from, to), &v) || v > 9999) {
		return false;
	}
	*ret_n = (int)v;
	return true;
}

bool
day_parse(struct str s, civil_day *ret_day)
{
	int year, month, day;

	return s.n == DAY_TEXT - 1 && s.p[4] == '-' && s.p[7] == '-' &&
	    number(s, 0, 4, &year) && number(s, 5, 7, &month) &&
	    number(s, 8, 10, &day) && day_of(year, month, day, ret_day);
}

/* The clock knows the civil calendar already. */
static struct civil
civil_of(civil_day d)
{
	assert(d.v >= 0 && d.v <= CIVIL_DAY_MAX);
	return unix_ms_civil((unix_ms){d.v * DAY_MS});
}

void
day_text(civil_day d, char dst[static DAY_TEXT])
{
	struct civil c = civil_of(d);
	struct buf text;

	buf_fixed(&text, dst, DAY_TEXT);
	buf_printf(&text, "%04d-%02d-%02d", c.year, c.month, c.day);
}

int
day_weekday(civil_day d)
{
	return (int)((d.v + 4) % 7);	/* 1970-01-01 was a Thursday */
}

void
day_civil(civil_day d, int *ret_year, int *ret_month, int *ret_day)
{
	struct civil c = civil_of(d);

	*ret_year = c.year;
	*ret_month = c.month;
	*ret_day = c.day;
}

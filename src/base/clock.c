#include "base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "base/parse.h"

static int64_t
read_ms(clockid_t id)
{
	struct timespec ts;
	int rc = clock_gettime(id, &ts);

	assert(rc == 0);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static unix_ms
system_now(void *ctx UNUSED)
{
	return (unix_ms){read_ms(CLOCK_REALTIME)};
}

static mono_ms
system_mono(void *ctx UNUSED)
{
	return (mono_ms){read_ms(CLOCK_MONOTONIC)};
}

struct clock
clock_system(void)
{
	return (struct clock){.now = system_now, .mono = system_mono};
}

unix_ms
clock_now(const struct clock *c)
{
	return c->now(c->ctx);
}

mono_ms
clock_mono(const struct clock *c)
{
	return c->mono(c->ctx);
}

static int64_t
add_clamped(int64_t a, int64_t b, int64_t low, int64_t high)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum)) {
		return b > 0 ? high : low;
	}
	return sum < low ? low : sum > high ? high : sum;
}

unix_ms
unix_ms_add(unix_ms t, duration_ms d)
{
	return (unix_ms){add_clamped(t.v, d.v, 0, UNIX_MS_MAX)};
}

unix_ms
unix_ms_sub(unix_ms t, duration_ms d)
{
	int64_t rest;

	if (__builtin_sub_overflow(t.v, d.v, &rest)) {
		return (unix_ms){d.v > 0 ? 0 : UNIX_MS_MAX};
	}
	return unix_ms_add((unix_ms){rest}, (duration_ms){0});
}

static duration_ms
difference(int64_t later, int64_t earlier)
{
	int64_t d;

	if (__builtin_sub_overflow(later, earlier, &d)) {
		d = later < earlier ? INT64_MIN : INT64_MAX;
	}
	return (duration_ms){d};
}

duration_ms
unix_ms_since(unix_ms later, unix_ms earlier)
{
	return difference(later.v, earlier.v);
}

bool
unix_ms_before(unix_ms a, unix_ms b)
{
	return a.v < b.v;
}

unix_ms
unix_ms_max(unix_ms a, unix_ms b)
{
	return a.v < b.v ? b : a;
}

mono_ms
mono_ms_add(mono_ms t, duration_ms d)
{
	return (mono_ms){add_clamped(t.v, d.v, INT64_MIN, INT64_MAX)};
}

duration_ms
mono_ms_since(mono_ms later, mono_ms earlier)
{
	return difference(later.v, earlier.v);
}

/*
 * Days since 1970-01-01 and civil dates, in the proleptic Gregorian calendar.
 * A year is taken to start in March, so that the leap day is its last; an era
 * is 400 years, 146097 days.
 */
static int64_t
days_from_civil(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct civil
unix_ms_civil(unix_ms t)
{
	int64_t ms = t.v < 0 ? 0 : t.v > UNIX_MS_MAX ? UNIX_MS_MAX : t.v;
	int64_t days = ms / 86400000, rest = ms % 86400000;
	int64_t z = days + 719468;
	int64_t era = z / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct civil){
		.year = (int)(yoe + era * 400 + (month <= 2)),
		.month = month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(rest / 3600000),
		.minute = (int)(rest / 60000 % 60),
		.second = (int)(rest / 1000 % 60),
		.ms = (int)(rest % 1000),
		.weekday = (int)((days + 4) % 7),
	};
}

void
unix_ms_format(unix_ms t, char dst[static RFC3339_SIZE])
{
	struct civil c = unix_ms_civil(t);
	int n = snprintf(dst, RFC3339_SIZE,
	    "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	    (unsigned)c.year % 10000, (unsigned)c.month % 100,
	    (unsigned)c.day % 100, (unsigned)c.hour % 100,
	    (unsigned)c.minute % 100, (unsigned)c.second % 100,
	    (unsigned)c.ms % 1000);

	assert(n == RFC3339_SIZE - 1);
}

void
unix_ms_rfc5322(unix_ms t, struct buf *out)
{
	static const char days[7][4] = {
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	};
	static const char months[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	struct civil c = unix_ms_civil(t);

	buf_printf(out, "%s, %d %s %04d %02d:%02d:%02d +0000",
	    days[c.weekday], c.day, months[c.month - 1], c.year,
	    c.hour, c.minute, c.second);
}

static int
days_in_month(int year, int month)
{
	static const int days[12] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
	};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* n digits at *s as a number; false when they are not there. */
static bool
take_digits(struct str *s, size_t n, int *ret_v)
{
	uint64_t v;

	if (s->n < n || !parse_u64(str_slice(*s, 0, n), &v)) {
		return false;
	}
	*ret_v = (int)v;
	*s = str_slice(*s, n, s->n);
	return true;
}

static bool
take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c) {
		return false;
	}
	*s = str_slice(*s, 1, s->n);
	return true;
}

/* ".123456789": the first three digits count, the rest must be digits. */
static bool
take_fraction(struct str *s, int *ret_ms)
{
	int ms = 0, n = 0;

	while (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9') {
		if (n < 3) {
			ms = ms * 10 + (s->p[0] - '0');
		}
		n++;
		*s = str_slice(*s, 1, s->n);
	}
	if (n == 0 || n > 9) {
		return false;
	}
	for (; n < 3; n++) {
		ms *= 10;
	}
	*ret_ms = ms;
	return true;
}

/* "Z" or "+hh:mm" to the end of s, in minutes east of UTC. */
static bool
take_offset(struct str *s, int *ret_minutes)
{
	int hour, minute, sign;

	if (take_char(s, 'Z')) {
		*ret_minutes = 0;
		return s->n == 0;
	}
	sign = take_char(s, '+') ? 1 : take_char(s, '-') ? -1 : 0;
	if (sign == 0 || !take_digits(s, 2, &hour) || !take_char(s, ':') ||
	    !take_digits(s, 2, &minute) || s->n != 0 ||
	    hour > 23 || minute > 59) {
		return false;
	}
	*ret_minutes = sign * (hour * 60 + minute);
	return true;
}

enum err
unix_ms_parse(struct str s, unix_ms *ret_t)
{
	struct civil c = {0};
	int offset;
	int64_t t;

	if (!take_digits(&s, 4, &c.year) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, &c.month) || !take_char(&s, '-') ||
	    !take_digits(&s, 2, &c.day) || !take_char(&s, 'T') ||
	    !take_digits(&s, 2, &c.hour) || !take_char(&s, ':') ||
	    !take_digits(&s, 2, &c.minute) || !take_char(&s, ':') ||
	    !take_digits(&s, 2, &c.second)) {
		return ERR_SYNTAX;
	}
	if (take_char(&s, '.') && !take_fraction(&s, &c.ms)) {
		return ERR_SYNTAX;
	}
	if (!take_offset(&s, &offset) ||
	    c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > days_in_month(c.year, c.month) ||
	    c.hour > 23 || c.minute > 59 || c.second > 59) {
		return ERR_SYNTAX;
	}
	t = days_from_civil(c.year, c.month, c.day) * 86400 +
	    c.hour * 3600 + c.minute * 60 + c.second - offset * 60;
	t = t * 1000 + c.ms;
	if (t < 0 || t > UNIX_MS_MAX) {
		return ERR_RANGE;
	}
	*ret_t = (unix_ms){t};
	return ERR_NONE;
}

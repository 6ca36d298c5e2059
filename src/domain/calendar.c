#include "domain/calendar.h"

#include <assert.h>

static const char *const words[7] = {
	"sun", "mon", "tue", "wed", "thu", "fri", "sat",
};

static const struct holiday *
find(const struct calendar *c, civil_day day)
{
	unsigned low = 0, high = c->n;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (c->holidays[middle].day.v < day.v) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < c->n && c->holidays[low].day.v == day.v
	    ? &c->holidays[low] : NULL;
}

/*
 * A holiday says more than a weekday, so it wins; of several days that are
 * passed over the first that has a name, or else the first.
 */
static void
pass(struct working_day *d, civil_day day, const struct holiday *h)
{
	if (d->passed && (d->passed_name.n > 0 || h == NULL)) {
		return;
	}
	d->passed = true;
	d->passed_day = day;
	d->passed_name = h != NULL ? h->name : STR("");
}

bool
calendar_next(const struct calendar *c, civil_day after,
    struct working_day *ret_day)
{
	struct working_day d = {0};

	assert((c->weekdays & WEEKDAYS_ALL) != 0);
	for (int i = 1; i <= CALENDAR_SEARCH_MAX; i++) {
		civil_day day = {after.v + i};
		const struct holiday *h = find(c, day);

		if (day.v > CIVIL_DAY_MAX) {
			return false;
		}
		if (h == NULL && (c->weekdays & 1U << day_weekday(day))) {
			d.day = day;
			*ret_day = d;
			return true;
		}
		pass(&d, day, h);
	}
	return false;
}

void
calendar_why(const struct working_day *d, struct buf *out)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu",
	    "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
	    "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int year, month, day;

	if (!d->passed) {
		return;
	}
	day_civil(d->passed_day, &year, &month, &day);
	buf_printf(out, "%s %d %s %d ", days[day_weekday(d->passed_day)], day,
	    months[month - 1], year);
	if (d->passed_name.n == 0) {
		buf_z(out, "has no deliveries");
	} else {
		buf_printf(out, "is a holiday (%.*s)",
		    STR_ARG(d->passed_name));
	}
}

bool
weekdays_parse(struct str s, unsigned *ret_weekdays)
{
	unsigned mask = 0;
	struct str word;

	while (str_split(&s, ' ', &word)) {
		int w = 0;

		while (w < 7 && !str_equal(word, str_of(words[w]))) {
			w++;
		}
		if (w == 7 || (mask & 1U << w)) {
			return false;
		}
		mask |= 1U << w;
	}
	if (mask == 0) {
		return false;
	}
	*ret_weekdays = mask;
	return true;
}

void
weekdays_print(unsigned weekdays, struct buf *out)
{
	bool first = true;

	for (int i = 1; i <= 7; i++) {
		if (weekdays & 1U << i % 7) {
			buf_printf(out, "%s%s", first ? "" : " ",
			    words[i % 7]);
			first = false;
		}
	}
}

bool
region_ok(struct str s)
{
	if (s.n < 2 || s.n > 11 || s.n == 3 || (s.n > 2 && s.p[2] != '-')) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = c >= 'a' && c <= 'z';
		bool digit = c >= '0' && c <= '9';

		if (i != 2 && !letter && !(i > 2 && digit)) {
			return false;
		}
	}
	return true;
}

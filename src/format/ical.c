#include "format/ical.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

/* Occurrences of one rule, and the days that one event may last. */
enum { OCCURRENCES_MAX = 10000, DAYS_MAX = 366 };

struct reading {
	civil_day from, to;
	unsigned max;
	struct arena *arena;
	struct holiday *days;
	unsigned n;
	enum err err;
};

static bool
day_of_time(struct icaltimetype t, civil_day *ret_day)
{
	return day_of(t.year, t.month, t.day, ret_day);
}

/* The summary on one line of whole characters, without controls. */
static struct str
name_of(struct reading *r, icalcomponent *event)
{
	const char *summary = icalcomponent_get_summary(event);
	struct str s = str_of(summary != NULL ? summary : "holiday");
	char clean[HOLIDAY_NAME_MAX];
	struct str name;
	size_t n = s.n < sizeof(clean) ? s.n : sizeof(clean);

	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80) {
		n--;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		clean[i] = (char)(c < 0x20 || c == 0x7f ? ' ' : c);
	}
	name = str_trim((struct str){clean, n});
	if (name.n == 0 || !str_is_utf8(name)) {
		return STR("holiday");
	}
	if (!arena_str(r->arena, name, &name)) {
		r->err = ERR_NOMEM;
	}
	return name;
}

static void
add(struct reading *r, civil_day day, struct str name)
{
	if (day.v < r->from.v || day.v > r->to.v || r->err != ERR_NONE) {
		return;
	}
	for (unsigned i = 0; i < r->n; i++) {
		if (r->days[i].day.v == day.v) {
			return;
		}
	}
	if (r->n == r->max) {
		r->err = ERR_LIMIT;
		return;
	}
	r->days[r->n++] = (struct holiday){day, name};
}

/* EXDATE: this occurrence does not take place. */
static bool
is_excepted(icalcomponent *event, struct icaltimetype t)
{
	icalproperty *p = icalcomponent_get_first_property(event,
	    ICAL_EXDATE_PROPERTY);

	while (p != NULL) {
		struct icaltimetype not = icalproperty_get_exdate(p);

		if (icaltime_compare_date_only(not, t) == 0) {
			return true;
		}
		p = icalcomponent_get_next_property(event,
		    ICAL_EXDATE_PROPERTY);
	}
	return false;
}

struct span {
	struct str name;
	int64_t days;
};

static void
add_span(struct reading *r, icalcomponent *event, struct icaltimetype start,
    const struct span *span)
{
	civil_day first;

	if (!day_of_time(start, &first) || is_excepted(event, start)) {
		return;
	}
	for (int64_t i = 0; i < span->days; i++) {
		add(r, (civil_day){first.v + i}, span->name);
	}
}

static void
add_recurring(struct reading *r, icalcomponent *event, icalproperty *rule,
    struct icaltimetype start, const struct span *span)
{
	struct icalrecurrencetype recur = icalproperty_get_rrule(rule);
	icalrecur_iterator *it = icalrecur_iterator_new(recur, start);
	struct icaltimetype t;
	civil_day day;

	if (it == NULL) {
		r->err = ERR_SYNTAX;
		return;
	}
	for (int i = 0; i < OCCURRENCES_MAX && r->err == ERR_NONE; i++) {
		t = icalrecur_iterator_next(it);
		if (icaltime_is_null_time(t) || t.year > 9998 ||
		    (day_of_time(t, &day) && day.v > r->to.v)) {
			break;
		}
		add_span(r, event, t, span);
	}
	icalrecur_iterator_free(it);
}

static int64_t
days_of(icalcomponent *event, struct icaltimetype start)
{
	struct icaltimetype end = icalcomponent_get_dtend(event);
	civil_day first, last;

	if (icaltime_is_null_time(end) || !day_of_time(start, &first) ||
	    !day_of_time(end, &last) || last.v <= first.v) {
		return 1;
	}
	return last.v - first.v > DAYS_MAX ? DAYS_MAX : last.v - first.v;
}

static void
read_event(struct reading *r, icalcomponent *event)
{
	struct icaltimetype start = icalcomponent_get_dtstart(event);
	icalproperty *p = icalcomponent_get_first_property(event,
	    ICAL_RRULE_PROPERTY);
	struct span span;

	if (icaltime_is_null_time(start) || !icaltime_is_date(start) ||
	    icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED) {
		return;
	}
	span.name = name_of(r, event);
	span.days = days_of(event, start);
	if (p == NULL) {
		add_span(r, event, start, &span);
	} else {
		add_recurring(r, event, p, start, &span);
	}
	p = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY);
	while (p != NULL) {
		add_span(r, event, icalproperty_get_rdate(p).time, &span);
		p = icalcomponent_get_next_property(event,
		    ICAL_RDATE_PROPERTY);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct holiday *x = a, *y = b;

	return (x->day.v > y->day.v) - (x->day.v < y->day.v);
}

static void
read_calendar(struct reading *r, icalcomponent *calendar)
{
	icalcomponent *event = icalcomponent_get_first_component(calendar,
	    ICAL_VEVENT_COMPONENT);

	while (event != NULL && r->err == ERR_NONE) {
		read_event(r, event);
		event = icalcomponent_get_next_component(calendar,
		    ICAL_VEVENT_COMPONENT);
	}
}

enum err
ical_holidays(struct str text, civil_day from, civil_day to, unsigned max,
    struct arena *arena, struct holiday *days, unsigned *ret_n)
{
	struct reading r = {
		.from = from, .to = to, .max = max, .arena = arena,
		.days = days,
	};
	char *copy = arena_copy(arena, text);
	icalcomponent *calendar;

	if (copy == NULL) {
		return ERR_NOMEM;
	}
	if (!str_is_utf8(text) || strlen(copy) != text.n) {
		return ERR_SYNTAX;
	}
	calendar = icalparser_parse_string(copy);
	if (calendar == NULL) {
		return ERR_SYNTAX;
	}
	if (icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT ||
	    icalcomponent_count_errors(calendar) > 0) {
		r.err = ERR_SYNTAX;
	} else {
		read_calendar(&r, calendar);
	}
	icalcomponent_free(calendar);
	if (r.err != ERR_NONE) {
		return r.err;
	}
	if (r.n > 1) {
		qsort(days, r.n, sizeof(days[0]), compare);
	}
	*ret_n = r.n;
	return ERR_NONE;
}

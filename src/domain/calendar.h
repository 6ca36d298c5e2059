/*
 * The calendar of a region: on which days parcels are delivered there (R33,
 * R34).  A weekday mask and the days that are off, each with its name, so
 * that the answer can say why.
 */
#ifndef DOMAIN_CALENDAR_H
#define DOMAIN_CALENDAR_H

#include "domain/day.h"

#define REGION_MAX 16
#define HOLIDAY_NAME_MAX 80

/* Bit w: deliveries on weekday w, 0 is Sunday. */
#define WEEKDAYS_ALL 0x7fU
#define WEEKDAYS_USUAL 0x7eU	/* Monday to Saturday */

struct holiday {
	civil_day day;
	struct str name;
};

struct calendar {
	unsigned weekdays;		/* not zero */
	const struct holiday *holidays;	/* in the order of their days */
	unsigned n;
};

/* Days that are looked at for one with work: a strike of two months. */
#define CALENDAR_SEARCH_MAX 62

struct working_day {
	civil_day day;
	/* What was passed over first, for people; or nothing: a name of its
	 * own, or a weekday without deliveries. */
	bool passed;
	civil_day passed_day;
	struct str passed_name;		/* empty: a weekday off */
};

/*
 * calendar_next(c, after, ret): the first working day behind after.  False:
 * there is none within CALENDAR_SEARCH_MAX days.
 */
bool calendar_next(const struct calendar *c, civil_day after,
    struct working_day *ret_day) MUST_CHECK NONNULL;

/*
 * calendar_why(d, out): "Fri 25 Dec 2026 is a holiday (Christmas Day)", or
 * "Sun 27 Dec 2026 has no deliveries"; nothing when no day was passed over.
 */
void calendar_why(const struct working_day *d, struct buf *out) NONNULL;

/* weekdays_parse(s, ret): "mon tue fri", in any order, at least one. */
bool weekdays_parse(struct str s, unsigned *ret_weekdays) MUST_CHECK NONNULL;
void weekdays_print(unsigned weekdays, struct buf *out) NONNULL;

/* region_ok(s): two lower-case letters, then perhaps "-" and 1 to 8 more. */
bool region_ok(struct str s);

#endif

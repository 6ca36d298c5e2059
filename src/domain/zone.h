/*
 * A time zone as plain data: the offsets that hold from certain moments on.
 * format/zones.h makes it from the system's tzdata; here it is only computed
 * with.
 *
 * Days have 23 to 25 hours, some begin at 01:00, and some dates do not exist
 * at all: so a day's end is asked for, and never computed by adding hours.
 */
#ifndef DOMAIN_ZONE_H
#define DOMAIN_ZONE_H

#include "base/clock.h"
#include "domain/day.h"

#define ZONE_NAME_MAX 40
#define ZONE_STEPS_MAX 64

struct zone_step {
	unix_ms from;
	int64_t offset_s;	/* east of UTC */
};

/* The first step holds for all time before the second. */
struct zone {
	unsigned n;
	struct zone_step steps[ZONE_STEPS_MAX];
};

/* zone_name_ok(s): has the form of a tzdata name: "Europe/Berlin", "UTC". */
bool zone_name_ok(struct str s);

/* zone_day(z, t): the date on the wall there at t. */
civil_day zone_day(const struct zone *z, unix_ms t) NONNULL;

/*
 * zone_day_end(z, d): the first moment there whose date is later than d: when
 * a delivery code of that day dies (R14).
 */
unix_ms zone_day_end(const struct zone *z, civil_day d) NONNULL;

#endif

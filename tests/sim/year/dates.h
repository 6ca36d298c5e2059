/*
 * The calendar of the year, by itself: zones from Python's zoneinfo and
 * holidays by hand, so that nothing is compared with itself.
 */
#ifndef TESTS_SIM_DATES_H
#define TESTS_SIM_DATES_H

#include "domain/calendar.h"
#include "year.h"

/* 1 January 2027, the first day of the year. */
#define YEAR_FIRST_DAY 20819
#define YEAR_START ((int64_t)YEAR_FIRST_DAY * 86400000)

struct place {
	const char *zone, *region, *country;
	unsigned weekdays;
};
extern const struct place places[ZONES];

struct off_days {
	const char *region;
	unsigned weekdays;
	struct holiday days[24];
	unsigned n;
};
enum { REGIONS_OFF = 4 };
/* dates_off(i): of four countries; the others deliver Monday to Saturday. */
const struct off_days *dates_off(unsigned i);

/* dates_load(y, script): the first moments of days, from dates.py. */
void dates_load(struct year *y, const char *script);

int32_t dates_day(const struct year *y, unsigned zone, int64_t at);
int dates_hour(const struct year *y, unsigned zone, int64_t at);
int64_t dates_end(const struct year *y, unsigned zone, int32_t day);
bool dates_works(unsigned zone, int32_t day);
int32_t dates_next(unsigned zone, int32_t after);

#endif

/*
 * A civil date, as a number of days: what a calendar on the wall shows, in
 * whatever place.  Which moments it has there is domain/zone.h's business.
 */
#ifndef DOMAIN_DAY_H
#define DOMAIN_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"

/* Days since 1970-01-01; years 1970 to 9999. */
typedef struct { int64_t v; } civil_day;

#define CIVIL_DAY_MAX INT64_C(2932896)	/* 9999-12-31 */

/* day_of(year, month, day): false when there is no such date. */
bool day_of(int year, int month, int day, civil_day *ret_day) MUST_CHECK
    NONNULL;

/* day_parse(s, ret): exactly "2026-11-22". */
bool day_parse(struct str s, civil_day *ret_day) MUST_CHECK NONNULL;

#define DAY_TEXT 11	/* with its NUL */
void day_text(civil_day d, char dst[static DAY_TEXT]);

/* day_weekday(d): 0 is Sunday. */
int day_weekday(civil_day d);

void day_civil(civil_day d, int *ret_year, int *ret_month, int *ret_day)
    NONNULL;

#endif

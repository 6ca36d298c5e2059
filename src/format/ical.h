/*
 * Reading holiday files: iCalendar (RFC 5545) by libical.
 *
 * Each event of whole days is a day off, with its rule of recurrence and its
 * exceptions, under the name that its summary gives.  Events with a time of
 * day are appointments and no holidays, and a cancelled event is none.
 */
#ifndef FORMAT_ICAL_H
#define FORMAT_ICAL_H

#include "base/arena.h"
#include "base/err.h"
#include "domain/calendar.h"

/*
 * ical_holidays(text, from, to, max, arena, days, ret_n): the days off from
 * the one date to the other, sorted, one name a day, names cut to
 * HOLIDAY_NAME_MAX bytes, in the arena.  ERR_SYNTAX: not an iCalendar file, or
 * part of it is malformed; ERR_LIMIT: more than max; ERR_NOMEM.
 */
enum err ical_holidays(struct str text, civil_day from, civil_day to,
    unsigned max, struct arena *arena, struct holiday *days, unsigned *ret_n)
    MUST_CHECK NONNULL;

#endif

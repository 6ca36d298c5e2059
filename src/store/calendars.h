/*
 * Rows of calendars: on which days a tenant delivers in a region, and whether
 * codes are offered there (R4, R7).
 */
#ifndef STORE_CALENDARS_H
#define STORE_CALENDARS_H

#include "base/arena.h"
#include "domain/calendar.h"
#include "store/store.h"

#define CALENDAR_HOLIDAYS_MAX 1000	/* of one region */
#define CALENDAR_REGIONS_MAX 300	/* of one tenant */

/* Stored as a number: add at the end. */
enum region_codes {
	REGION_CODES_OFFERED,	/* by the policy */
	REGION_CODES_OFF,	/* never (R7) */
	REGION_CODES_RISKY,	/* always: parcels were lost there (R4) */
	REGION_CODES_COUNT
};

struct calendar_row {
	struct id tenant;
	struct str region;
	unsigned weekdays;
	enum region_codes codes;
	struct str file;	/* its name, "gb.ics"; may be empty */
	struct str hash;	/* of weekdays and holidays, in hex */
	unix_ms changed_at;
};

/* calendar_row_clear(tx, tenant): all regions and their holidays. */
enum err calendar_row_clear(struct tx *tx, const struct id *tenant)
    MUST_CHECK NONNULL;
enum err calendar_row_insert(struct tx *tx, const struct calendar_row *row)
    MUST_CHECK NONNULL;
enum err holiday_row_insert(struct tx *tx, const struct id *tenant,
    struct str region, const struct holiday *holiday) MUST_CHECK NONNULL;

/* ERR_MISSING: the tenant has none for this region. */
enum err calendar_row_get(struct tx *tx, const struct id *tenant,
    struct str region, struct arena *arena, struct calendar_row *ret_row)
    MUST_CHECK NONNULL;
enum err calendar_row_list(struct tx *tx, const struct id *tenant,
    unsigned max, struct arena *arena, struct calendar_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/* holiday_row_list(tx, tenant, region, after, max, …): in order. */
enum err holiday_row_list(struct tx *tx, const struct id *tenant,
    struct str region, civil_day after, unsigned max, struct arena *arena,
    struct holiday *rows, unsigned *ret_n) MUST_CHECK NONNULL;

#endif

/*
 * A tenant's calendars: put as a whole, looked at, and used by
 * flow/dispatch.h for the next working day.
 */
#ifndef FLOW_CALENDARS_H
#define FLOW_CALENDARS_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/calendars.h"

struct calendar_region {
	struct calendar_row row;	/* hash made by calendars_prepare */
	struct holiday *holidays;	/* in order */
	unsigned n;
};

#define CALENDAR_PUT_MAX 64	/* regions in one request */

struct calendars {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct calendar_region regions[CALENDAR_PUT_MAX];
	unsigned n;
};

enum err calendars_prepare(struct calendars *c) MUST_CHECK NONNULL;
/* calendars_put_run, calendars_get_run: use_cases over struct calendars. */
enum err calendars_put_run(struct tx *tx, void *calendars) MUST_CHECK
    NONNULL;
enum err calendars_get_run(struct tx *tx, void *calendars) MUST_CHECK
    NONNULL;

#endif

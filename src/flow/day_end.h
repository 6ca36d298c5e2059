/*
 * What time brings to shipments: the end of the day at the address, the next
 * attempt, and codes that had to wait for the recipient's limits.  The keeper
 * runs it in bites, and catches up in order after it has been off (R33, R35).
 */
#ifndef FLOW_DAY_END_H
#define FLOW_DAY_END_H

#include "base/arena.h"
#include "flow/directory.h"

#define DAY_END_BITE 50

struct day_end {
	/* Given. */
	const struct flow *flow;
	const struct directory_copy *tenants;
	struct arena *arena;	/* reset by run; 1 MiB will do */
	/* Made by run. */
	unsigned done;		/* DAY_END_BITE: call again */
};

/* day_end_run: a use_case over struct day_end. */
enum err day_end_run(struct tx *tx, void *day_end) MUST_CHECK NONNULL;

#endif

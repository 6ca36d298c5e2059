/*
 * What time brings: expiry, and forgetting (S30, S127).  The keeper runs
 * these in small bites, so that a check never waits long behind them.
 */
#ifndef FLOW_KEEP_H
#define FLOW_KEEP_H

#include "base/arena.h"
#include "flow/flow.h"

#define KEEP_BITE 200

#define RETENTION_PERSONAL HOURS(24)	/* recipient and binding */
/* No code of an account lives longer than a day; then a day of grace. */
#define RETENTION_APPROVAL HOURS(48)
#define RETENTION_DELIVERY HOURS(24 * 180)	/* whom, where; words of a case */
#define RETENTION_CHALLENGE HOURS(24 * 30)
#define RETENTION_COUNTER HOURS(24 * 30)

struct keep {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	unix_ms now;
	/* Made by run: rows touched; KEEP_BITE or more means "call again". */
	unsigned done;
};

/* keep_expire_run: pending challenges whose time is up become expired. */
enum err keep_expire_run(struct tx *tx, void *keep) MUST_CHECK NONNULL;

/* keep_forget_run: what is older than its retention is emptied or deleted. */
enum err keep_forget_run(struct tx *tx, void *keep) MUST_CHECK NONNULL;

#endif

/*
 * Alerts: the audit events that people of a tenant should see without looking
 * through the log.  Each is kept beside the log, as it stands there, in the
 * transaction that writes it.
 */
#ifndef FLOW_ALERT_H
#define FLOW_ALERT_H

#include "base/arena.h"
#include "flow/audit.h"
#include "store/alerts.h"

#define RETENTION_ALERT HOURS(24 * 30)
#define ALERT_PAGE_MAX 50

/* alert_is(event): it is kept for them. */
bool alert_is(enum audit_event event);

struct alert_page {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	struct id tenant;
	struct id before;	/* all zero: from the newest */
	unsigned max;		/* up to ALERT_PAGE_MAX */
	/* Made by run. */
	struct alert_row rows[ALERT_PAGE_MAX];
	unsigned n;
};
enum err alert_page_run(struct tx *tx, void *alert_page) MUST_CHECK NONNULL;

#endif

/*
 * Rows of alerts: audit events that a tenant's people should see soon.
 */
#ifndef STORE_ALERTS_H
#define STORE_ALERTS_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

struct alert_row {
	struct id id;		/* the event's */
	struct id tenant;
	struct str body;	/* the event, one JSON object */
};

enum err alert_row_insert(struct tx *tx, const struct alert_row *row)
    MUST_CHECK NONNULL;

/* alert_row_list(tx, tenant, before, max, …): newest first; before may be all
 * zero. */
enum err alert_row_list(struct tx *tx, const struct id *tenant,
    const struct id *before, unsigned max, struct arena *arena,
    struct alert_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

/* alert_row_purge: up to max of those raised before a time. */
enum err alert_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

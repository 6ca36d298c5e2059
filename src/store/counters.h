/*
 * Rows of counters, one for each tenant, kind and key.
 */
#ifndef STORE_COUNTERS_H
#define STORE_COUNTERS_H

#include "domain/counter.h"
#include "store/store.h"

#define COUNTER_KEY_BYTES 16

struct counter_row {
	struct id tenant;
	enum counter_kind kind;
	uint8_t key[COUNTER_KEY_BYTES];
	struct counter state;
	int64_t day;		/* of the last write; the store's */
	int64_t version;	/* zero: not in the store yet */
};

/*
 * counter_row_get(tx, tenant, kind, key, ret_row): an absent row is an empty
 * counter with version zero.  Takes the row's lock where there is one.
 */
enum err counter_row_get(struct tx *tx, const struct id *tenant,
    enum counter_kind kind, const uint8_t key[static COUNTER_KEY_BYTES],
    struct counter_row *ret_row) MUST_CHECK NONNULL;

/* counter_row_put: insert or update; ERR_CONFLICT: somebody was faster. */
enum err counter_row_put(struct tx *tx, struct counter_row *row, unix_ms now)
    MUST_CHECK NONNULL;

/*
 * counter_row_purge(tx, before, max, ret_n): drop up to max that were not
 * touched since the UTC day of before (S127); but streaks of five failures
 * and more stay, which only a success or an administrator ends (S14).
 */
enum err counter_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

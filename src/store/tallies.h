/*
 * Rows of tallies, one for each tenant, scope and key; and the money that was
 * set aside.
 */
#ifndef STORE_TALLIES_H
#define STORE_TALLIES_H

#include "domain/policy.h"
#include "domain/tally.h"
#include "store/store.h"

#define TALLY_KEY_BYTES 16

struct tally_row {
	struct id tenant;
	enum guard_scope scope;
	uint8_t key[TALLY_KEY_BYTES];
	struct tally state;
	int64_t version;	/* zero: not in the store yet */
};

/*
 * tally_row_get(tx, tenant, scope, key, ret_row): an absent row is an empty
 * tally with version zero.  Takes the row's lock where there is one.
 */
enum err tally_row_get(struct tx *tx, const struct id *tenant,
    enum guard_scope scope, const uint8_t key[static TALLY_KEY_BYTES],
    struct tally_row *ret_row) MUST_CHECK NONNULL;

/* tally_row_put: insert or update; ERR_CONFLICT: somebody was faster. */
enum err tally_row_put(struct tx *tx, struct tally_row *row, unix_ms now)
    MUST_CHECK NONNULL;

/*
 * spending_take(tx, tenant, scope, day, amount, most, ret_taken): amount more
 * is spent in scope ("2026-11-22", "2026-11", "2026-11-22 DE"), unless that
 * would be more than most: exact under any concurrency.  day is when the row
 * may be forgotten from on, in days since 1970.
 */
enum err spending_take(struct tx *tx, const struct id *tenant,
    struct str scope, int64_t day, int64_t amount, int64_t most,
    bool *ret_taken) MUST_CHECK NONNULL;

/* spending_give_back(…): what was taken and not spent after all. */
enum err spending_give_back(struct tx *tx, const struct id *tenant,
    struct str scope, int64_t amount) MUST_CHECK NONNULL;

/* spending_get(tx, tenant, scope, ret_spent): zero where there is no row. */
enum err spending_get(struct tx *tx, const struct id *tenant,
    struct str scope, int64_t *ret_spent) MUST_CHECK NONNULL;

/*
 * tally_row_purge(tx, now, max, ret_n): drop up to max of what no window
 * reaches any more: tallies of before yesterday, money of before the last
 * month.
 */
enum err tally_row_purge(struct tx *tx, unix_ms now, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

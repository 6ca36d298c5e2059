/*
 * Rows of places: where an account was seen, sealed.
 */
#ifndef STORE_PLACES_H
#define STORE_PLACES_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

struct places_row {
	struct id account;
	struct id tenant;
	struct str body;	/* sealed */
	int64_t version;	/* zero: not in the store yet */
};

/* places_row_get: with the lock; no row is one with version zero. */
enum err places_row_get(struct tx *tx, const struct id *account,
    struct arena *arena, struct places_row *ret_row) MUST_CHECK NONNULL;

/* places_row_put: insert or update; ERR_CONFLICT: somebody was faster. */
enum err places_row_put(struct tx *tx, const struct places_row *row)
    MUST_CHECK NONNULL;

enum err places_row_delete(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

#endif

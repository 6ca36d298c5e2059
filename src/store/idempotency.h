/*
 * Answers kept under an Idempotency-Key, sealed, for 24 hours (S106).
 */
#ifndef STORE_IDEMPOTENCY_H
#define STORE_IDEMPOTENCY_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

#define IDEMPOTENCY_HASH 16

struct idempotency_row {
	struct id tenant;
	uint8_t key[IDEMPOTENCY_HASH];		/* of route and key, keyed */
	uint8_t request[IDEMPOTENCY_HASH];	/* of the body, keyed */
	int status;
	struct str answer;			/* sealed */
	unix_ms created_at;
};

/* ERR_MISSING: not seen. */
enum err idempotency_row_get(struct tx *tx, const struct id *tenant,
    const uint8_t key[static IDEMPOTENCY_HASH], struct arena *arena,
    struct idempotency_row *ret_row) MUST_CHECK NONNULL;

/* ERR_CONFLICT: somebody was faster; run again and get finds it. */
enum err idempotency_row_insert(struct tx *tx,
    const struct idempotency_row *row) MUST_CHECK NONNULL;

/* ERR_CONFLICT: it was not there. */
enum err idempotency_row_delete(struct tx *tx, const struct id *tenant,
    const uint8_t key[static IDEMPOTENCY_HASH]) MUST_CHECK NONNULL;

enum err idempotency_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

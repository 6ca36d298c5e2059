/*
 * Rows of sessions.  A token is 256 random bits; only its SHA-256 is kept
 * (S111).  A session that ends is deleted: nothing revives it.
 */
#ifndef STORE_SESSIONS_H
#define STORE_SESSIONS_H

#include "store/accounts.h"

#define TOKEN_HASH 32

struct session_row {
	struct id id;
	struct id tenant;
	struct id account;
	enum account_kind kind;		/* the account's */
	uint8_t hash[TOKEN_HASH];
	struct str label;	/* sealed; may be empty */
	struct str host;	/* where the cookie was set; empty: nowhere */
	unix_ms created_at;
	unix_ms proved_at;	/* when a code was last given; zero: none */
	unix_ms seen_at;
	unix_ms expires_at;	/* absolute */
};

enum err session_row_insert(struct tx *tx, const struct session_row *row)
    MUST_CHECK NONNULL;

/* session_row_get(tx, tenant, hash, arena, ret_row): ERR_MISSING. */
enum err session_row_get(struct tx *tx, const struct id *tenant,
    const uint8_t hash[static TOKEN_HASH], struct arena *arena,
    struct session_row *ret_row) MUST_CHECK NONNULL;

/* session_row_seen, _proved: ERR_MISSING: it has ended. */
enum err session_row_seen(struct tx *tx, const struct id *id, unix_ms at)
    MUST_CHECK NONNULL;
enum err session_row_proved(struct tx *tx, const struct id *id, unix_ms at)
    MUST_CHECK NONNULL;

/* session_row_list(…): of an account, newest first, at most max. */
enum err session_row_list(struct tx *tx, const struct id *account,
    unsigned max, struct arena *arena, struct session_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/* session_row_end_one(tx, account, id): ERR_MISSING: it is not this account's,
 * or has ended. */
enum err session_row_end_one(struct tx *tx, const struct id *account,
    const struct id *id) MUST_CHECK NONNULL;

/* session_row_end(tx, id): also when it has ended before. */
enum err session_row_end(struct tx *tx, const struct id *id)
    MUST_CHECK NONNULL;

/* session_row_end_others(tx, account, keep): keep NULL: all of them. */
enum err session_row_end_others(struct tx *tx, const struct id *account,
    const struct id *keep) MUST_CHECK __attribute__((nonnull(1, 2)));

/* session_row_end_all(tx): everybody's (a restore: S136). */
enum err session_row_end_all(struct tx *tx) MUST_CHECK NONNULL;

/* session_row_crowd(tx, account, max): the oldest end, so that max remain. */
enum err session_row_crowd(struct tx *tx, const struct id *account,
    unsigned max) MUST_CHECK NONNULL;

/* session_row_purge(tx, now, max, ret_n): those that are over. */
enum err session_row_purge(struct tx *tx, unix_ms now, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

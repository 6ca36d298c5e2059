/*
 * Rows of trusted devices (S117).  Only the token's SHA-256 is kept; trust
 * ends with the account's generation, at expires_at, or by deletion.
 */
#ifndef STORE_DEVICES_H
#define STORE_DEVICES_H

#include "store/sessions.h"

struct device_row {
	struct id id;
	struct id tenant;
	struct id account;
	uint8_t hash[TOKEN_HASH];
	struct str label;	/* sealed; may be empty */
	int64_t generation;	/* of the account, when trust was given */
	unix_ms created_at;
	unix_ms seen_at;
	unix_ms expires_at;
};

enum err device_row_insert(struct tx *tx, const struct device_row *row)
    MUST_CHECK NONNULL;

/* device_row_find(tx, account, hash, arena, ret_row): ERR_MISSING. */
enum err device_row_find(struct tx *tx, const struct id *account,
    const uint8_t hash[static TOKEN_HASH], struct arena *arena,
    struct device_row *ret_row) MUST_CHECK NONNULL;

enum err device_row_seen(struct tx *tx, const struct id *id, unix_ms at)
    MUST_CHECK NONNULL;

/* device_row_delete(tx, account, id): ERR_MISSING. */
enum err device_row_delete(struct tx *tx, const struct id *account,
    const struct id *id) MUST_CHECK NONNULL;
enum err device_row_delete_all(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

/* device_row_forget_all(tx): everybody's (a restore: S136). */
enum err device_row_forget_all(struct tx *tx) MUST_CHECK NONNULL;

/* device_row_crowd(tx, account, max): the oldest go, so that max remain. */
enum err device_row_crowd(struct tx *tx, const struct id *account,
    unsigned max) MUST_CHECK NONNULL;

/* device_row_list(…): of an account, newest first, at most max. */
enum err device_row_list(struct tx *tx, const struct id *account,
    unsigned max, struct arena *arena, struct device_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

enum err device_row_purge(struct tx *tx, unix_ms now, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

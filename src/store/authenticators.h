/*
 * Rows of authenticators and of recovery codes.  Writes are conditional on
 * the row's version: ERR_CONFLICT.
 */
#ifndef STORE_AUTHENTICATORS_H
#define STORE_AUTHENTICATORS_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

/* Stored as a number: add at the end. */
enum authenticator_kind {
	AUTHENTICATOR_TOTP,
	AUTHENTICATOR_HOTP,
	AUTHENTICATOR_KIND_COUNT
};

struct authenticator_row {
	struct id id;
	struct id tenant;
	struct id account;
	enum authenticator_kind kind;
	int64_t hash;		/* enum hmac_hash, which does not change */
	int64_t digits;
	int64_t period_s;	/* of TOTP */
	struct str label;	/* sealed */
	struct str secret;	/* sealed */
	int64_t moved;		/* TOTP: last step, -1: none; HOTP: next counter */
	int64_t drift;		/* of TOTP, in steps */
	int64_t found;		/* of HOTP: where a far code was seen, plus one */
	int64_t failures;	/* while it is not confirmed */
	unix_ms created_at;
	unix_ms confirmed_at;	/* zero: not yet, and no code of it counts */
	unix_ms used_at;
	int64_t version;
};

enum err authenticator_row_insert(struct tx *tx,
    struct authenticator_row *row) MUST_CHECK NONNULL;

/* authenticator_row_get: with the lock.  ERR_MISSING: not this account's. */
enum err authenticator_row_get(struct tx *tx, const struct id *account,
    const struct id *id, struct arena *arena,
    struct authenticator_row *ret_row) MUST_CHECK NONNULL;

/*
 * Writes moved, drift, found, failures, confirmed_at and used_at.
 * ERR_CONFLICT also when moved would fall, or confirmed_at change twice (I1).
 */
enum err authenticator_row_update(struct tx *tx,
    struct authenticator_row *row) MUST_CHECK NONNULL;

/* authenticator_row_delete(tx, account, id): ERR_MISSING. */
enum err authenticator_row_delete(struct tx *tx, const struct id *account,
    const struct id *id) MUST_CHECK NONNULL;
enum err authenticator_row_delete_all(struct tx *tx,
    const struct id *account) MUST_CHECK NONNULL;

/*
 * authenticator_row_list(…): of an account, oldest first, with their locks;
 * ERR_LIMIT past max.
 */
enum err authenticator_row_list(struct tx *tx, const struct id *account,
    unsigned max, struct arena *arena, struct authenticator_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/* authenticator_row_purge: unconfirmed ones that were made before (S60). */
enum err authenticator_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * authenticator_row_restored(tx, now, ahead): after a restore, which takes
 * back what was accepted since the backup (I1).  No TOTP step is right any
 * more up to ahead steps behind that of now; where a HOTP counter stood nobody
 * knows, so those rows go.
 */
enum err authenticator_row_restored(struct tx *tx, unix_ms now,
    unsigned ahead) MUST_CHECK NONNULL;

#define RECOVERY_MAC 32
#define RECOVERY_SALT 16
#define RECOVERY_ROW_CODES 10

struct recovery_row {
	struct id account;
	struct id tenant;
	uint8_t salt[RECOVERY_SALT];
	uint8_t mac[RECOVERY_ROW_CODES][RECOVERY_MAC];
	uint32_t used;		/* bit n: the code with number n + 1 */
	unix_ms created_at;
	int64_t version;	/* zero: there is none */
};

/* recovery_row_put: insert, or replace whatever there is. */
enum err recovery_row_put(struct tx *tx, const struct recovery_row *row)
    MUST_CHECK NONNULL;

/* recovery_row_get: with the lock; no row is one with version zero. */
enum err recovery_row_get(struct tx *tx, const struct id *account,
    struct recovery_row *ret_row) MUST_CHECK NONNULL;

/* recovery_row_use(tx, row): writes used, of which bits are only added. */
enum err recovery_row_use(struct tx *tx, struct recovery_row *row)
    MUST_CHECK NONNULL;

enum err recovery_row_delete(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

#endif

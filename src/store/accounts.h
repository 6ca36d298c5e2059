/*
 * Rows of accounts, and the names by which exactly one account is found.
 * Writes are conditional on the row's version: ERR_CONFLICT.
 */
#ifndef STORE_ACCOUNTS_H
#define STORE_ACCOUNTS_H

#include "base/arena.h"
#include "domain/account.h"
#include "store/store.h"

#define LOOKUP_BYTES 16

struct account_row {
	struct id id;
	struct id tenant;
	enum account_kind kind;
	enum account_status status;
	/* Sealed; no bytes: there is none. */
	struct str external;
	struct str name;
	struct str address;
	struct str password;	/* its hash */
	/* In the clear; empty: not known. */
	struct str locale;
	struct str time_zone;
	struct str country;
	bool two_step;
	bool delivery_codes;
	int64_t channel;	/* preferred, and back-ups: domain/ways.h */
	int64_t generation;	/* counts what ends trust in devices */
	unix_ms created_at;
	unix_ms secured_at;	/* last change of contact, factor, password */
	unix_ms ended_at;	/* erased; zero: not */
	int64_t version;
};

/* ERR_EXISTS: the identifier is taken. */
enum err account_row_insert(struct tx *tx, struct account_row *row)
    MUST_CHECK NONNULL;

/*
 * account_row_get(tx, tenant, id, arena, ret_row): takes the row's lock where
 * the engine has them.  ERR_MISSING: no such account of this tenant.
 */
enum err account_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct account_row *ret_row)
    MUST_CHECK NONNULL;

/* account_row_look: the same without the lock, for what only reads. */
enum err account_row_look(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct account_row *ret_row)
    MUST_CHECK NONNULL;

/* Writes all but id, tenant, kind and created_at. */
enum err account_row_update(struct tx *tx, struct account_row *row)
    MUST_CHECK NONNULL;

/*
 * account_row_list(tx, tenant, after, max, arena, rows, ret_n): of a tenant,
 * by id, from behind after.
 */
enum err account_row_list(struct tx *tx, const struct id *tenant,
    const struct id *after, unsigned max, struct arena *arena,
    struct account_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

/* Stored as a number: add at the end. */
enum account_name { NAME_EXTERNAL, NAME_EMAIL };

/* account_name_put: ERR_EXISTS: it names another account, or this one. */
enum err account_name_put(struct tx *tx, const struct id *tenant,
    enum account_name kind, const uint8_t lookup[static LOOKUP_BYTES],
    const struct id *account) MUST_CHECK NONNULL;

/* account_name_get: ERR_MISSING. */
enum err account_name_get(struct tx *tx, const struct id *tenant,
    enum account_name kind, const uint8_t lookup[static LOOKUP_BYTES],
    struct id *ret_account) MUST_CHECK NONNULL;

/* account_name_drop: one; account_name_drop_kind, _all: of an account. */
enum err account_name_drop(struct tx *tx, const struct id *tenant,
    enum account_name kind, const uint8_t lookup[static LOOKUP_BYTES],
    const struct id *account) MUST_CHECK NONNULL;
enum err account_name_drop_kind(struct tx *tx, const struct id *account,
    enum account_name kind) MUST_CHECK NONNULL;
enum err account_name_drop_all(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

#endif

/*
 * Rows of contacts: the e-mail addresses and phone numbers of accounts.
 */
#ifndef STORE_CONTACTS_H
#define STORE_CONTACTS_H

#include "store/accounts.h"

struct contact_row {
	struct id id;
	struct id tenant;
	struct id account;
	enum contact_kind kind;
	uint8_t lookup[LOOKUP_BYTES];	/* blind index of the address */
	struct str address;		/* sealed */
	uint32_t uses;			/* bit c: enum channel c */
	unix_ms created_at;
	unix_ms registered_at;	/* codes go to it; zero: not yet */
	unix_ms verified_at;	/* a code came back; zero: none did */
	int64_t version;
};

enum err contact_row_insert(struct tx *tx, struct contact_row *row)
    MUST_CHECK NONNULL;

/* contact_row_get(tx, account, id, …): ERR_MISSING: not this account's. */
enum err contact_row_get(struct tx *tx, const struct id *account,
    const struct id *id, struct arena *arena, struct contact_row *ret_row)
    MUST_CHECK NONNULL;

/* Writes uses, registered_at and verified_at, by version: ERR_CONFLICT. */
enum err contact_row_update(struct tx *tx, struct contact_row *row)
    MUST_CHECK NONNULL;

/* contact_row_delete(tx, account, id): ERR_MISSING. */
enum err contact_row_delete(struct tx *tx, const struct id *account,
    const struct id *id) MUST_CHECK NONNULL;
enum err contact_row_delete_all(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

/* contact_row_list(…): of an account, oldest first; ERR_LIMIT past max. */
enum err contact_row_list(struct tx *tx, const struct id *account,
    unsigned max, struct arena *arena, struct contact_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * contact_row_find(tx, tenant, lookup, max, arena, rows, ret_n): registered
 * contacts with this address, of whichever account.
 */
enum err contact_row_find(struct tx *tx, const struct id *tenant,
    const uint8_t lookup[static LOOKUP_BYTES], unsigned max,
    struct arena *arena, struct contact_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

#endif

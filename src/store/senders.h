/*
 * Whom a tenant's messages are from, and the DKIM keys that prove it.
 * Every change makes a new revision of the installation (store/tenants.h).
 */
#ifndef STORE_SENDERS_H
#define STORE_SENDERS_H

#include "base/arena.h"
#include "base/str.h"
#include "domain/dkim_key.h"
#include "domain/purpose.h"
#include "store/store.h"

struct sender_row {
	struct id tenant;
	enum channel channel;
	struct str address;	/* of an e-mail; or a sender_id */
	struct str name;	/* a display_text; empty: the tenant's brand,
				 * always so where there is no e-mail */
	unix_ms changed_at;
};

/* Insert or replace. */
enum err sender_row_put(struct tx *tx, const struct sender_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: the tenant has none. */
enum err sender_row_delete(struct tx *tx, const struct id *tenant,
    enum channel channel) MUST_CHECK NONNULL;
/* All of them, into the arena; ERR_LIMIT past max. */
enum err sender_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct sender_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

struct dkim_row {
	struct id id;
	struct id tenant;
	struct str domain;
	struct str selector;
	enum dkim_key_algorithm algorithm;
	struct str public_key;	/* base64, as the DNS has it */
	struct str private_key;	/* sealed PEM; empty when retired */
	unix_ms created_at;
	unix_ms retired_at;	/* zero: it signs */
};

/* ERR_EXISTS: the name in the DNS is or was in use. */
enum err dkim_row_insert(struct tx *tx, const struct dkim_row *row)
    MUST_CHECK NONNULL;

/*
 * dkim_row_retire(tx, tenant, domain, selector, now): its private key is gone
 * afterwards.  ERR_MISSING: the tenant has no such key that signs.
 */
enum err dkim_row_retire(struct tx *tx, const struct id *tenant,
    struct str domain, struct str selector, unix_ms now) MUST_CHECK NONNULL;

/* dkim_row_count(tx, tenant, …): those that sign, and all. */
enum err dkim_row_count(struct tx *tx, const struct id *tenant,
    unsigned *ret_active, unsigned *ret_all) MUST_CHECK NONNULL;

/* dkim_row_active(tx, …): those that sign, of all tenants, oldest first. */
enum err dkim_row_active(struct tx *tx, struct arena *arena, unsigned max,
    struct dkim_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

/* dkim_row_list(tx, tenant, …): all of a tenant, oldest first. */
enum err dkim_row_list(struct tx *tx, const struct id *tenant,
    struct arena *arena, unsigned max, struct dkim_row *rows,
    unsigned *ret_n) MUST_CHECK NONNULL;

#endif

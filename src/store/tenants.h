/*
 * Tenants, their API keys and their settings; and the installation itself.
 */
#ifndef STORE_TENANTS_H
#define STORE_TENANTS_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

struct tenant_row {
	struct id id;
	struct str name;	/* the word in commands: a-z 0-9 - */
	struct str brand;	/* what customers read */
	unix_ms created_at;
};

#define API_KEY_HASH 32

struct api_key_row {
	struct id id;
	struct id tenant;
	uint8_t hash[API_KEY_HASH];	/* SHA-256 of the key (S110) */
	struct str label;
	uint32_t scopes;		/* bits, see domain/scope.h */
	unix_ms created_at;
	unix_ms revoked_at;		/* zero: not */
};

struct setting_row {
	struct id tenant;
	struct str section;
	struct str key;
	struct str value;
};

/* ERR_EXISTS: the name is taken. */
enum err tenant_row_insert(struct tx *tx, const struct tenant_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: no such tenant. */
enum err tenant_row_brand(struct tx *tx, const struct id *tenant,
    struct str brand) MUST_CHECK NONNULL;
enum err api_key_row_insert(struct tx *tx, const struct api_key_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: no such key, or revoked before. */
enum err api_key_row_revoke(struct tx *tx, const struct id *id, unix_ms now)
    MUST_CHECK NONNULL;
/* Insert or replace. */
enum err setting_row_put(struct tx *tx, const struct setting_row *row)
    MUST_CHECK NONNULL;
/* setting_row_clear(tx, tenant): back to the defaults. */
enum err setting_row_clear(struct tx *tx, const struct id *tenant)
    MUST_CHECK NONNULL;

/* All of them, into the arena; ERR_LIMIT past max. */
enum err tenant_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct tenant_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;
enum err api_key_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct api_key_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;
enum err setting_row_list(struct tx *tx, struct arena *arena, unsigned max,
    struct setting_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * The installation.  revision grows with every change of a tenant, key,
 * setting or sender (each function here and in store/senders.h that writes
 * adds one), so that a server sees by one number that its copy is old.
 */
struct installation_row {
	int64_t schema;
	uint32_t epoch;
	int64_t revision;
	unix_ms created_at;
};
enum err installation_get(struct tx *tx, struct installation_row *ret_row)
    MUST_CHECK NONNULL;
enum err installation_revise(struct tx *tx) MUST_CHECK NONNULL;
/*
 * installation_new_epoch(tx, ret_epoch): after a restore (S136).  Challenges
 * die with the epoch; sessions, trusted devices, recovery codes and the
 * devices of agents are gone.
 */
enum err installation_new_epoch(struct tx *tx, uint32_t *ret_epoch)
    MUST_CHECK NONNULL;

#endif

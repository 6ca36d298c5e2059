/*
 * Rows of agents, the devices that are paired with them, and the codes for
 * pairing one.
 */
#ifndef STORE_AGENTS_H
#define STORE_AGENTS_H

#include "base/arena.h"
#include "base/str.h"
#include "store/store.h"

struct agent_row {
	struct id id;
	struct id tenant;
	struct str name;	/* sealed */
	unix_ms created_at;
	unix_ms revoked_at;	/* zero: not */
};

enum err agent_row_insert(struct tx *tx, const struct agent_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: no such agent of this tenant. */
enum err agent_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct agent_row *ret_row)
    MUST_CHECK NONNULL;
/* agent_row_list(tx, tenant, after, max, …): those made behind after. */
enum err agent_row_list(struct tx *tx, const struct id *tenant,
    const struct id *after, unsigned max, struct arena *arena,
    struct agent_row *rows, unsigned *ret_n) MUST_CHECK NONNULL;
/* agent_row_revoke(tx, row): with all his devices; ERR_MISSING: before. */
enum err agent_row_revoke(struct tx *tx, const struct id *tenant,
    const struct id *agent, unix_ms now) MUST_CHECK NONNULL;

/* Stored as a number: add at the end. */
enum device_key {
	DEVICE_KEY_P256,	/* ECDSA with SHA-256; 65 bytes, uncompressed */
	DEVICE_KEY_ED25519,	/* 32 bytes */
	DEVICE_KEY_COUNT
};

#define DEVICE_KEY_MAX 65

struct agent_device_row {
	struct id id;
	struct id tenant;
	struct id agent;
	enum device_key key_type;
	uint8_t key[DEVICE_KEY_MAX];
	size_t key_n;
	unix_ms paired_at;
	unix_ms signed_in_at;	/* of the nonce that was signed last */
	unix_ms revoked_at;	/* zero: not */
};

enum err agent_device_row_insert(struct tx *tx,
    const struct agent_device_row *row) MUST_CHECK NONNULL;
/* ERR_MISSING: no such device, of whatever tenant: the row says which. */
enum err agent_device_row_get(struct tx *tx, const struct id *id,
    struct agent_device_row *ret_row) MUST_CHECK NONNULL;
/* agent_device_row_sign_in(tx, device, at): ERR_CONFLICT: that nonce was used. */
enum err agent_device_row_sign_in(struct tx *tx, const struct id *device,
    unix_ms at) MUST_CHECK NONNULL;
/* ERR_MISSING: no such device of this tenant and agent, or revoked before. */
enum err agent_device_row_revoke(struct tx *tx, const struct id *tenant,
    const struct id *agent, const struct id *device, unix_ms now)
    MUST_CHECK NONNULL;
enum err agent_device_row_list(struct tx *tx, const struct id *agent,
    unsigned max, struct agent_device_row *rows, unsigned *ret_n)
    MUST_CHECK NONNULL;

#define PAIRING_INDEX 16

struct pairing_row {
	uint8_t code[PAIRING_INDEX];	/* blind index of the code */
	struct id tenant;
	struct id agent;
	unix_ms expires_at;
	unix_ms used_at;		/* zero: not */
};

enum err pairing_row_insert(struct tx *tx, const struct pairing_row *row)
    MUST_CHECK NONNULL;
/* ERR_MISSING: nobody's. */
enum err pairing_row_get(struct tx *tx,
    const uint8_t code[static PAIRING_INDEX], struct pairing_row *ret_row)
    MUST_CHECK NONNULL;
/* pairing_row_use(tx, code, now): once; ERR_CONFLICT: used before. */
enum err pairing_row_use(struct tx *tx,
    const uint8_t code[static PAIRING_INDEX], unix_ms now)
    MUST_CHECK NONNULL;
enum err pairing_row_purge(struct tx *tx, unix_ms before) MUST_CHECK NONNULL;

#endif

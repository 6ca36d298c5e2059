/*
 * Rows of challenges.  Every write is conditional on the row's version, and
 * the count of changed rows is believed: ERR_CONFLICT when it is not one.
 * challenge_row_get takes the row's lock where the engine has them.
 */
#ifndef STORE_CHALLENGES_H
#define STORE_CHALLENGES_H

#include "base/arena.h"
#include "domain/account.h"
#include "domain/challenge.h"
#include "store/store.h"

#define SUBJECT_BYTES 16
#define DIGEST_BYTES 32

struct challenge_row {
	struct id id;
	struct id tenant;
	enum purpose purpose;
	enum channel channel;
	struct challenge state;
	uint8_t subject[SUBJECT_BYTES];	/* blind index of who it is about */
	uint8_t address[SUBJECT_BYTES];	/* of the network address; zero: none */
	uint8_t digest[DIGEST_BYTES];	/* of the binding */
	struct str recipient;		/* sealed */
	struct str binding;		/* sealed */
	struct str fallback;		/* another contact, sealed; or empty */
	struct str locale;
	int length;			/* digits of the code */
	uint32_t code_key;		/* version of KEY_CODE */
	uint32_t epoch;
	bool has_account;
	struct id account;		/* whose code it is; or none */
	unsigned answered;		/* enum factor + 1; 0: by none */
	unix_ms redeemed_at;		/* of the receipt; zero: not yet */
	int64_t version;		/* set by get and insert, used by update */
};

/* ERR_EXISTS: the identifier is taken. */
enum err challenge_row_insert(struct tx *tx, struct challenge_row *row)
    MUST_CHECK NONNULL;

/*
 * challenge_row_get(tx, tenant, id, arena, ret_row): ERR_MISSING: no such
 * challenge of this tenant (S80).  Strings live in the arena.
 */
enum err challenge_row_get(struct tx *tx, const struct id *tenant,
    const struct id *id, struct arena *arena, struct challenge_row *ret_row)
    MUST_CHECK NONNULL;

/*
 * Writes what events change of the state, and redeemed_at; row->version
 * becomes the new one.  ERR_CONFLICT also when the stored challenge has ended
 * another way, or was redeemed at another time (I5).
 */
enum err challenge_row_update(struct tx *tx, struct challenge_row *row)
    MUST_CHECK NONNULL;

/*
 * challenge_row_overdue(tx, now, max, arena, fn, ctx): calls fn for up to max
 * pending challenges whose time is up, oldest first.  ERR_LIMIT: the arena is
 * too small for max rows of about 400 bytes and their strings.
 */
typedef enum err challenge_row_fn(struct tx *tx, struct challenge_row *row,
    void *ctx);
enum err challenge_row_overdue(struct tx *tx, unix_ms now, unsigned max,
    struct arena *arena, challenge_row_fn *fn, void *ctx) MUST_CHECK;

/*
 * challenge_row_forget(tx, before, max, ret_n): empty the sealed columns of up
 * to max challenges that ended before a time (retention, S127).
 * challenge_row_purge deletes those made before a time, with their messages.
 */
enum err challenge_row_forget(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;
enum err challenge_row_purge(struct tx *tx, unix_ms before, unsigned max,
    unsigned *ret_n) MUST_CHECK NONNULL;

/*
 * challenge_row_approved(tx, fn, ctx): calls fn for every approved challenge;
 * it walks the whole table, for the audit's verification.
 */
typedef enum err challenge_id_fn(struct tx *tx, const struct id *id,
    void *ctx);
enum err challenge_row_approved(struct tx *tx, challenge_id_fn *fn, void *ctx)
    MUST_CHECK;

/* challenge_row_live(tx, ret_n): how many are pending, for metrics. */
enum err challenge_row_live(struct tx *tx, int64_t *ret_n) MUST_CHECK NONNULL;

#endif

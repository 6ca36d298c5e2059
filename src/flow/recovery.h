/*
 * Recovery codes of an account: ten numbered ones, shown once, each good once,
 * for the day when every other factor is gone (S69 to S73).
 *
 * A code is kept as a MAC, under the index key, over the account, the set's
 * salt, its number and a slow hash.  All codes of a set have one salt, so that
 * a try costs one slow hash whichever of them it is (S71).
 *
 *	look  one transaction: the salt of the account that is asked
 *	hash  on a thread of flow/hashes.h: recovery_hash
 *	check one transaction: flow/check.h with by = FACTOR_RECOVERY_CODE
 */
#ifndef FLOW_RECOVERY_H
#define FLOW_RECOVERY_H

#include "crypto/password.h"
#include "flow/account.h"
#include "flow/factor.h"
#include "flow/session.h"

struct recovery_new {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	const struct session_row *session;	/* that stays; NULL: none */
	/* Made by prepare: shown once, wiped by recovery_new_wipe. */
	struct recovery_set set;
	uint8_t salt[RECOVERY_SALT];
	/* Made by hash. */
	uint8_t tags[RECOVERY_COUNT][PASSWORD_TAG];
	/* Made by run. */
	bool found;
};
enum err recovery_new_prepare(struct recovery_new *n) MUST_CHECK NONNULL;
/* recovery_new_hash: ten slow hashes; on a thread for such work. */
enum err recovery_new_hash(struct recovery_new *n, struct password_cost cost)
    MUST_CHECK NONNULL;
/* recovery_new_run: the set of before is dead (S73), and S75. */
enum err recovery_new_run(struct tx *tx, void *recovery_new) MUST_CHECK
    NONNULL;
void recovery_new_wipe(struct recovery_new *n) NONNULL;

/* A code that somebody typed for a challenge. */
struct recovery_try {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id challenge;
	struct recovery_code code;
	/* Made by look; the same work for whom there is none (S79). */
	uint8_t salt[RECOVERY_SALT];
	/* Made by hash. */
	uint8_t tag[PASSWORD_TAG];
};
enum err recovery_look_run(struct tx *tx, void *recovery_try) MUST_CHECK
    NONNULL;
enum err recovery_hash(struct recovery_try *t, struct password_cost cost)
    MUST_CHECK NONNULL;

/*
 * recovery_use(tx, f, account, salt, tag, now, arena, ret): in the transaction
 * that spends the try; a right code is used up, recorded, and every contact is
 * told (S72).
 */
struct recovery_proof {
	const uint8_t *salt;	/* RECOVERY_SALT */
	const uint8_t *tag;	/* PASSWORD_TAG */
};
enum err recovery_use(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *account,
    const struct recovery_proof *proof, struct arena *arena,
    enum factor_verdict *ret_verdict) MUST_CHECK NONNULL;

#endif

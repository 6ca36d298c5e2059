/*
 * Authenticators of an account: made, confirmed by a code of theirs, removed.
 *
 * An authenticator counts from its confirmation on (S60).  That, and its
 * removal, change how the account is protected: trusted devices and other
 * sessions end, and every contact is told (S75).
 */
#ifndef FLOW_AUTHENTICATOR_H
#define FLOW_AUTHENTICATOR_H

#include "flow/account.h"
#include "flow/factor.h"
#include "flow/session.h"
#include "otp/otpauth.h"

enum authenticator_verdict {
	AUTHENTICATOR_DONE,
	AUTHENTICATOR_UNKNOWN,		/* no such account, or none of its */
	AUTHENTICATOR_TOO_MANY,
	/* of confirming */
	AUTHENTICATOR_NOT_A_CODE,
	AUTHENTICATOR_WRONG,		/* tries are left */
	AUTHENTICATOR_GONE,		/* too late, or too many tries (S60) */
	AUTHENTICATOR_CONFIRMED		/* it was before */
};

struct authenticator_new {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	struct str label;		/* a display_text; may be empty */
	/* TOTP of SHA-1, 6 digits, 30 s where zero (S66). */
	enum hmac_hash hash;
	unsigned digits, period_s;
	/* Made by prepare. */
	struct id id;
	struct otpauth uri;		/* the secret: shown once (S61) */
	struct authenticator_row row;
	/* Made by run. */
	enum authenticator_verdict verdict;
};
/* authenticator_new_prepare: ERR_RANGE: digits or period are not ours. */
enum err authenticator_new_prepare(struct authenticator_new *n) MUST_CHECK
    NONNULL;
enum err authenticator_new_run(struct tx *tx, void *authenticator_new)
    MUST_CHECK NONNULL;
void authenticator_new_wipe(struct authenticator_new *n) NONNULL;

struct authenticator_change {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account, id;
	const struct session_row *session;	/* that stays; NULL: none */
	struct str typed;			/* of confirming */
	/* Made by run. */
	enum authenticator_verdict verdict;
	int64_t tries_left;			/* of confirming */
};
enum err authenticator_confirm_run(struct tx *tx, void *authenticator_change)
    MUST_CHECK NONNULL;
enum err authenticator_remove_run(struct tx *tx, void *authenticator_change)
    MUST_CHECK NONNULL;

/*
 * authenticator_drop(tx, f, arena, row, account): of a change that the owner's
 * code allows.  With the last one totp leaves account's ways, which the caller
 * writes.
 */
enum err authenticator_drop(struct tx *tx, const struct flow *f,
    struct arena *arena, const struct authenticator_row *row,
    struct account_row *account) MUST_CHECK NONNULL;

/*
 * authenticator_import: one that came from another system, confirmed there:
 * row has kind, hash, digits, period_s and moved.  As a use_case.
 */
struct authenticator_import {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	struct str label;
	struct str secret;
	struct authenticator_row row;
	/* Made by run. */
	enum authenticator_verdict verdict;
};
enum err authenticator_import_run(struct tx *tx, void *authenticator_import)
    MUST_CHECK NONNULL;

#endif

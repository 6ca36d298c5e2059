/*
 * What somebody has, against what he types: authenticators and recovery
 * codes, inside a transaction that counts the try (flow/check.c, sign-ins).
 *
 * A step of time, a counter and a recovery code are accepted once, for ever,
 * on every node (I1): the row says what was used, and is written by its
 * version.
 */
#ifndef FLOW_FACTOR_H
#define FLOW_FACTOR_H

#include "base/arena.h"
#include "flow/flow.h"
#include "otp/recovery.h"
#include "otp/totp.h"
#include "store/authenticators.h"

#define AUTHENTICATORS_MAX 5		/* of an account */
#define AUTHENTICATOR_LABEL_MAX 64
#define AUTHENTICATOR_CONFIRM MINUTES(10)	/* S60 */
#define AUTHENTICATOR_TRIES 10		/* of confirming one */

/* S64: how far a token's button may have run ahead, and to find it back. */
#define HOTP_AHEAD 10
#define HOTP_RESYNC 50

enum factor_verdict {
	FACTOR_RIGHT,
	FACTOR_REPLAYED,	/* it was right, and was accepted before (S23) */
	FACTOR_WRONG
};

/*
 * factor_judge(f, row, code, now, ret): one authenticator, whose row is
 * changed as the verdict asks; *ret_changed: it must be written.  code is
 * digits.
 */
enum err factor_judge(const struct flow *f, struct authenticator_row *row,
    struct str code, unix_ms now, enum factor_verdict *ret_verdict,
    bool *ret_changed) MUST_CHECK NONNULL;

/*
 * factor_authenticators(tx, f, account, code, now, arena, ret): against all
 * confirmed ones of the account, whose rows are written.
 */
struct factor_try {
	const struct flow *flow;
	const struct id *account;
	struct str code;	/* 6 to 8 digits */
	unix_ms now;
	struct arena *arena;
	/* Made. */
	enum factor_verdict verdict;
	struct id authenticator;	/* for FACTOR_RIGHT */
};
enum err factor_authenticators(struct tx *tx, struct factor_try *t)
    MUST_CHECK NONNULL;

/* factor_digits(typed, ret_code): 6 to 8 digits, blanks and hyphens out. */
bool factor_digits(struct str typed, char ret_code[static HOTP_CODE_SIZE])
    MUST_CHECK NONNULL;

/* What an account has besides its contacts. */
struct factor_set {
	bool totp;			/* a confirmed authenticator */
	unsigned recovery_left;		/* codes of the last set */
	struct authenticator_row row[AUTHENTICATORS_MAX];
	unsigned n;			/* unconfirmed ones too, while they live */
};
enum err factor_list(struct tx *tx, const struct flow *f,
    const struct id *account, struct arena *arena, struct factor_set *ret_set)
    MUST_CHECK NONNULL;

/* factor_label(f, row, arena, ret): opened. */
enum err factor_label(const struct flow *f,
    const struct authenticator_row *row, struct arena *arena,
    struct str *ret_label) MUST_CHECK NONNULL;

/* factor_cell(column, id): where label and secret are sealed for. */
struct cell factor_cell(const char *column, const struct id *id) NONNULL;

/* factor_erase(tx, account): all of them, with the account (S128). */
enum err factor_erase(struct tx *tx, const struct id *account)
    MUST_CHECK NONNULL;

#endif

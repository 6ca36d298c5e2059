/*
 * Check: the customer has typed a code.
 *
 * In one transaction: look at the subject's throttle, spend an attempt,
 * derive, compare in constant time, decide, count, write the audit event, and
 * queue a notice to the owner where there is cause (S22).  The commit comes
 * before the answer (rule 1).
 */
#ifndef FLOW_CHECK_H
#define FLOW_CHECK_H

#include "base/arena.h"
#include "flow/approval.h"
#include "flow/flow.h"
#include "flow/outbox.h"
#include "flow/recovery.h"
#include "otp/code_input.h"
#include "store/challenges.h"

enum check_verdict {
	/* The check was carried out, or the challenge was over before. */
	CHECK_APPROVED,
	CHECK_WRONG,
	CHECK_EXHAUSTED,
	CHECK_EXPIRED,
	CHECK_CONSUMED,
	CHECK_SUPERSEDED,
	CHECK_CANCELLED,
	CHECK_MISMATCH,
	/* It was not carried out, and nothing was counted. */
	CHECK_UNKNOWN,		/* no such challenge of this tenant */
	CHECK_NOT_A_CODE,	/* see input */
	CHECK_NEEDS_BINDING,	/* of a payment, by the profile psd2 */
	CHECK_THROTTLED		/* see limited */
};

struct check {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	struct str typed;
	bool has_binding;
	uint8_t digest[DIGEST_BYTES];	/* of the binding that was sent */
	/*
	 * What it is answered with, where that is something else than the
	 * code which was sent: FACTOR_TOTP, FACTOR_RECOVERY_CODE; NULL.  Only
	 * a sign-in and a change of the account can be (S74, R52).
	 */
	const enum factor *by;
	struct recovery_proof proof;	/* of FACTOR_RECOVERY_CODE */
	/*
	 * The session that asks, NULL: the shop; filled before run.  Codes of
	 * another account than its own are unknown to it (S80).
	 */
	const struct session_row *session;
	/* Made by run. */
	enum check_verdict verdict;
	enum code_input input;
	struct limited limited;
	struct challenge_row row;
	unix_ms now;
	int64_t payer_streak;	/* psd2: wrong codes of the payer; 0: none */
	struct approved done;	/* what an approval did */
	/* Made beside the commit or by finish, for CHECK_APPROVED. */
	struct str receipt;
};

/* check_run: a use_case over struct check. */
enum err check_run(struct tx *tx, void *check) MUST_CHECK NONNULL;

/*
 * check_is_foreign(session, row): there is a session, and the challenge is not
 * of its account.
 */
bool check_is_foreign(const struct session_row *session,
    const struct challenge_row *row) __attribute__((nonnull(2)));

/*
 * check_finish(c): after the commit: signs the receipt of an approval, unless
 * that was done while the commit was written.
 */
enum err check_finish(struct check *c) MUST_CHECK NONNULL;

/*
 * check_factor(c): what was typed is of this factor: what the challenge sent,
 * or what stood in for it.  Once the challenge is known.
 */
enum factor check_factor(const struct check *c) NONNULL;

/* check_verdict_name(v): the API's result; for those that were carried out. */
const char *check_verdict_name(enum check_verdict v);

/* check_over(status): the verdict on a challenge that was over before. */
enum check_verdict check_over(enum challenge_status status);

#endif

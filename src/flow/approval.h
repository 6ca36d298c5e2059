/*
 * What an approval does in its own transaction: one table, by purpose.
 *
 * A use case that needs the owner's word writes an approval beside the
 * challenge; flow/check.c calls approval_apply when the code was right, and
 * nothing else changes contacts, passwords and protection (R51, R55).  A
 * change waits sealed.  Whatever the approval does, it also says that the
 * contact which got the code is its owner's.
 */
#ifndef FLOW_APPROVAL_H
#define FLOW_APPROVAL_H

#include "domain/account_change.h"
#include "flow/account.h"
#include "flow/session.h"
#include "store/approvals.h"

struct approval {
	enum approval_kind kind;
	const struct id *contact;	/* whom the code goes to; NULL: nobody */
	struct str body;		/* sealed by approval_wait; may be empty */
};

/*
 * approval_wait(tx, f, account, challenge, approval, arena, now): writes it.
 * account is NULL for a challenge of nobody's (S78).
 */
enum err approval_wait(struct tx *tx, const struct flow *f,
    const struct challenge_row *challenge, const struct account_row *account,
    const struct approval *approval, struct arena *arena) MUST_CHECK
    __attribute__((nonnull(1, 2, 3, 5, 6)));

/* approval_body(f, row, arena, ret): what waits, in the clear. */
enum err approval_body(const struct flow *f, const struct approval_row *row,
    struct arena *arena, struct str *ret_body) MUST_CHECK NONNULL;

/* What came of it. */
enum approval_outcome {
	APPROVAL_NOTHING,	/* there was nothing to do */
	APPROVAL_APPLIED,
	APPROVAL_STALE,		/* the account is gone, or has changed since */
	APPROVAL_TAKEN		/* the address is another account's by now */
};

/* approval_outcome_name(o): NULL for APPROVAL_NOTHING. */
const char *approval_outcome_name(enum approval_outcome o);

struct approved {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	const struct challenge_row *challenge;
	/* The session in which the code was given; NULL: none. */
	const struct session_row *session;
	unix_ms now;
	/* Made. */
	enum approval_outcome outcome;
	bool has_next;		/* a code for a new address is on its way */
	struct challenge_view next;
};

/*
 * account_secured(tx, f, row, session): a factor or the password has changed:
 * writes row with a new generation; all trusted devices and sessions end, but
 * for session (NULL: for none).
 */
enum err account_secured(struct tx *tx, const struct flow *f,
    struct account_row *row, const struct id *session) MUST_CHECK
    __attribute__((nonnull(1, 2, 3)));

/* account_changed(tx, f, row, challenge, what): the event of a change. */
enum err account_changed(struct tx *tx, const struct flow *f,
    const struct account_row *row, const struct id *challenge,
    const char *what) MUST_CHECK NONNULL;

/*
 * approval_apply(tx, a): once for each challenge, in the transaction that
 * approved it.
 */
enum err approval_apply(struct tx *tx, struct approved *a) MUST_CHECK
    NONNULL;

#endif

/*
 * Issue: a challenge to an account, inside a use case that is running: whom
 * it goes to (R19), what its approval will do, and its message.
 *
 * Tries are counted for the person and not for the address, except where the
 * address is what is to be proved.
 */
#ifndef FLOW_ISSUE_H
#define FLOW_ISSUE_H

#include "flow/approval.h"
#include "flow/start.h"

enum issue_verdict {
	ISSUE_DONE,
	ISSUE_LIMITED,		/* see limited */
	ISSUE_NO_WAY		/* no registered contact for that channel */
};

struct issue {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	enum purpose purpose;
	const char *counted;	/* NULL: "account"; see account_subject */
	/* What the code is for; see binding_add. */
	struct binding binding;
	struct str network;		/* as of start_request; may be empty */
	struct str locale;		/* empty: the account's */
	const enum channel *channel;	/* NULL: the account's preference */
	const struct account_contact *contact;	/* NULL: by the channel */
	int64_t ttl_s, length;		/* 0: the policy's */
	const uint8_t *subject;		/* of nobody: whose tries are counted */
	struct approval approval;	/* its contact is filled in */
	/* Made. */
	enum issue_verdict verdict;
	struct limited limited;
	struct start start;		/* row and view of the challenge */
};

/* issue_code(tx, i, a): a is NULL for a challenge of nobody's (S78). */
enum err issue_code(struct tx *tx, struct issue *i, const struct account *a)
    MUST_CHECK __attribute__((nonnull(1, 2)));

#endif

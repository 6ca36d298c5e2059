/*
 * A payment, or another thing that must not happen behind its owner's back
 * (R53, R54, R57): the decision, and a code where it says so.  Amount and
 * payee are the code's binding: they stand in the message and in the receipt,
 * and another amount has another code (S46 to S48).
 */
#ifndef FLOW_PAY_H
#define FLOW_PAY_H

#include "flow/client.h"
#include "flow/decide.h"
#include "flow/issue.h"

enum pay_verdict {
	PAY_DECIDED,		/* see decide; with REQUIRED see issue */
	PAY_LIMITED,		/* see issue.limited */
	PAY_NO_WAY,
	PAY_UNKNOWN		/* no such account */
};

struct pay {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	struct signals signals;		/* what the shop knows */
	bool says_payee;		/* it says itself whether he is new */
	struct str payee;		/* display_text */
	struct binding binding;		/* amount, currency, payee, more */
	struct client client;
	const enum channel *channel;	/* NULL: the preference */
	/* Made by run. */
	enum pay_verdict verdict;
	struct decide decide;
	struct issue issue;
};

enum err pay_run(struct tx *tx, void *pay) MUST_CHECK NONNULL;

/* payee_paid(tx, f, account, payee, now): he is not new any more. */
enum err payee_paid(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *account, struct str payee,
    unix_ms now) MUST_CHECK NONNULL;

#endif

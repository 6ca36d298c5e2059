/*
 * Sign in: the password first, then a decision, then, where it says so, a code
 * (R15, R49, R50, R58).
 *
 *	look    one transaction: who is it, must he wait, spend a try
 *	(hash)  on a thread of flow/hashes.h
 *	decide  one transaction: clear or count, decide, open or send a code
 *
 * Known and unknown people have the same answers, the same work and the same
 * limits (S78, S79).  Wrong passwords make those wait who come from the same
 * place, or from the same trusted device, and nobody else: a stranger locks
 * nobody out (S19), but for operators.  From all places together they make a
 * code required.
 */
#ifndef FLOW_SIGN_IN_H
#define FLOW_SIGN_IN_H

#include "flow/check.h"
#include "flow/client.h"
#include "flow/decide.h"
#include "flow/factor.h"
#include "flow/issue.h"

enum sign_in_verdict {
	SIGN_IN_DONE,		/* see session */
	SIGN_IN_CODE,		/* see issue: a code is on its way */
	SIGN_IN_REFUSED,	/* see reason */
	SIGN_IN_LIMITED		/* see limited */
};

struct sign_in {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct account_identifier who;
	struct client client;
	const struct session_row *replaces;	/* it ends; NULL: none */
	/* Made by prepare. */
	struct token token;
	struct id id;			/* of this sign-in */
	/* Made by look. */
	bool found;
	struct id account;
	int64_t generation;
	struct str hash;		/* to be verified; empty: nobody's */
	uint8_t place[SUBJECT_BYTES];	/* whose tries are counted */
	uint8_t person[SUBJECT_BYTES];
	bool counted;			/* this try, for the person too */
	bool locked;			/* an operator: it is refused */
	/* Given to decide. */
	bool right;
	struct str stronger;		/* a hash to keep instead; or empty */
	/* Made. */
	enum sign_in_verdict verdict;
	struct limited limited;
	struct decide decide;
	const char *reason;		/* NULL: those of the decision */
	struct issue issue;
	struct account person_found;	/* with SIGN_IN_CODE: his other ways */
	struct factor_set factors;	/* the same */
	struct session_row session;
};

enum err sign_in_prepare(struct sign_in *s) MUST_CHECK NONNULL;

/* use_cases over struct sign_in.  After look, verdict is SIGN_IN_LIMITED or
 * means nothing yet. */
enum err sign_in_look_run(struct tx *tx, void *sign_in) MUST_CHECK NONNULL;
enum err sign_in_decide_run(struct tx *tx, void *sign_in) MUST_CHECK NONNULL;

/* The code has come. */
struct sign_in_complete {
	/* Given; check.id and check.typed are. */
	struct check check;
	struct client client;
	bool remember;			/* trust this device */
	const struct session_row *replaces;
	/* Made by prepare. */
	struct token token, device;
	/* Made by run: signed_in where check.verdict is CHECK_APPROVED. */
	bool signed_in;
	struct session_row session;
};
enum err sign_in_complete_prepare(struct sign_in_complete *c) MUST_CHECK
    NONNULL;
enum err sign_in_complete_run(struct tx *tx, void *complete) MUST_CHECK
    NONNULL;

#endif

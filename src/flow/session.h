/*
 * Sessions: somebody who has signed in, in a browser or through his shop.
 *
 * A session reaches its own account and no other.  It lasts while it is used,
 * at most as session_life says, and ends at once, on every node, with
 * sign-out, a change of the password or of a factor.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include "base/arena.h"
#include "flow/flow.h"
#include "flow/token.h"
#include "store/accounts.h"

/*
 * session_find(tx, f, tenant, hash, host, arena, ret_row, ret_found): the
 * session of a token, where it is still one and was made for this host.
 * Notes that it was used, once a minute.
 */
struct session_key {
	uint8_t hash[TOKEN_HASH];
	struct str host;	/* as the request says it; empty: no browser */
};
enum err session_find(struct tx *tx, const struct flow *f,
    const struct tenant *tenant, const struct session_key *key,
    struct arena *arena, struct session_row *ret_row, bool *ret_found)
    MUST_CHECK NONNULL;

/* session_proved_lately(row, now): a code was given in it (PROOF_LIFE). */
bool session_proved_lately(const struct session_row *row, unix_ms now)
    NONNULL;

/*
 * session_is_operator(row): of somebody who works for the shop, and who gave a
 * code when he signed in (R59, S115).  He reaches what routes with API_OPERATOR
 * offer; row->account says which operator it is.
 */
bool session_is_operator(const struct session_row *row) NONNULL;

/*
 * session_acted(tx, f, row, did, about): what an operator asked for, as an
 * event: the method and pattern of the route, and the identifier in its path
 * or nothing.
 */
enum err session_acted(struct tx *tx, const struct flow *f,
    const struct session_row *row, struct str did, struct str about)
    MUST_CHECK NONNULL;

/*
 * session_open(tx, f, account, token, host, proved, ret_row): a new session,
 * with an identifier of its own (no fixation); the oldest beyond
 * ACCOUNT_SESSIONS_MAX end.  proved: a code was given for it just now.
 */
struct session_start {
	const struct token *token;
	struct str label;	/* "Firefox on Linux"; may be empty */
	struct str host;
	bool proved;
};
enum err session_open(struct tx *tx, const struct flow *f,
    const struct account_row *account, const struct session_start *start,
    struct session_row *ret_row) MUST_CHECK NONNULL;

/* session_end(tx, f, row): sign-out, with its event. */
enum err session_end(struct tx *tx, const struct flow *f,
    const struct session_row *row) MUST_CHECK NONNULL;

/*
 * The sessions of an account that last, newest first; one of them ends first
 * where that is asked for.  A use_case.
 */
struct session_view {
	struct id id;
	struct str label;
	unix_ms created_at, seen_at, expires_at;
};
struct sessions {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id account;
	bool end;		/* session ends first */
	struct id session;
	/* Made by run. */
	bool found;		/* the account, and what should end */
	struct session_view views[ACCOUNT_SESSIONS_MAX];
	unsigned n;
};
enum err sessions_run(struct tx *tx, void *sessions) MUST_CHECK NONNULL;

/* Sign-out: a use_case. */
struct sign_out {
	/* Given. */
	const struct flow *flow;
	const struct session_row *session;	/* filled before run */
	bool everywhere;
};
enum err sign_out_run(struct tx *tx, void *sign_out) MUST_CHECK NONNULL;

#endif

/*
 * The guard in a transaction: what a message by telephone may cost and where
 * it may go, counted before it is queued (S39 to S42, I6).
 */
#ifndef FLOW_GUARD_H
#define FLOW_GUARD_H

#include "domain/guard.h"
#include "flow/outbox.h"
#include "store/tallies.h"

/* A number as the guard counts it. */
struct guard_keys {
	struct e164 number;
	struct number facts;
	uint32_t has;			/* bit s: key[s] is one */
	uint8_t key[GUARD_SCOPES][TALLY_KEY_BYTES];
};

/*
 * guard_keys_make(f, tenant, number, network, ret): network is the end user's
 * (api/challenge_json.c: the key of its address), or empty.  Counted are its
 * /24, or /48.
 */
enum err guard_keys_make(const struct flow *f, const struct id *tenant,
    const struct e164 *number, struct str network,
    struct guard_keys *ret_keys) MUST_CHECK NONNULL;

/* A message that the guard looks at. */
struct guarded {
	const struct flow *flow;
	const struct tenant *tenant;
	const struct guard_keys *keys;
	const struct way *way;		/* NULL: it costs nothing */
	bool first;			/* of its code */
	unix_ms now;
};

/*
 * guard_pass(tx, g, ret_limited, ret_price): counts one more and sets its
 * price aside.  Where a rule says no, ret_limited->wait is not zero, and
 * nothing is counted; unless the tenant's guard only reports, which it does
 * by an audit event.  Of a number in a row it is kept that it was asked for.
 */
enum err guard_pass(struct tx *tx, const struct guarded *g,
    struct limited *ret_limited, int64_t *ret_price) MUST_CHECK NONNULL;

/* guard_used(tx, f, row, now): row's code, if it went by telephone, was used. */
enum err guard_used(struct tx *tx, const struct flow *f,
    const struct challenge_row *row, unix_ms now) MUST_CHECK NONNULL;

#endif

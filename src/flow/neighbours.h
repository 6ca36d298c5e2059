/*
 * Numbers in a row: whoever earns on messages holds blocks of them (S40).
 *
 * Each number that a message was asked for is known by its blind index for
 * as long as the window reaches.  A row is walked number by number, so it is
 * found wherever it begins, and a message to a number that stands alone costs
 * two look-ups.  Two messages of a tenant at once meet in its tallies
 * (flow/guard.h): one of them is run again and sees the other.
 */
#ifndef FLOW_NEIGHBOURS_H
#define FLOW_NEIGHBOURS_H

#include "domain/number.h"
#include "flow/flow.h"
#include "store/tallies.h"

/* A number among its neighbours. */
struct neighbours {
	const struct flow *flow;
	const struct id *tenant;
	const struct e164 *number;
	unix_ms now;
};

/*
 * neighbours_count(tx, n, most, ret_run, ret_wait): how many numbers in a row
 * there are with n->number among them, whether it was asked for or not; no
 * further than most.  ret_wait: until the first of the others is forgotten;
 * zero where there are none.
 */
enum err neighbours_count(struct tx *tx, const struct neighbours *n,
    int64_t most, int64_t *ret_run, duration_ms *ret_wait)
    MUST_CHECK NONNULL;

/* neighbours_add(tx, n): n->number was asked for. */
enum err neighbours_add(struct tx *tx, const struct neighbours *n)
    MUST_CHECK NONNULL;

#endif

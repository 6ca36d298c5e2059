/*
 * Dispatch: a shipment goes onto an agent's route.  Each dispatch is a visit
 * of its own with a code of its own; what went before it is dead (R12, R40).
 */
#ifndef FLOW_DISPATCH_H
#define FLOW_DISPATCH_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/shipments.h"
#include "store/visits.h"

#define STOPS_MAX 1000

enum dispatch_verdict {
	DISPATCH_DONE,
	DISPATCH_UNKNOWN,	/* no such shipment */
	DISPATCH_NO_AGENT,	/* no such agent, or revoked */
	DISPATCH_NOT_NOW	/* see row.state */
};

struct dispatch {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	struct id agent;
	int64_t stop;		/* 0 to STOPS_MAX */
	bool once;		/* what goes with agent already, stays so */
	/* Made by run. */
	enum dispatch_verdict verdict;
	bool again;		/* see once */
	struct shipment_row row;
	struct visit_row visit;
	unix_ms now;
};
enum err dispatch_run(struct tx *tx, void *dispatch) MUST_CHECK NONNULL;

/* What ends a shipment's way by the shop's word. */
enum shipment_order {
	ORDER_RECALL,		/* off the route */
	ORDER_CANCEL,
	ORDER_RELEASE,		/* what is held may try again */
	ORDER_RETURN		/* what is held goes back */
};

struct shipment_change {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id shipment;
	enum shipment_order order;
	/* Made by run. */
	enum dispatch_verdict verdict;
	struct shipment_row row;
	unix_ms now;
};
enum err shipment_change_run(struct tx *tx, void *shipment_change)
    MUST_CHECK NONNULL;

/*
 * dispatch_stop(tx, f, tenant, arena, row, event, outcome, now): the visit of
 * row, where it is open, ends without a hand-over, and its codes with it.
 */
struct stop_visit {
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	enum challenge_event event;
	enum visit_outcome outcome;
	unix_ms now;
};
enum err dispatch_stop(struct tx *tx, const struct stop_visit *how,
    const struct shipment_row *row, struct visit_row *ret_visit) MUST_CHECK
    NONNULL;

/*
 * dispatch_schedule(tx, f, arena, row, after, ret_hash): row's next day is the
 * first working day of its region behind after, with the reason (R33, R34).
 */
enum err dispatch_schedule(struct tx *tx, struct arena *arena,
    struct shipment_row *row, civil_day after, struct str *ret_hash)
    MUST_CHECK NONNULL;

#endif

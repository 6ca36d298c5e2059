/*
 * Decide: is a code needed here?  The answer is kept with its reasons and
 * signals (R6), for those who ask later and for replays of other rules.
 *
 * A use case that decides on the way (a sign-in, a payment, a shipment) calls
 * decide_run in its own transaction.
 */
#ifndef FLOW_DECIDE_H
#define FLOW_DECIDE_H

#include "base/arena.h"
#include "base/jsonw.h"
#include "domain/decision.h"
#include "flow/flow.h"
#include "store/decisions.h"

#define RETENTION_DECISION HOURS(24 * 90)

struct decide {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	enum decision_event event;
	struct signals signals;
	bool has_account;
	struct id account;
	/* Made by run; borrowed from the tenant's directory copy. */
	struct id id;
	struct decision decision;
	bool monitored;
	struct decision would;		/* of the rules in monitor mode */
};

/* decide_run: a use_case over struct decide. */
enum err decide_run(struct tx *tx, void *decide) MUST_CHECK NONNULL;

/*
 * decide_write(d, w): the members "id", "code", "rule", "reasons", and
 * "monitored" where there are rules in monitor mode, into an open object.
 */
void decide_write(const struct decide *d, struct jsonw *w) NONNULL;

/* A decision that was kept. */
struct decision_show {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	/* Made by run. */
	bool found;
	struct decision_row row;
	struct str signals;		/* JSON */
};
enum err decision_show_run(struct tx *tx, void *decision_show) MUST_CHECK
    NONNULL;

/*
 * A tenant's rules: body is what rules_read has read, of mode; empty: there
 * shall be none.
 */
struct rules_put {
	const struct flow *flow;
	struct id tenant;
	enum rules_mode mode;
	struct str body;
	size_t n;		/* how many rules, for the event */
};
enum err rules_put_run(struct tx *tx, void *rules_put) MUST_CHECK NONNULL;

#endif

/*
 * Decide: is a code needed here?  The answer is kept with its reasons (R6).
 */
#ifndef FLOW_DECIDE_H
#define FLOW_DECIDE_H

#include "domain/decision.h"
#include "flow/flow.h"

struct decide {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	enum decision_event event;
	struct signals signals;
	/* Made by run. */
	struct decision decision;
};

enum err decide_run(struct tx *tx, void *decide) MUST_CHECK NONNULL;

#endif

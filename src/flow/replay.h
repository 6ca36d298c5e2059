/*
 * Replay: what other rules would have said to decisions that were taken.
 * Nothing is changed.
 */
#ifndef FLOW_REPLAY_H
#define FLOW_REPLAY_H

#include "flow/decide.h"

#define REPLAY_MAX 1000		/* decisions of one call */
#define REPLAY_EXAMPLES 20

struct replay_example {
	struct id id;
	enum decision_event event;
	enum decision_code was;
	struct str was_rule;		/* in the arena */
	struct decision would;		/* borrowed from set */
};

struct replay {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	const struct rule_set *set;	/* its policy's limits: the tenant's */
	bool has_event;
	enum decision_event event;	/* only decisions about it */
	struct id before;		/* only those made before it */
	unsigned max;			/* at most REPLAY_MAX */
	/* Made by run: how many were looked at, and were about the event. */
	unsigned n_read, n;
	struct id last;			/* the oldest that was looked at */
	/* [was][would] */
	unsigned count[DECISION_DENY + 1][DECISION_DENY + 1];
	unsigned other_rule;		/* the same answer by another rule */
	unsigned n_examples;		/* of changed answers, newest first */
	struct replay_example examples[REPLAY_EXAMPLES];
};

/* replay_run: a use_case over struct replay, for store_read or a job. */
enum err replay_run(struct tx *tx, void *replay) MUST_CHECK NONNULL;

#endif

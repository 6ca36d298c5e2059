/*
 * Arrival: a provider says what became of a message that it took.
 *
 * The first final word counts; the same again, and another after it, change
 * nothing.
 */
#ifndef FLOW_ARRIVAL_H
#define FLOW_ARRIVAL_H

#include "base/arena.h"
#include "flow/directory.h"
#include "flow/flow.h"

struct arrival {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	const struct directory_copy *tenants;	/* NULL: no plan goes on */
	struct str provider;
	enum channel channel;
	struct str reference;	/* what the message is to the provider */
	bool ours;		/* that is our own identifier, msg_… */
	bool final;		/* false: still on its way; nothing changes */
	bool delivered;		/* or failed */
	bool machine;		/* it failed since a machine answered */
	/* Made by run. */
	bool found;
};

/* arrival_run: a use_case over struct arrival. */
enum err arrival_run(struct tx *tx, void *arrival) MUST_CHECK NONNULL;

#endif

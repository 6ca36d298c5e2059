/*
 * Cancel: the shop no longer wants this code.  Cancelling what is over
 * changes nothing and says what it is.
 */
#ifndef FLOW_CANCEL_H
#define FLOW_CANCEL_H

#include "base/arena.h"
#include "flow/flow.h"
#include "flow/session.h"
#include "flow/recipient.h"

struct cancel {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	const struct session_row *session;	/* as struct check's */
	/* Made by run. */
	bool found;
	struct challenge_row row;
	/* Made by finish. */
	struct challenge_view view;
};

enum err cancel_run(struct tx *tx, void *cancel) MUST_CHECK NONNULL;
enum err cancel_finish(struct cancel *c) MUST_CHECK NONNULL;

#endif

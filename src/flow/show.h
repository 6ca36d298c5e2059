/*
 * Show: what a challenge is, with its messages.  A look changes nothing but
 * what time has changed already: one whose time is up is written expired.
 */
#ifndef FLOW_SHOW_H
#define FLOW_SHOW_H

#include "base/arena.h"
#include "flow/flow.h"
#include "flow/session.h"
#include "flow/recipient.h"
#include "store/messages.h"

/* Five sends and the reissues among them: never more. */
#define SHOW_MESSAGES 16

struct show {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	const struct session_row *session;	/* as struct check's */
	/* Made by run. */
	bool found;
	struct challenge_row row;
	struct message_row messages[SHOW_MESSAGES];
	unsigned n;
	/* Made by finish. */
	struct challenge_view view;
	/*
	 * For a session only, which is the owner's: what the code is good for,
	 * so that he sees it before he gives it (R57).  Forgotten: no pairs.
	 */
	struct binding binding;
};

/* show_run: a use_case over struct show. */
enum err show_run(struct tx *tx, void *show) MUST_CHECK NONNULL;
enum err show_finish(struct show *s) MUST_CHECK NONNULL;

/* message_state_name(s): the word of the API. */
const char *message_state_name(enum message_state s);

#endif

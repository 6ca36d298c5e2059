/*
 * Resend: the same code once more.  Reissue: a new code, the old one counts
 * as wrong.  Neither refills tries, and both share one cool-down (S33, S34).
 */
#ifndef FLOW_RESEND_H
#define FLOW_RESEND_H

#include "base/arena.h"
#include "flow/flow.h"
#include "flow/session.h"
#include "flow/outbox.h"
#include "flow/recipient.h"

enum resend_verdict {
	RESEND_QUEUED,
	RESEND_UNKNOWN,		/* no such challenge of this tenant */
	RESEND_CHANNEL,		/* no contact of it is reached by this one */
	RESEND_OVER,		/* see row's status */
	RESEND_NO_SENDS,	/* all messages of this challenge are used */
	RESEND_LIMITED		/* see limited */
};

struct resend {
	/* Given. */
	const struct flow *flow;
	const struct tenant *tenant;
	struct arena *arena;
	struct id id;
	const struct session_row *session;	/* as struct check's */
	bool reissue;
	bool has_channel;
	enum channel channel;
	/* Made by prepare. */
	struct id message;
	/* Made by run. */
	enum resend_verdict verdict;
	struct limited limited;
	struct challenge_row row;
	unix_ms now;
	/* Made by finish. */
	struct challenge_view view;
};

enum err resend_prepare(struct resend *r) MUST_CHECK NONNULL;
enum err resend_run(struct tx *tx, void *resend) MUST_CHECK NONNULL;

/* resend_finish(r): the view, unless the verdict is RESEND_UNKNOWN. */
enum err resend_finish(struct resend *r) MUST_CHECK NONNULL;

#endif

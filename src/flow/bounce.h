/*
 * A message came back for good.
 */
#ifndef FLOW_BOUNCE_H
#define FLOW_BOUNCE_H

#include "base/arena.h"
#include "domain/bounce.h"
#include "flow/directory.h"
#include "flow/flow.h"

struct bounced {
	/* Given. */
	const struct flow *flow;
	struct arena *arena;
	const struct bounce *bounce;
	const struct directory_copy *tenants;	/* NULL: no plan goes on */
	/* Made by run: it had failed before, and nothing was changed. */
	bool again;
};

/*
 * bounced_run: a use_case over struct bounced.  The message is failed with the
 * reason "bounce_5.1.1", and while its code lives the next step of its plan
 * begins, unless a later message is on its way.  Nobody had waited for it any
 * more: a mail server's yes was all that was to come.  ERR_MISSING: there is no such message.  ERR_CRYPTO:
 * the tag is not ours (R78).  ERR_CONFLICT is the store's.
 */
enum err bounced_run(struct tx *tx, void *bounced) MUST_CHECK NONNULL;

#endif

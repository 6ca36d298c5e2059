/*
 * Drop: a flow ends a challenge of its own, because it makes another one or
 * has no use for it.
 */
#ifndef FLOW_DROP_H
#define FLOW_DROP_H

#include "base/arena.h"
#include "domain/challenge.h"
#include "flow/flow.h"

/*
 * challenge_drop(tx, f, tenant, id, event, arena): event is CHALLENGE_CANCEL
 * or CHALLENGE_SUPERSEDE.  One that is over, or unknown, is left as it is.
 */
enum err challenge_drop(struct tx *tx, const struct flow *f,
    const struct id *tenant, const struct id *id, enum challenge_event event,
    struct arena *arena) MUST_CHECK NONNULL;

#endif

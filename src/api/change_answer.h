/*
 * Answers that asking for a change, a contact or a payment share.
 */
#ifndef API_CHANGE_ANSWER_H
#define API_CHANGE_ANSWER_H

#include "api/call.h"
#include "flow/change.h"

/* change_refused(call, c): it is not CHANGE_ISSUED, and has been answered. */
bool change_refused(struct call *call, const struct change *c) MUST_CHECK
    NONNULL;

/* verdict_refused(call, v, limited): the same, for what has no flaws. */
bool verdict_refused(struct call *call, enum change_verdict v,
    const struct limited *limited) MUST_CHECK NONNULL;

#endif

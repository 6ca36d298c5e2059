/*
 * What every presentation of a code answers alike.
 */
#ifndef API_CHECK_JSON_H
#define API_CHECK_JSON_H

#include "api/call.h"
#include "flow/check.h"

/* check_not_carried_out(c, k): unknown, no code, throttled: answered. */
bool check_not_carried_out(struct call *c, const struct check *k) MUST_CHECK
    NONNULL;

/* check_write_strength(w, k): rule 12: amr, method and what else is said. */
void check_write_strength(struct jsonw *w, const struct check *k) NONNULL;

/* check_watch(c, k): counts it for the tenant's alarm (S20). */
void check_watch(struct call *c, const struct check *k) NONNULL;

#endif

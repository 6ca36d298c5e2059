/*
 * The pass: what a customer shows where there is no coverage.  A signed text
 * that the agent's device checks by itself, with the public key it has pinned
 * (/.well-known/jwks.json), and that is settled once when it has told the
 * server.
 *
 * It says: this visit, this agent, until that moment.  It cannot say that it
 * is shown for the first time, or that it was not taken back in the last
 * minutes; docs/deliveries.md says so too.
 */
#ifndef FLOW_PASS_H
#define FLOW_PASS_H

#include "base/arena.h"
#include "flow/flow.h"
#include "store/visits.h"

#define PASS_TYP "pass+jwt"

/* pass_sign(f, tenant, visit, arena, ret): the same text each time. */
enum err pass_sign(const struct flow *f, const struct tenant *tenant,
    const struct visit_row *visit, struct arena *arena, struct str *ret_pass)
    MUST_CHECK NONNULL;

/*
 * pass_head(f, tenant, visit, arena, ret): the pass without its signature and
 * the dot before it: what a device must know to be told the signature alone.
 */
enum err pass_head(const struct flow *f, const struct tenant *tenant,
    const struct visit_row *visit, struct arena *arena, struct str *ret_head)
    MUST_CHECK NONNULL;

/* pass_check(f, tenant, visit, pass): ERR_DENIED: not a pass of this visit. */
enum err pass_check(const struct flow *f, const struct tenant *tenant,
    const struct visit_row *visit, struct str pass) MUST_CHECK NONNULL;

#endif

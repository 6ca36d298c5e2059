/*
 * Challenges as JSON, in and out.
 */
#ifndef API_CHALLENGE_JSON_H
#define API_CHALLENGE_JSON_H

#include "base/jsonw.h"
#include "flow/show.h"
#include "flow/start.h"
#include "http/jsonr.h"

/*
 * start_read(o, tenant, channels, ret): the body of POST /v1/challenges into
 * a request; flaws are noted in o's reader.  False: the channel it needs is
 * not there, although nothing is wrong with the request.
 */
bool start_read(struct jsonr_object *o, const struct tenant *tenant,
    uint32_t channels, struct start_request *ret_request) MUST_CHECK NONNULL;

/* binding_read(o, ret_binding): the member "binding"; false when absent. */
bool binding_read(struct jsonr_object *o, struct binding *ret_binding)
    NONNULL;

/* view_write(w, v): the members of a challenge, inside an open object. */
void view_write(struct jsonw *w, const struct challenge_view *v) NONNULL;

#endif

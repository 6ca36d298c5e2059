/*
 * Calls of an agent's device: authenticated by the token that its key has
 * signed for (flow/agent.h).
 */
#ifndef API_AGENT_CALL_H
#define API_AGENT_CALL_H

#include "api/call.h"
#include "flow/door.h"

/*
 * agent_call_begin(x, size, ret_device): like call_begin, with the tenant of
 * the device.  Whether it is still paired is the use case's to find out.
 */
void *agent_call_begin(struct http_exchange *x, size_t size,
    struct id *ret_device) NONNULL;

/* agent_call_refused(c): 401: no token, too old, or the device is revoked. */
void agent_call_refused(struct call *c) NONNULL;

#endif

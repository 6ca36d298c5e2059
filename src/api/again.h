/*
 * Another message of a sign-in, a reset or a sign-up that waits.
 */
#ifndef API_AGAIN_H
#define API_AGAIN_H

#include "base/id.h"
#include "flow/approval.h"
#include "http/router.h"

/*
 * again(x, type, kind): 202 {id, resend_at, sends_left}, or why not.  That of a
 * sign-in may go by another channel.
 */
void again(struct http_exchange *x, enum id_type type,
    enum approval_kind kind) NONNULL;

#endif

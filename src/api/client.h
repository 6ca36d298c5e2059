/*
 * Who is at the other end: for a shop's server what its "context" says, for a
 * browser what the connection and the cookies say (S109).
 */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include "api/auth.h"
#include "flow/client.h"
#include "flow/hashes.h"

/*
 * client_read(c, o, ret): the member "context" {ip, user_agent, device,
 * device_label} of o, which only a shop's server may send.
 */
void client_read(struct call *c, struct jsonr_object *o,
    struct client *ret_client) NONNULL;

/*
 * call_hash(c, job, then): job on a thread for passwords, then then(c) on the
 * loop; a failure, or too many that wait, is answered (503).
 */
void call_hash(struct call *c, struct hash_job *job,
    void (*then)(struct call *c)) NONNULL;

/* session_write(c, w, s, token): the member "session"; cookie, or token. */
void session_write(struct call *c, struct jsonw *w,
    const struct session_row *s, const struct token *token) NONNULL;

#endif

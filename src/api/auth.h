/*
 * Who may call: a shop's server with its key, or a browser with a session.
 *
 * A browser proves two things on every change: the header X-Watchword: 1,
 * which no form can send and no other origin may, and that the page it comes
 * from is of the host that it asks (S113).  The tenant is the host's.  Whether
 * the cookie is a session is looked up by the store, in the transaction of
 * the use case, so that a session that has ended is over at once (S76).
 */
#ifndef API_AUTH_H
#define API_AUTH_H

#include "api/call.h"

#define COOKIE_SESSION "__Host-ww_session"
#define COOKIE_DEVICE "__Host-ww_device"

/* auth_call(c, route): false: c has been answered. */
bool auth_call(struct call *c, const struct http_route *route) MUST_CHECK
    NONNULL;

/*
 * auth_again(c): for a call that takes long: the same key, looked at again
 * (S110); c->tenant is what it is now.  False: the key is not good any more,
 * and c is as it was.
 */
bool auth_again(struct call *c) MUST_CHECK NONNULL;

/* auth_looks(c): the store has to be asked who calls, or about whom. */
bool auth_looks(const struct call *c) NONNULL;

/*
 * auth_run: a use_case over struct call: the session, or the account that a key
 * is used for, then c->run.
 */
enum err auth_run(struct tx *tx, void *call) MUST_CHECK NONNULL;

/* auth_refuse(c): answers what auth_run has refused. */
void auth_refuse(struct call *c) NONNULL;

/* auth_is_browser(c): cookies are set, and limits are the socket's (S109). */
bool auth_is_browser(const struct call *c) NONNULL;

/* auth_host(c): the host that is asked for, as it stands in the request. */
struct str auth_host(const struct call *c) NONNULL;

/*
 * auth_cookie(c, name, token, life): HttpOnly, Secure, SameSite=Lax, for this
 * host alone (S111).  token NULL: the cookie is taken back.
 */
void auth_cookie(struct call *c, const char *name, const char *token,
    duration_ms life) __attribute__((nonnull(1, 2)));

#endif

/*
 * TLS for the server: 1.2 at least, 1.3 preferred, HTTP/1.1 by ALPN.
 *
 * The one place outside crypto/ that uses OpenSSL: a TLS context is part of
 * how a connection is read, and keys of codes never come here.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/compiler.h"
#include "base/err.h"

struct bufferevent;
struct event_base;
struct tls;

/*
 * tls_new(certificate, key, ret_tls): from two PEM files, the first with its
 * chain.  ERR_IO: one cannot be read; ERR_CRYPTO: it is not what it should
 * be, or they do not belong together; ERR_NOMEM.
 */
enum err tls_new(const char *certificate, const char *key,
    struct tls **ret_tls) MUST_CHECK NONNULL;
void tls_free(struct tls *t);

/* tls_bufferevent(t, base): for a connection to come; NULL: no memory. */
struct bufferevent *tls_bufferevent(struct tls *t, struct event_base *base)
    MUST_CHECK NONNULL;

#endif

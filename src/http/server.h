/*
 * The HTTP/1.1 server: one event loop per thread, each with a listening
 * socket of its own (SO_REUSEPORT).  README.md says what libevent does and
 * what is added here.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/rng.h"
#include "base/str.h"
#include "http/exchange.h"
#include "http/router.h"

/* One answered request, for logs and metrics. */
struct http_done {
	const struct http_route *route;	/* NULL: none was found */
	const struct id *request_id;
	enum http_method method;
	int status;
	duration_ms took;	/* from the whole request to the answer */
	size_t body_n;		/* bytes of the request's body */
	size_t answer_n;	/* bytes of the answer's body */
};

struct http_server_options {
	const char *host;	/* numeric address, or "localhost" */
	uint16_t port;		/* 0: a free one */
	unsigned threads;	/* 1 to 64 */
	const char *tls_certificate;	/* PEM file with its chain, or NULL */
	const char *tls_key;		/* PEM file */

	/* S100; bytes. */
	size_t line_max;	/* request line */
	size_t head_max;	/* request line and header fields */
	size_t fields_max;	/* number of header fields */
	size_t body_max;	/* where the route does not say */

	/* S101. */
	duration_ms head_time;	/* from a request's first byte */
	duration_ms body_time;	/* from the end of its head */
	duration_ms idle_time;	/* between requests */
	duration_ms write_time;	/* for the client to take an answer */
	unsigned connections_max;
	unsigned connections_per_ip;

	const struct ip_net *trusted;	/* proxies (S109); borrowed */
	size_t n_trusted;

	struct clock clock;
	struct rng rng;

	const struct http_route *routes;	/* borrowed */
	size_t n_routes;
	/*
	 * Called with every request that found its route, in place of the
	 * route's handler, which it may call; NULL: the handler is called.
	 */
	void (*dispatch)(struct http_exchange *x,
	    const struct http_route *route);
	/* Called after each answer, on the loop's thread; or NULL. */
	void (*done)(void *app, const struct http_done *done);
	void *app;
};

/*
 * http_server_defaults(): 127.0.0.1:8640, one thread, the limits of S100 and
 * S101, the system's clock and random source, and no routes.
 */
struct http_server_options http_server_defaults(void);

struct http_server;

/*
 * http_server_new(options, ret_server): checks the options and the table, and
 * reads the certificate.  ERR_RANGE: an option; ERR_IO, ERR_CRYPTO: the
 * certificate or key; as http_router_new; ERR_NOMEM.
 */
enum err http_server_new(const struct http_server_options *options,
    struct http_server **ret_server) MUST_CHECK NONNULL;

/*
 * http_server_start(s, ret_port): binds and starts the threads; connections
 * are accepted when it returns.  ERR_EXISTS: the port is taken; ERR_DENIED:
 * not allowed to bind; ERR_RANGE: not an address of this machine; ERR_IO.
 * SIGPIPE is ignored from here on.
 */
enum err http_server_start(struct http_server *s, uint16_t *ret_port)
    MUST_CHECK NONNULL;

/*
 * http_server_stop(s, grace): stops accepting, closes idle connections,
 * finishes what is in flight, and returns when the loops have ended (S135).
 * ERR_TIMEOUT: some request was not answered within grace; its exchange stays
 * valid, and what is resumed now is not run, until http_server_free.
 */
enum err http_server_stop(struct http_server *s, duration_ms grace)
    MUST_CHECK NONNULL;

/*
 * http_server_free(s): after http_server_stop, and after the last thread that
 * could resume an exchange has ended.  NULL is fine.
 */
void http_server_free(struct http_server *s);

/* http_server_connections(s): open now; for metrics, from any thread. */
unsigned http_server_connections(struct http_server *s) NONNULL;

#endif

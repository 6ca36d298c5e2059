/*
 * The routing table: method and path to a handler.
 *
 * A pattern is a path whose segments are literal or {name}, which captures
 * one whole segment: "/v1/challenges/{id}/check".  A literal segment wins
 * over a captured one, and a path matches whole or not at all.  GET answers
 * HEAD too.  Literal segments are compared as bytes: an escaped spelling of
 * an unreserved byte is another path, and is not found.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "http/exchange.h"

#define HTTP_PARAMS_MAX 4
#define HTTP_PATTERN_SEGMENTS_MAX 12

typedef void http_handler(struct http_exchange *x);

struct http_route {
	enum http_method method;
	const char *pattern;
	http_handler *handler;
	/* For the layer above; the server does not look at them. */
	uint32_t scope;
	uint32_t flags;
	/* Bytes of body; 0: the server's default. */
	size_t max_body;
	/*
	 * Bytes of a line; not 0: the handler runs when the head is good, and
	 * takes a body of any length line by line (http/stream.h).
	 */
	size_t line_max;
	/*
	 * The media types a body may have, separated by spaces; NULL means
	 * "application/json".  A request without a body needs none.
	 */
	const char *accepts;
	const char *name;	/* for metrics and logs; may be NULL */
};

struct http_router;

/*
 * http_router_new(routes, n, ret_router): borrows routes for its life.
 * ERR_NOMEM; ERR_SYNTAX for a pattern that is not one, ERR_EXISTS for two
 * routes of the same method and shape, ERR_LIMIT for too many segments or
 * parameters: bugs of the table, told apart for its test.
 */
enum err http_router_new(const struct http_route *routes, size_t n,
    struct http_router **ret_router) MUST_CHECK;

void http_router_free(struct http_router *r);

/* The outcome of a look-up. */
struct http_match {
	const struct http_route *route;	/* NULL: none */
	uint32_t allow;			/* bit m: method m has a route here */
	size_t n_params;
	struct {
		struct str name;	/* in the pattern */
		struct str raw;		/* in the path, not decoded */
	} params[HTTP_PARAMS_MAX];
};

/*
 * http_router_match(r, method, path, ret_match): no route and allow zero is
 * 404; no route and some allowed methods is 405.
 */
void http_router_match(const struct http_router *r, enum http_method method,
    struct str path, struct http_match *ret_match) NONNULL;

#endif

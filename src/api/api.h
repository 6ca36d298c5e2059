/*
 * The resources of the HTTP API: decode, call a flow, encode.
 *
 * routes.def is the only list of routes; the router, the metrics and the test
 * of the API description are made from it.
 */
#ifndef API_API_H
#define API_API_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/secret.h"
#include "domain/provider.h"
#include "flow/alarm.h"
#include "flow/directory.h"
#include "flow/flow.h"
#include "http/router.h"
#include "http/server.h"

/* Flags of a route. */
enum {
	/* In a sandbox: no API key, the tenant "default", X-Watchword: 1. */
	API_TRY = 1 << 0,
	/* A browser that is signed in, for its own account. */
	API_SESSION = 1 << 1,
	/* The same, when a code was given in it lately (S75). */
	API_PROVED = 1 << 2,
	/* Any browser, signed in or not. */
	API_PUBLIC = 1 << 3,
	/*
	 * The browser of an operator, for all that is the tenant's; with
	 * API_SESSION the others' too, for what is their own.  What he asks
	 * for is an event of its own: operator.acted.
	 */
	API_OPERATOR = 1 << 4
};

struct api_metrics;
struct mmdb;
struct hashes;
struct sandbox_api;

struct api {
	const struct flow *flow;
	struct directory *directory;
	struct api_metrics *metrics;
	struct alarm *alarm;
	struct hashes *hashes;	/* see flow/hashes.h */
	bool sandbox;
	struct sandbox_api *sandbox_api;	/* of app/; NULL: no sandbox */
	/* Who sends receipts, and by which token; NULL: nobody. */
	const struct providers *providers;
	const struct secret *provider_tokens;
	/* "HOST=TENANT, …": whose pages a host shows; empty: "default". */
	const char *hosts;
	/* Where network addresses are; NULL: places are off. */
	struct mmdb *places;
	struct str key_set;		/* /.well-known/jwks.json */
	/* Members of /metrics that others know; may be NULL. */
	void (*more_metrics)(void *ctx, struct buf *out);
	/*
	 * Calls fn(arg), on a thread of its own, once the directory has what
	 * was committed before.
	 */
	enum err (*when_known)(void *ctx, void (*fn)(void *arg), void *arg);
	void *ctx;
};

/* api_routes(ret_n): every route that exists in all modes. */
const struct http_route *api_routes(size_t *ret_n) NONNULL;

/* api_try_routes(ret_n): those of the sandbox's start page. */
const struct http_route *api_try_routes(size_t *ret_n) NONNULL;

/* Handlers, by the names in routes.def. */
#define ROUTE(method, pattern, handler, scope, accepts) http_handler handler;
#include "api/routes.def"
#undef ROUTE

#endif

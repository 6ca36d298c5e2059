#include "api/api.h"
#include "api/batch.h"
#include "domain/scope.h"

static const struct http_route routes[] = {
#define ROUTE(verb, path, fn, need, types) { \
	.method = HTTP_##verb, .pattern = path, .handler = fn, \
	.scope = need, .accepts = types, .name = #fn },
#define ROUTE_AS(verb, path, fn, need, who) { \
	.method = HTTP_##verb, .pattern = path, .handler = fn, \
	.scope = need, .flags = who, .name = #fn },
#define ROUTE_LINES(verb, path, fn, need) { \
	.method = HTTP_##verb, .pattern = path, .handler = fn, .scope = need, \
	.accepts = "application/x-ndjson", .line_max = BATCH_LINE_MAX, \
	.name = #fn },
#include "api/routes.def"
#undef ROUTE
};

/* The same handlers under the start page's own paths. */
static const struct http_route try_routes[] = {
	{.method = HTTP_POST, .pattern = "/sandbox/try/challenges",
	    .handler = api_challenge_create, .flags = API_TRY,
	    .name = "api_try_create"},
	{.method = HTTP_POST, .pattern = "/sandbox/try/challenges/{id}/check",
	    .handler = api_challenge_check, .flags = API_TRY,
	    .name = "api_try_check"},
};

const struct http_route *
api_routes(size_t *ret_n)
{
	*ret_n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}

const struct http_route *
api_try_routes(size_t *ret_n)
{
	*ret_n = sizeof(try_routes) / sizeof(try_routes[0]);
	return try_routes;
}

/*
 * From a whole request to its handler: found, allowed, readable (S103).
 */
#include "http/conn.h"
#include "http/loop.h"
#include "http/problem.h"

#include "base/buf.h"

void
exchange_allow(struct http_exchange *x)
{
	struct buf allow;

	buf_init(&allow, 128);
	for (int m = 0; m < HTTP_METHOD_COUNT; m++) {
		if ((x->match.allow >> m & 1) != 0) {
			buf_z(&allow, allow.n > 0 ? ", " : "");
			buf_z(&allow, http_method_name((enum http_method)m));
		}
	}
	http_add_header(x, "Allow", buf_view(&allow));
	buf_done(&allow);
}

/* RFC 9110 section 8.3.1: the only parameter is charset, and it is UTF-8. */
static bool
charset_is_utf8(struct str params)
{
	struct str value;

	params = str_trim(params);
	if (params.n == 0) {
		return true;
	}
	if (!head_name_is(str_slice(params, 0, 8), "charset=")) {
		return false;
	}
	value = str_slice(params, 8, params.n);
	return head_name_is(value, "utf-8") || head_name_is(value, "\"utf-8\"");
}

/* One that is streamed has not come yet. */
static bool
has_body(const struct http_exchange *x)
{
	return x->match.route->line_max > 0
	    ? x->head.chunked || x->head.length > 0 : x->body.n > 0;
}

static bool
is_accepted(const struct http_exchange *x)
{
	const char *accepts = x->match.route->accepts;
	struct str types = str_of(accepts != NULL ? accepts :
	    "application/json");
	struct str given, type, name;
	size_t semicolon;

	if (!has_body(x)) {
		return true;
	}
	if (!http_header(x, "Content-Type", &given)) {
		return false;
	}
	semicolon = str_find(given, ';');
	name = str_trim(str_slice(given, 0, semicolon));
	while (str_split(&types, ' ', &type)) {
		char z[64];

		if (str_copy(type, z, sizeof(z)) && head_name_is(name, z)) {
			return charset_is_utf8(str_slice(given, semicolon + 1,
			    given.n));
		}
	}
	return false;
}

void
exchange_run(struct http_exchange *x)
{
	const struct http_server_options *o = x->conn->loop->options;
	const struct http_route *route = x->match.route;

	exchange_client(x);
	if (route == NULL && x->match.allow == 0) {
		problem_reply(x, PROBLEM_NOT_FOUND, NULL);
	} else if (route == NULL) {
		exchange_allow(x);
		problem_reply(x, PROBLEM_METHOD_NOT_ALLOWED, NULL);
	} else if (!exchange_params(x)) {
		problem_reply(x, PROBLEM_INVALID_REQUEST,
		    "The path is not well encoded.");
	} else if (!exchange_queries(x)) {
		problem_reply(x, PROBLEM_INVALID_REQUEST,
		    "The query is not well encoded, or repeats a parameter.");
	} else if (!is_accepted(x)) {
		problem_reply(x, PROBLEM_UNSUPPORTED_MEDIA_TYPE, NULL);
	} else if (o->dispatch != NULL) {
		o->dispatch(x, route);
	} else {
		route->handler(x);
	}
}

/*
 * What an exchange tells its handler, and what every answer says.
 */
#include "http/server.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "http/problem.h"
#include "http/rate.h"
#include "park.h"
#include "peer.h"

/* Everything an exchange says, for the test to compare. */
static void
tell(struct http_exchange *x)
{
	struct buf b;
	struct str v, n;

	buf_init(&b, 4096);
	buf_printf(&b, "%s %.*s id=%.*s", http_method_name(http_method(x)),
	    STR_ARG(http_path(x)), STR_ARG(http_param(x, "id")));
	for (size_t i = 0; http_query_at(x, i, &n, &v); i++) {
		buf_printf(&b, " %.*s=%.*s", STR_ARG(n), STR_ARG(v));
	}
	if (http_query(x, "a", &v)) {
		buf_printf(&b, " a:%.*s", STR_ARG(v));
	}
	if (http_header(x, "x-THING", &v)) {
		buf_printf(&b, " thing:%.*s", STR_ARG(v));
	}
	if (http_cookie(x, "__Host-ww_session", &v)) {
		buf_printf(&b, " cookie:%.*s", STR_ARG(v));
	}
	buf_z(&b, " from ");
	ip_key_print(http_client(x), &b);
	http_reply(x, 200, "text/plain", buf_view(&b));
	buf_done(&b);
}

static void
limited(struct http_exchange *x)
{
	const struct http_rate rate = {
		.name = "sends", .quota = 5, .window = MINUTES(10), .left = 0,
		.reset = {41001},
	};

	http_add_rate(x, &rate);
	problem_reply_after(x, PROBLEM_RATE_LIMITED, "Wait.", rate.reset);
}

static void
inject(struct http_exchange *x)
{
	http_add_header(x, "X-Name", STR("a\r\nSet-Cookie: b"));
	http_reply(x, 200, "text/plain", STR("never seen"));
}

static void
flaws(struct http_exchange *x)
{
	problem_reply_flaw(x, "to.email", "is not an e-mail address");
}

static void
nothing(struct http_exchange *x)
{
	http_add_header(x, "Cache-Control", STR("max-age=60"));
	http_reply(x, 204, NULL, STR(""));
}

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/", .handler = hello},
	{.method = HTTP_GET, .pattern = "/tell/{id}", .handler = tell},
	{.method = HTTP_GET, .pattern = "/limited", .handler = limited},
	{.method = HTTP_GET, .pattern = "/inject", .handler = inject},
	{.method = HTTP_GET, .pattern = "/flaws", .handler = flaws},
	{.method = HTTP_GET, .pattern = "/nothing", .handler = nothing},
};

static void
init(struct served *s)
{
	served_init(s);
	s->options.routes = routes;
	s->options.n_routes = sizeof(routes) / sizeof(routes[0]);
}

static void
test_what_an_exchange_says(void **state UNUSED)
{
	struct served s;
	struct peer p;

	init(&s);
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, "GET /tell/caf%C3%A9?a=1+2%2B3&empty=&b HTTP/1.1\r\nHost: a\r\n"
	    "X-Thing: \t y \t\r\nCookie: x=1; __Host-ww_session=abc; z=\r\n\r\n");
	assert_int_equal(peer_answer(&p), 200);
	assert_string_equal(p.body, "GET /tell/caf%C3%A9 id=caf\xc3\xa9 "
	    "a=1 2+3 empty= b= a:1 2+3 thing:y cookie:abc from 127.0.0.1");
	/* What cannot be decoded is refused before the handler. */
	peer_say(&p, GET("/tell/a%2Fb"));
	assert_int_equal(peer_answer(&p), 400);
	peer_say(&p, GET("/tell/%ff"));
	assert_int_equal(peer_answer(&p), 400);
	peer_say(&p, GET("/tell/%00"));
	assert_int_equal(peer_answer(&p), 400);
	peer_say(&p, GET("/tell/a%2"));
	assert_int_equal(peer_answer(&p), 400);
	peer_close(&p);
	served_stop(&s);
}

static void
test_fields_of_answers(void **state UNUSED)
{
	struct served s;
	struct peer p;
	char first[64];

	init(&s);
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, GET("/"));
	assert_int_equal(peer_answer(&p), 200);
	assert_string_equal(peer_field(&p, "Cache-Control"), "no-store");
	assert_string_equal(peer_field(&p, "Referrer-Policy"), "no-referrer");
	assert_string_equal(peer_field(&p, "X-Content-Type-Options"), "nosniff");
	assert_non_null(strstr(peer_field(&p, "Content-Security-Policy"),
	    "default-src 'none'; script-src 'self'"));
	assert_null(peer_field(&p, "Server"));
	assert_null(peer_field(&p, "Strict-Transport-Security"));
	assert_true(str_ends(str_of(peer_field(&p, "Date")), STR(" GMT")));
	assert_int_equal(strlen(peer_field(&p, "X-Request-Id")), 40);
	assert_true(str_copy(str_of(peer_field(&p, "X-Request-Id")), first,
	    sizeof(first)));
	peer_say(&p, GET("/nothing"));
	assert_int_equal(peer_answer(&p), 204);
	assert_string_not_equal(peer_field(&p, "X-Request-Id"), first);
	assert_string_equal(peer_field(&p, "Cache-Control"), "max-age=60");
	assert_null(peer_field(&p, "Content-Length"));
	assert_null(peer_field(&p, "Content-Security-Policy"));
	/* S107 */
	peer_say(&p, GET("/limited"));
	assert_int_equal(peer_answer(&p), 429);
	assert_string_equal(peer_field(&p, "RateLimit"), "\"sends\";r=0;t=42");
	assert_string_equal(peer_field(&p, "RateLimit-Policy"),
	    "\"sends\";q=5;w=600");
	assert_string_equal(peer_field(&p, "Retry-After"), "42");
	/* A value that would add fields of its own is not sent at all. */
	peer_say(&p, GET("/inject"));
	assert_int_equal(peer_answer(&p), 500);
	assert_null(peer_field(&p, "Set-Cookie"));
	assert_int_equal(p.body_n, 0);
	peer_close(&p);
	served_stop(&s);
}

/* S105, RFC 9457 section 3. */
static void
test_problem(void **state UNUSED)
{
	struct served s;
	struct peer p;
	char want[512];

	init(&s);
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, GET("/flaws"));
	assert_int_equal(peer_answer(&p), 400);
	assert_string_equal(peer_field(&p, "Content-Type"),
	    "application/problem+json");
	(void)snprintf(want, sizeof(want),
	    "{\"type\":\"/problems/invalid_request\","
	    "\"title\":\"The request is not valid\",\"status\":400,"
	    "\"code\":\"invalid_request\",\"request_id\":\"%s\",\"errors\":["
	    "{\"field\":\"to.email\",\"reason\":\"is not an e-mail address\"}]}",
	    peer_field(&p, "X-Request-Id"));
	assert_string_equal(p.body, want);
	for (int i = 0; i < PROBLEM_COUNT; i++) {
		assert_in_range(problem_status((enum problem)i), 400, 505);
		assert_true(strlen(problem_code((enum problem)i)) > 2);
		assert_true(strlen(problem_title((enum problem)i)) > 8);
	}
	peer_close(&p);
	served_stop(&s);
}

/* S109: who is believed about the client. */
static void
test_client_address(void **state UNUSED)
{
	static const struct {
		const char *trusted, *fields, *want;
	} rows[] = {
		{"192.0.2.0/24", "X-Forwarded-For: 203.0.113.9\r\n", "127.0.0.1"},
		{"127.0.0.1", "", "127.0.0.1"},
		{"127.0.0.1", "X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"},
		{"127.0.0.1", "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n",
		    "203.0.113.9"},
		{"127.0.0.0/8", "X-Forwarded-For: 203.0.113.9, 127.0.0.7\r\n",
		    "203.0.113.9"},
		{"127.0.0.0/8", "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n"
		    "X-Forwarded-For: 127.0.0.7\r\n", "203.0.113.9"},
		{"127.0.0.1", "X-Forwarded-For: evil\r\n", "127.0.0.1"},
		{"127.0.0.0/8", "X-Forwarded-For: 1.2.3.4, x, 127.0.0.9\r\n",
		    "127.0.0.9"},
		/* One subscriber, one key, however it is spelt. */
		{"127.0.0.1", "X-Forwarded-For: 2001:DB8:0:1:a:b:c:d\r\n",
		    "2001:db8:0:1::/64"},
		{"127.0.0.1", "X-Forwarded-For: ::ffff:203.0.113.9\r\n",
		    "203.0.113.9"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ip_net net;
		struct served s;
		struct peer p;
		char bytes[512];

		init(&s);
		assert_true(ip_net_parse(str_of(rows[i].trusted), &net));
		s.options.trusted = &net;
		s.options.n_trusted = 1;
		served_start(&s);
		peer_open(&p, s.port);
		(void)snprintf(bytes, sizeof(bytes),
		    "GET /tell/x HTTP/1.1\r\nHost: a\r\n%s\r\n", rows[i].fields);
		peer_say(&p, bytes);
		assert_int_equal(peer_answer(&p), 200);
		assert_string_equal(strstr(p.body, "from ") + 5, rows[i].want);
		peer_close(&p);
		served_stop(&s);
	}
}

static int done_status;
static const struct http_route *done_route;

static void
note_done(void *app, const struct http_done *done)
{
	assert_ptr_equal(app, &done_status);
	done_status = done->status;
	done_route = done->route;
	assert_true(done->took.v >= 0);
}

static void
refuse_all(struct http_exchange *x, const struct http_route *route)
{
	assert_ptr_equal(http_route(x), route);
	assert_ptr_equal(http_app(x), &done_status);
	problem_reply(x, PROBLEM_UNAUTHORIZED, NULL);
}

static void
test_dispatch_and_done(void **state UNUSED)
{
	struct served s;
	struct peer p;

	init(&s);
	s.options.dispatch = refuse_all;
	s.options.done = note_done;
	s.options.app = &done_status;
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, GET("/"));
	assert_int_equal(peer_answer(&p), 401);
	peer_say(&p, GET("/nowhere"));
	assert_int_equal(peer_answer(&p), 404);
	peer_close(&p);
	served_stop(&s);
	assert_int_equal(done_status, 404);
	assert_null(done_route);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_an_exchange_says),
		cmocka_unit_test(test_fields_of_answers),
		cmocka_unit_test(test_problem),
		cmocka_unit_test(test_client_address),
		cmocka_unit_test(test_dispatch_and_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

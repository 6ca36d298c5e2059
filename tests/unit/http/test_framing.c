/*
 * Raw bytes to a running server: what RFC 9112 forbids is refused and the
 * connection closed (S99), sizes are held before anything is read (S100), and
 * what is allowed is answered.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "http/problem.h"
#include "peer.h"

static struct served served;
static int handled;

/* Says what it was asked, so that a smuggled request would show. */
static void
echo(struct http_exchange *x)
{
	struct str body = http_body(x);

	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
	http_reply_json(x, 200, body.n > 0 ? body : STR("{}"));
}

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/", .handler = echo},
	{.method = HTTP_POST, .pattern = "/echo", .handler = echo},
	{.method = HTTP_POST, .pattern = "/small", .handler = echo,
	    .max_body = 8},
	{.method = HTTP_POST, .pattern = "/mail", .handler = echo,
	    .accepts = "application/json message/rfc822"},
	{.method = HTTP_DELETE, .pattern = "/echo", .handler = echo},
};

static int
set_up(void **state UNUSED)
{
	served_init(&served);
	served.options.routes = routes;
	served.options.n_routes = sizeof(routes) / sizeof(routes[0]);
	served.options.body_max = 1024;
	served_start(&served);
	return 0;
}

static int
tear_down(void **state UNUSED)
{
	served_stop(&served);
	return 0;
}

#define JSON "Host: a\r\nContent-Type: application/json\r\n"
#define ECHO "POST /echo HTTP/1.1\r\n" JSON
/* What a smuggler hides behind: if it were answered, there was a request. */
#define NEXT "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

struct row {
	const char *bytes;
	int status;
	const char *code;
};

/* Refused with this problem, closed, and no handler saw anything. */
static void
expect_refused(const struct row *row)
{
	struct peer p;
	char want[64];
	int before = __atomic_load_n(&handled, __ATOMIC_SEQ_CST);

	peer_open(&p, served.port);
	peer_say(&p, row->bytes);
	if (peer_answer(&p) != row->status) {
		fail_msg("%s: got %d, want %d", row->bytes, p.status,
		    row->status);
	}
	assert_string_equal(peer_field(&p, "Connection"), "close");
	assert_string_equal(peer_field(&p, "Content-Type"),
	    "application/problem+json");
	assert_string_equal(peer_field(&p, "Cache-Control"), "no-store");
	(void)snprintf(want, sizeof(want), "\"code\":\"%s\"", row->code);
	assert_non_null(strstr(p.body, want));
	assert_true(peer_is_closed(&p));
	peer_close(&p);
	assert_int_equal(__atomic_load_n(&handled, __ATOMIC_SEQ_CST), before);
}

static void
test_refused(void **state UNUSED)
{
	static const struct row rows[] = {
		{ECHO "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" NEXT, 400,
		    "bad_framing"},
		{ECHO "Content-Length: 2, 2\r\n\r\n{}" NEXT, 400, "bad_framing"},
		{ECHO "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "0\r\n\r\n" NEXT, 400, "bad_framing"},
		{ECHO "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n"
		    "0\r\n\r\n" NEXT, 400, "bad_framing"},
		{ECHO "Transfer-Encoding: chunked, identity\r\n\r\n" NEXT, 400,
		    "bad_framing"},
		{ECHO "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" NEXT, 400,
		    "bad_framing"},
		{ECHO "Transfer-Encoding:\x0b" "chunked\r\n\r\n0\r\n\r\n" NEXT,
		    400, "bad_framing"},
		{ECHO "Content-Length: 2\r\n X: folded\r\n\r\n{}" NEXT, 400,
		    "bad_framing"},
		{ECHO "X: a\rb\r\nContent-Length: 2\r\n\r\n{}" NEXT, 400,
		    "bad_framing"},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" NEXT, 400,
		    "bad_framing"},
		{"GET / HTTP/1.1\r\n\r\n" NEXT, 400, "bad_framing"},
		{"GET / HTTP/1.1\nHost: a\n\n" NEXT, 400, "bad_framing"},
		{"\r\n" NEXT, 400, "bad_framing"},
		{"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 400,
		    "bad_framing"},
		/* S104: TLS to a plain port. */
		{"\x16\x03\x01", 400, "bad_framing"},
		{"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\n" NEXT,
		    400, "bad_framing"},
		{"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\n" NEXT,
		    400, "bad_framing"},
		{"GET / HTTP/3.0\r\nHost: a\r\n\r\n" NEXT, 505,
		    "version_not_supported"},
		/* S103: TRACE is off. */
		{"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 405,
		    "method_not_allowed"},
		{"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n" NEXT, 405,
		    "method_not_allowed"},
		{ECHO "Expect: rain\r\nContent-Length: 2\r\n\r\n{}" NEXT, 417,
		    "expectation_failed"},
		/* S100, before the body is there. */
		{ECHO "Content-Length: 1025\r\n\r\n", 413, "too_large"},
		{ECHO "Content-Length: 18446744073709551615\r\n\r\n", 413,
		    "too_large"},
		{"POST /small HTTP/1.1\r\n" JSON "Content-Length: 9\r\n\r\n", 413,
		    "too_large"},
		{ECHO "Expect: 100-continue\r\nContent-Length: 1025\r\n\r\n", 413,
		    "too_large"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_refused(&rows[i]);
	}
}

/* RFC 9112 section 7.1, as strict as the rest. */
static void
test_chunks_refused(void **state UNUSED)
{
	static const struct row rows[] = {
		{"2\r\n{}0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"2\r\n{}\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"2\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"0x2\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"+2\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"-2\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{" 2\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"2 \r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"\r\n2\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"2;a=b\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"2\r\n{}x\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"0\r\nContent-Length: 5\r\n\r\n" NEXT, 400, "bad_framing"},
		{"0\r\n\n" NEXT, 400, "bad_framing"},
		{"000000002\r\n{}\r\n0\r\n\r\n" NEXT, 400, "bad_framing"},
		{"ffffffffffffffff\r\n", 400, "bad_framing"},
		{"401\r\n", 413, "too_large"},
		{"ffffffff\r\n", 413, "too_large"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = rows[i];
		char bytes[512];

		(void)snprintf(bytes, sizeof(bytes),
		    ECHO "Transfer-Encoding: chunked\r\n\r\n%s", row.bytes);
		row.bytes = bytes;
		expect_refused(&row);
	}
}

static void
test_large_heads(void **state UNUSED)
{
	static char bytes[20 * 1024];
	int n;

	n = snprintf(bytes, sizeof(bytes), "GET /%08200d HTTP/1.1\r\n", 0);
	assert_true(n > 0);
	expect_refused(&(struct row){bytes, 414, "uri_too_long"});
	n = snprintf(bytes, sizeof(bytes), "GET / HTTP/1.1\r\nHost: a\r\nX: %0*d",
	    16 * 1024, 0);
	assert_true(n > 0);
	expect_refused(&(struct row){bytes, 431, "headers_too_large"});
	n = snprintf(bytes, sizeof(bytes), "GET / HTTP/1.1\r\nHost: a\r\n");
	for (int i = 0; i < 100; i++) {
		n += snprintf(bytes + n, sizeof(bytes) - (size_t)n, "X-%d: y\r\n",
		    i);
	}
	(void)snprintf(bytes + n, sizeof(bytes) - (size_t)n, "\r\n");
	expect_refused(&(struct row){bytes, 431, "headers_too_large"});
}

/* One request, its answer; the connection stays open. */
static void
expect_answered(struct peer *p, const char *bytes, int status, const char *body)
{
	peer_say(p, bytes);
	if (peer_answer(p) != status) {
		fail_msg("%s: got %d, want %d", bytes, p->status, status);
	}
	if (body != NULL) {
		assert_string_equal(p->body, body);
	}
	assert_null(peer_field(p, "Connection"));
}

static void
test_answered(void **state UNUSED)
{
	struct peer p;

	peer_open(&p, served.port);
	expect_answered(&p, NEXT, 200, "{}");
	expect_answered(&p, ECHO "Content-Length: 7\r\n\r\n{\"a\":1}", 200,
	    "{\"a\":1}");
	expect_answered(&p, ECHO "Transfer-Encoding: chunked\r\n\r\n"
	    "1\r\n{\r\n006\r\n\"a\":1}\r\n0\r\n\r\n", 200, "{\"a\":1}");
	expect_answered(&p, ECHO "\r\n", 200, "{}");
	expect_answered(&p, ECHO "Content-Length: 0\r\n\r\n", 200, "{}");
	expect_answered(&p, "DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200,
	    "{}");
	/* 404 and 405 say so and keep the connection (S103). */
	expect_answered(&p, "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404, NULL);
	expect_answered(&p, "PUT /echo HTTP/1.1\r\n" JSON
	    "Content-Length: 2\r\n\r\n{}", 405, NULL);
	assert_string_equal(peer_field(&p, "Allow"), "POST, DELETE");
	expect_answered(&p, "OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n", 405, NULL);
	assert_string_equal(peer_field(&p, "Allow"), "GET, HEAD");
	expect_answered(&p, "GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, NULL);
	expect_answered(&p, "GET /?a=1&a=2 HTTP/1.1\r\nHost: a\r\n\r\n", 400,
	    NULL);
	expect_answered(&p, NEXT, 200, "{}");
	peer_close(&p);
}

/* S103: the type of a body is required and fixed. */
static void
test_media_types(void **state UNUSED)
{
	static const struct {
		const char *path, *field;
		int status;
	} rows[] = {
		{"/echo", "Content-Type: application/json\r\n", 200},
		{"/echo", "Content-Type: Application/JSON;charset=UTF-8\r\n", 200},
		{"/echo", "Content-Type: application/json; charset=\"utf-8\"\r\n",
		    200},
		{"/echo", "", 415},
		{"/echo", "Content-Type:\r\n", 415},
		{"/echo", "Content-Type: text/plain\r\n", 415},
		{"/echo", "Content-Type: application/jsonp\r\n", 415},
		{"/echo", "Content-Type: application/json; charset=latin1\r\n",
		    415},
		{"/echo", "Content-Type: application/json; a=b\r\n", 415},
		{"/echo", "Content-Type: message/rfc822\r\n", 415},
		{"/mail", "Content-Type: message/rfc822\r\n", 200},
		{"/mail", "Content-Type: application/json\r\n", 200},
	};
	struct peer p;

	peer_open(&p, served.port);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char bytes[256];

		(void)snprintf(bytes, sizeof(bytes), "POST %s HTTP/1.1\r\n"
		    "Host: a\r\n%sContent-Length: 2\r\n\r\n{}", rows[i].path,
		    rows[i].field);
		expect_answered(&p, bytes, rows[i].status, NULL);
	}
	peer_close(&p);
}

static void
test_head_has_no_body(void **state UNUSED)
{
	struct peer p;

	peer_open(&p, served.port);
	peer_say(&p, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	peer_end(&p);
	/* The length is what GET would have sent; the bytes are not there. */
	while (!peer_is_closed(&p)) {
		assert_non_null(strstr(p.bytes, "Content-Length: 2\r\n"));
		assert_true(strcmp(p.bytes + p.n - 4, "\r\n\r\n") == 0);
		p.n = 0;
	}
	peer_close(&p);
}

static void
test_expect_continue(void **state UNUSED)
{
	struct peer p;

	peer_open(&p, served.port);
	for (int i = 0; i < 2; i++) {
		peer_say(&p, ECHO "Expect: 100-continue\r\nContent-Length: 2"
		    "\r\n\r\n");
		assert_int_equal(peer_answer(&p), 100);
		expect_answered(&p, "{}", 200, "{}");
		/* Who sends the body at once is not told to go on. */
		expect_answered(&p, ECHO "Expect: 100-continue\r\n"
		    "Content-Length: 2\r\n\r\n{}", 200, "{}");
		peer_say(&p, ECHO "Expect: 100-continue\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n");
		assert_int_equal(peer_answer(&p), 100);
		expect_answered(&p, "2\r\n{}\r\n0\r\n\r\n", 200, "{}");
	}
	peer_close(&p);
}

static void
test_http_1_0(void **state UNUSED)
{
	struct peer p;

	peer_open(&p, served.port);
	peer_say(&p, "GET / HTTP/1.0\r\n\r\n");
	assert_int_equal(peer_answer(&p), 200);
	assert_string_equal(peer_field(&p, "Connection"), "close");
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

static void
test_close_is_obeyed(void **state UNUSED)
{
	struct peer p;

	peer_open(&p, served.port);
	peer_say(&p, "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, close\r\n\r\n"
	    NEXT);
	assert_int_equal(peer_answer(&p), 200);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

/* A client may end its side after the request, and still gets the answer. */
static void
test_half_closed(void **state UNUSED)
{
	struct peer p;

	peer_open(&p, served.port);
	peer_say(&p, ECHO "Content-Length: 2\r\n\r\n{}");
	peer_end(&p);
	assert_int_equal(peer_answer(&p), 200);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

static void
test_pipelined(void **state UNUSED)
{
	enum { N = 50 };
	static char bytes[N * 256];
	struct peer p;
	size_t n = 0;

	for (int i = 0; i < N; i++) {
		n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, ECHO
		    "Content-Length: 5\r\n\r\n[%03d]", i);
	}
	peer_open(&p, served.port);
	peer_send(&p, bytes, n);
	for (int i = 0; i < N; i++) {
		char want[8];

		assert_int_equal(peer_answer(&p), 200);
		(void)snprintf(want, sizeof(want), "[%03d]", i);
		assert_string_equal(p.body, want);
	}
	/* A bad one behind a good one is looked at just the same. */
	peer_say(&p, NEXT NEXT "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" NEXT);
	assert_int_equal(peer_answer(&p), 200);
	assert_int_equal(peer_answer(&p), 200);
	assert_int_equal(peer_answer(&p), 400);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

/* The same requests, in pieces of every size. */
static void
test_in_pieces(void **state UNUSED)
{
	static const char bytes[] = ECHO "Content-Length: 7\r\n\r\n{\"a\":1}"
	    ECHO "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" NEXT;
	const size_t n = sizeof(bytes) - 1;

	for (size_t piece = 1; piece < n; piece += piece < 12 ? 1 : 31) {
		struct peer p;

		peer_open(&p, served.port);
		for (size_t at = 0; at < n; at += piece) {
			peer_send(&p, bytes + at, n - at < piece ? n - at : piece);
		}
		assert_int_equal(peer_answer(&p), 200);
		assert_string_equal(p.body, "{\"a\":1}");
		assert_int_equal(peer_answer(&p), 200);
		assert_int_equal(peer_answer(&p), 200);
		peer_close(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_chunks_refused),
		cmocka_unit_test(test_large_heads),
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_media_types),
		cmocka_unit_test(test_head_has_no_body),
		cmocka_unit_test(test_expect_continue),
		cmocka_unit_test(test_http_1_0),
		cmocka_unit_test(test_close_is_obeyed),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_pipelined),
		cmocka_unit_test(test_in_pieces),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

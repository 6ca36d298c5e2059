/*
 * The guard without a socket: S99, S100.
 */
#include "http/head.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static const struct head_limits limits = {.line = 64, .bytes = 256, .fields = 4};

/* The verdict on bytes that may or may not be whole. */
static enum head_verdict
judge(struct str s, struct head *h)
{
	struct head_scan scan = {0};
	const char *why = NULL;
	enum head_verdict v = head_end(s, &limits, &scan);

	if (v != HEAD_GOOD) {
		return v;
	}
	v = head_parse(str_slice(s, 0, scan.at), h, &why);
	assert_true(v == HEAD_GOOD || why != NULL);
	return v;
}

struct row {
	const char *bytes;
	enum head_verdict want;
};

static void
expect_rows(const struct row *rows, size_t n)
{
	struct head h;

	for (size_t i = 0; i < n; i++) {
		enum head_verdict got = judge(str_of(rows[i].bytes), &h);

		if (got != rows[i].want) {
			fail_msg("%s: got %d, want %d", rows[i].bytes, got,
			    rows[i].want);
		}
	}
}
#define EXPECT_ROWS(rows) expect_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

static void
test_request_line(void **state UNUSED)
{
	static const struct row rows[] = {
		{GET "Host: a\r\n\r\n", HEAD_GOOD},
		{"GET / HTTP/1.0\r\n\r\n", HEAD_GOOD},
		{"GET /a%20b?c=d&e=%C3%A9 HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_GOOD},
		/* RFC 9112 section 3: one space, and nothing around. */
		{"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{" GET / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET /\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET / HTTP/1.10\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET / HTTPS/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET / http/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", HEAD_VERSION},
		{"GET / HTTP/0.9\r\nHost: a\r\n\r\n", HEAD_VERSION},
		/* Origin form only. */
		{"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET //b/ HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET a HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		/* Methods: exact, and only those that the server has. */
		{"get / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_METHOD},
		{"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_METHOD},
		{"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_METHOD},
		{"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_METHOD},
		{"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
	};

	EXPECT_ROWS(rows);
}

static void
test_line_ends(void **state UNUSED)
{
	static const struct row rows[] = {
		/* RFC 9112 section 2.2: neither a bare LF nor a bare CR. */
		{"GET / HTTP/1.1\nHost: a\n\n", HEAD_MALFORMED},
		{"GET / HTTP/1.1\r\nHost: a\n\r\n", HEAD_MALFORMED},
		{"GET / HTTP/1.1\r\nHost: a\r\n\n", HEAD_MALFORMED},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: yz\n\r\n", HEAD_MALFORMED},
		{"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{"GET / HTTP/1.1\rX: y\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\rX: y\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\r\n\r\n", HEAD_MALFORMED},
	};

	EXPECT_ROWS(rows);
}

static void
test_fields(void **state UNUSED)
{
	static const struct row rows[] = {
		{GET "Host: a\r\nX-A: b\tc\r\n\r\n", HEAD_GOOD},
		{GET "Host:a\r\nX-Empty:\r\n\r\n", HEAD_GOOD},
		{GET "Host: a\r\nUser-Agent: caf\xc3\xa9\r\n\r\n", HEAD_GOOD},
		/* RFC 9112 section 5.1: no blank before the colon. */
		{GET "Host : a\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nContent-Length : 5\r\n\r\n", HEAD_MALFORMED},
		/* Section 5.2: no folding. */
		{GET "Host: a\r\nX: b\r\n c\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nX: b\r\n\tc\r\n\r\n", HEAD_MALFORMED},
		{GET " Host: a\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nnothing\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\n: empty\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nX(: b\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nX\xc3: b\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nX: \x01\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nX: \x7f\r\n\r\n", HEAD_MALFORMED},
		/* RFC 9112 section 3.2: one Host, and a real one. */
		{GET "\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nHost: a\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nhOST: b\r\n\r\n", HEAD_MALFORMED},
		{GET "Host:\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a/b\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a@b\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a, b\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: [2001:db8::1]:8640\r\n\r\n", HEAD_GOOD},
		/* Others that decide something. */
		{GET "Host: a\r\nAuthorization: b\r\nAuthorization: c\r\n\r\n",
		    HEAD_MALFORMED},
		{GET "Host: a\r\nIdempotency-Key: b\r\nIdempotency-Key: b\r\n\r\n",
		    HEAD_MALFORMED},
		{GET "Host: a\r\nX-Forwarded-For: b\r\nX-Forwarded-For: c\r\n\r\n",
		    HEAD_GOOD},
		{GET "Host: a\r\nExpect: 200-ok\r\n\r\n", HEAD_EXPECT},
	};

	EXPECT_ROWS(rows);
}

static void
test_body_framing(void **state UNUSED)
{
	static const struct row rows[] = {
		{POST "Content-Length: 5\r\n\r\n", HEAD_GOOD},
		{POST "Transfer-Encoding: chunked\r\n\r\n", HEAD_GOOD},
		{POST "Transfer-Encoding: Chunked\r\n\r\n", HEAD_GOOD},
		/* RFC 9112 section 6.3: never two lengths, even alike. */
		{POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\n",
		    HEAD_MALFORMED},
		{POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
		    HEAD_MALFORMED},
		{POST "Content-Length: 5, 5\r\n\r\n", HEAD_MALFORMED},
		{POST "Content-Length: +5\r\n\r\n", HEAD_MALFORMED},
		{POST "Content-Length: -5\r\n\r\n", HEAD_MALFORMED},
		{POST "Content-Length: 0x5\r\n\r\n", HEAD_MALFORMED},
		{POST "Content-Length: 5 5\r\n\r\n", HEAD_MALFORMED},
		{POST "Content-Length:\r\n\r\n", HEAD_MALFORMED},
		{POST "Content-Length: 99999999999999999999\r\n\r\n",
		    HEAD_MALFORMED},
		{POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
		    HEAD_MALFORMED},
		{POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
		    HEAD_MALFORMED},
		{POST "Transfer-Encoding: chunked, gzip\r\n\r\n", HEAD_MALFORMED},
		{POST "Transfer-Encoding: gzip, chunked\r\n\r\n", HEAD_MALFORMED},
		{POST "Transfer-Encoding: identity\r\n\r\n", HEAD_MALFORMED},
		{POST "Transfer-Encoding: xchunked\r\n\r\n", HEAD_MALFORMED},
		{POST "Transfer-Encoding:\r\n\r\n", HEAD_MALFORMED},
		{POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
		    "\r\n\r\n", HEAD_MALFORMED},
		{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
		    HEAD_MALFORMED},
		/* evhttp would take the body of these for the next request. */
		{GET "Host: a\r\nContent-Length: 5\r\n\r\n", HEAD_MALFORMED},
		{GET "Host: a\r\nContent-Length: 0\r\n\r\n", HEAD_GOOD},
		{"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
		    HEAD_MALFORMED},
		{"OPTIONS / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
		    "\r\n\r\n", HEAD_MALFORMED},
		{"DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
		    HEAD_GOOD},
	};

	EXPECT_ROWS(rows);
}

static void
test_what_it_says(void **state UNUSED)
{
	struct head h = {0};

	assert_int_equal(judge(STR("PATCH /a/b?c=d?e HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: 12\r\nExpect: 100-Continue\r\n"
	    "Connection: x, Close\r\n\r\n"), &h), HEAD_GOOD);
	assert_int_equal(h.method, HTTP_PATCH);
	assert_true(str_equal(h.path, STR("/a/b")));
	assert_true(str_equal(h.query, STR("c=d?e")));
	assert_true(h.has_length && h.length == 12 && !h.chunked);
	assert_true(h.expect_continue && h.close && !h.http10);
	/* RFC 9110 section 10.1.1: HTTP/1.0 has no 100. */
	assert_int_equal(judge(STR("POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
	    "\r\n"), &h), HEAD_GOOD);
	assert_true(h.http10 && !h.expect_continue && !h.close);
}

static void
test_nul(void **state UNUSED)
{
	struct head h;

	assert_int_equal(judge(STR("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), &h),
	    HEAD_MALFORMED);
	assert_int_equal(judge(STR(GET "Host: a\r\nX: \0\r\n\r\n"), &h),
	    HEAD_MALFORMED);
	assert_int_equal(judge(STR(GET "Host: a\r\nX\0: b\r\n\r\n"), &h),
	    HEAD_MALFORMED);
}

/* S100: each limit, one below and one above. */
static void
test_limits(void **state UNUSED)
{
	static const struct row rows[] = {
		{GET "Host: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", HEAD_GOOD},
		{GET "Host: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n",
		    HEAD_LARGE},
	};
	char bytes[300];
	struct head h;
	int n;

	EXPECT_ROWS(rows);
	for (int pad = 0; pad < 2; pad++) {
		n = snprintf(bytes, sizeof(bytes),
		    "GET /%0*d HTTP/1.1\r\nHost: a\r\n\r\n", 50 + pad, 0);
		assert_int_equal(strchr(bytes, '\r') - bytes, 64 + pad);
		assert_int_equal(judge((struct str){bytes, (size_t)n}, &h),
		    pad == 0 ? HEAD_GOOD : HEAD_LINE_LONG);
		n = snprintf(bytes, sizeof(bytes), GET "Host: a\r\nX: %0*d\r\n\r\n",
		    224 + pad, 0);
		assert_int_equal(n, 256 + pad);
		assert_int_equal(judge((struct str){bytes, (size_t)n}, &h),
		    pad == 0 ? HEAD_GOOD : HEAD_LARGE);
	}
	/* Refused as soon as it is too long, not when it is whole. */
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(judge((struct str){bytes, 65}, &h), HEAD_PARTIAL);
	assert_int_equal(judge((struct str){bytes, 66}, &h), HEAD_LINE_LONG);
}

/* However the bytes come, the verdict is the same. */
static void
test_byte_by_byte(void **state UNUSED)
{
	const struct str s = STR(GET "Host: a\r\nA: b\r\n\r\nGET /next");
	struct head_scan scan = {0};
	size_t whole = s.n - strlen("GET /next");

	for (size_t n = 1; n < whole; n++) {
		assert_int_equal(head_end(str_slice(s, 0, n), &limits, &scan),
		    HEAD_PARTIAL);
	}
	assert_int_equal(head_end(s, &limits, &scan), HEAD_GOOD);
	assert_int_equal(scan.at, whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_line),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_body_framing),
		cmocka_unit_test(test_what_it_says),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

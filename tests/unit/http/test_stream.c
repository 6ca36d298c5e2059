/*
 * Bodies that are read by lines while they come: framing, lines that are too
 * long, refusals before the body, clients that stop or go away, and what
 * follows on a kept connection.
 */
#include "http/stream.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "http/conn.h"
#include "http/problem.h"
#include "park.h"
#include "peer.h"

enum { LINE_MAX_TEST = 64 };

static atomic_uint ended;	/* exchanges, however */

/* Each line is answered with its length, one that is too long with "long". */
static void
lengths(struct http_exchange *x, void *arena)
{
	struct str line;

	for (;;) {
		char text[16];

		switch (http_stream_line(x, arena, &line)) {
		case HTTP_LINE:
			snprintf(text, sizeof(text), "%zu\n", line.n);
			http_stream_put(x, str_of(text));
			break;
		case HTTP_LINE_LONG:
			http_stream_put(x, STR("long\n"));
			break;
		case HTTP_LINE_NONE:
			http_stream_wait(x, lengths, arena);
			return;
		case HTTP_LINE_END:
		case HTTP_LINE_GONE:
		default:
			arena_free(arena);
			http_stream_end(x);
			atomic_fetch_add(&ended, 1);
			return;
		}
	}
}

static void
begin(struct http_exchange *x, void *arena)
{
	http_stream_begin(x, 200, "text/plain");
	lengths(x, arena);
}

static void
stream(struct http_exchange *x)
{
	struct arena *arena = arena_new((size_t)1 << 24);

	assert_non_null(arena);
	http_stream_wait(x, begin, arena);
}

static void
refuse(struct http_exchange *x)
{
	problem_reply(x, PROBLEM_UNAUTHORIZED, NULL);
}

/* What a connection holds while its handler is busy, on its loop's thread. */
struct look {
	size_t held;
	bool reads;
	atomic_bool done;
};

static void
look(struct http_exchange *x, void *arg)
{
	struct bufferevent *bev = x->conn->bev;
	struct look *l = arg;

	l->held = evbuffer_get_length(bufferevent_get_input(bev));
	l->reads = (bufferevent_get_enabled(bev) & EV_READ) != 0;
	atomic_store(&l->done, true);
}

static struct look
look_at(struct http_exchange *x)
{
	struct look l = {0};

	http_resume(x, look, &l);
	while (!atomic_load(&l.done)) {
		(void)sched_yield();
	}
	return (struct look){.held = l.held, .reads = l.reads};
}

static const struct http_route routes[] = {
	{.method = HTTP_POST, .pattern = "/stream", .handler = stream,
	    .line_max = LINE_MAX_TEST, .accepts = "text/plain"},
	{.method = HTTP_POST, .pattern = "/busy", .handler = park,
	    .line_max = LINE_MAX_TEST, .accepts = "text/plain"},
	{.method = HTTP_POST, .pattern = "/refuse", .handler = refuse,
	    .line_max = LINE_MAX_TEST, .accepts = "text/plain"},
	{.method = HTTP_GET, .pattern = "/", .handler = hello},
};

#define POST_HEAD(path) "POST " path " HTTP/1.1\r\nHost: a\r\n" \
	"Content-Type: text/plain\r\n"
#define CHUNKED POST_HEAD("/stream") "Transfer-Encoding: chunked\r\n\r\n"

static void
start(struct served *s)
{
	served_init(s);
	s->options.routes = routes;
	s->options.n_routes = sizeof(routes) / sizeof(routes[0]);
	served_start(s);
	atomic_store(&ended, 0);
}

/* The server's chunks put together. */
static void
say_and_expect(struct peer *p, const char *bytes, const char *body)
{
	peer_say(p, bytes);
	assert_int_equal(peer_answer(p), 200);
	assert_string_equal(p->body, body);
}

static void
test_framing(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	/* A length, and a last line without an end. */
	say_and_expect(&p, POST_HEAD("/stream") "Content-Length: 8\r\n\r\n"
	    "a\nbc\n\ndd", "1\n2\n0\n2\n");
	/* Chunks that do not care for lines; on the same connection. */
	say_and_expect(&p, CHUNKED "3\r\na\nb\r\n1\r\nc\r\n2\r\n\nd\r\n"
	    "0\r\n\r\n", "1\n2\n1\n");
	/* No body at all, and the next request right behind it. */
	say_and_expect(&p, POST_HEAD("/stream") "Content-Length: 0\r\n\r\n"
	    GET("/"), "");
	assert_int_equal(peer_answer(&p), 200);
	assert_string_equal(p.body, "<p>hello");
	/* What is pipelined behind a body is not of it. */
	say_and_expect(&p, CHUNKED "2\r\na\n\r\n0\r\n\r\n" GET("/"), "1\n");
	assert_int_equal(peer_answer(&p), 200);
	peer_close(&p);
	served_stop(&s);
}

/* Answers come while the body does. */
static void
test_both_at_once(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	peer_say(&p, CHUNKED "2\r\na\n\r\n");
	for (int i = 0; i < 1000; i++) {
		peer_say(&p, "4\r\nabc\n\r\n");
	}
	peer_say(&p, "0\r\n\r\n");
	assert_int_equal(peer_answer(&p), 200);
	assert_int_equal(strlen(p.body), 2 + 1000 * 2);
	peer_close(&p);
	served_stop(&s);
}

static void
test_long_lines(void **state UNUSED)
{
	char body[400] = "", request[700];
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	memset(body, 'x', LINE_MAX_TEST);
	memset(body + LINE_MAX_TEST, 'y', 300);
	body[LINE_MAX_TEST] = '\n';
	snprintf(body + LINE_MAX_TEST + 300, 8, "\nz\n");
	snprintf(request, sizeof(request), POST_HEAD("/stream")
	    "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
	say_and_expect(&p, request, "64\nlong\n1\n");
	peer_close(&p);
	served_stop(&s);
}

/* The answer to a head that is not liked comes before the body, and whole. */
static void
test_refused_before_the_body(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	peer_say(&p, POST_HEAD("/refuse") "Content-Length: 1000000\r\n\r\nab\n");
	assert_int_equal(peer_answer(&p), 401);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
	peer_open(&p, s.port);
	peer_say(&p, "POST /stream HTTP/1.1\r\nHost: a\r\n"
	    "Content-Type: application/json\r\nContent-Length: 9\r\n\r\n");
	assert_int_equal(peer_answer(&p), 415);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
	served_stop(&s);
}

/* Chunks that make no sense: the answer has no end. */
static void
test_broken_chunks(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	peer_say(&p, CHUNKED "2\r\na\n\r\n+2\r\nb\n\r\n0\r\n\r\n");
	assert_int_equal(peer_answer(&p), 0);
	peer_close(&p);
	served_stop(&s);
	assert_int_equal(atomic_load(&ended), 1);
}

/*
 * Bug: while a handler was busy with what it had and more had come than is
 * held, the loop turned at full speed.
 */
static void
test_rests_while_busy(void **state UNUSED)
{
	enum { LINE = 1000, LINES = 240, HELD = 64 * 1024 };
	static const char head[] = POST_HEAD("/busy")
	    "Content-Length: 240000\r\n\r\n";
	static char body[LINES * LINE];
	struct arena *arena = arena_new((size_t)1 << 24);
	struct http_exchange *x;
	struct served s;
	struct peer p;
	struct look l;

	assert_non_null(arena);
	memset(body, 'a', sizeof(body));
	for (size_t i = LINE; i <= sizeof(body); i += LINE) {
		body[i - 1] = '\n';
	}
	start(&s);
	peer_open(&p, s.port);
	peer_say(&p, head);
	x = park_take();
	peer_send(&p, body, sizeof(body));
	do {
		l = look_at(x);
	} while (l.held < HELD);
	/* Each look is a turn of the loop, with the callbacks of the last. */
	for (int i = 0; i < 100 && l.reads; i++) {
		l = look_at(x);
	}
	assert_false(l.reads);
	http_resume(x, begin, arena);
	assert_int_equal(peer_answer(&p), 200);
	assert_int_equal(LINES * strlen("long\n"), p.body_n);
	say_and_expect(&p, CHUNKED "2\r\na\n\r\n0\r\n\r\n", "1\n");
	peer_close(&p);
	served_stop(&s);
}

/* Clients that go away in the middle leave nothing behind. */
static void
test_client_goes(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	for (int i = 0; i < 20; i++) {
		peer_open(&p, s.port);
		peer_say(&p, CHUNKED "2\r\na\n\r\n");
		if (i % 2 == 0) {
			peer_say(&p, "5\r\nab");
		}
		peer_close(&p);
	}
	peer_open(&p, s.port);
	say_and_expect(&p, POST_HEAD("/stream") "Content-Length: 2\r\n\r\na\n",
	    "1\n");
	/* However late the server hears of it: each handler is told. */
	while (atomic_load(&ended) < 21) {
		peer_say(&p, GET("/"));
		assert_int_equal(peer_answer(&p), 200);
	}
	peer_close(&p);
	served_stop(&s);
}

/* S135: a stream that waits for its client does not hold up the end. */
static void
test_stop(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	peer_say(&p, GET("/") CHUNKED "2\r\na\n\r\n");
	assert_int_equal(peer_answer(&p), 200);
	served_stop(&s);
	assert_true(atomic_load(&ended) <= 1);
	peer_close(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_framing),
		cmocka_unit_test(test_both_at_once),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_refused_before_the_body),
		cmocka_unit_test(test_broken_chunks),
		cmocka_unit_test(test_rests_while_busy),
		cmocka_unit_test(test_client_goes),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Deadlines and caps (S101), and a server without descriptors.
 */
#include "http/server.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "park.h"
#include "peer.h"

#define POST "POST /park HTTP/1.1\r\nHost: a\r\n"

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/", .handler = hello},
	{.method = HTTP_GET, .pattern = "/park", .handler = park},
	{.method = HTTP_POST, .pattern = "/park", .handler = park},
};

static void
init(struct served *s)
{
	served_init(s);
	s->options.routes = routes;
	s->options.n_routes = sizeof(routes) / sizeof(routes[0]);
}

static char late[] = "{\"late\":1}";

/* What stops in the middle is told so, and closed. */
static void
expect_timeout(const struct served *s, const char *before, const char *start)
{
	struct peer p;

	peer_open(&p, s->port);
	if (before != NULL) {
		peer_say(&p, before);
		assert_int_equal(peer_answer(&p), 200);
	}
	peer_say(&p, start);
	assert_int_equal(peer_answer(&p), 408);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

/* S101: a head or a body that does not come is not waited for. */
static void
test_slow_requests(void **state UNUSED)
{
	struct served s;

	init(&s);
	s.options.head_time = (duration_ms){200};
	served_start(&s);
	expect_timeout(&s, NULL, "G");
	expect_timeout(&s, NULL, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	/* On a kept connection the time begins anew. */
	expect_timeout(&s, GET("/"), "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	served_stop(&s);
	init(&s);
	s.options.body_time = (duration_ms){60};
	served_start(&s);
	expect_timeout(&s, NULL, POST "Content-Length: 5\r\n\r\n12");
	expect_timeout(&s, NULL,
	    POST "Transfer-Encoding: chunked\r\n\r\n5\r\n12");
	served_stop(&s);
}

/* A drip keeps nobody's connection alive: the deadline is absolute. */
static void
test_dripping_head(void **state UNUSED)
{
	struct served s;
	struct peer p;
	struct pollfd quiet;

	init(&s);
	s.options.head_time = (duration_ms){60};
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
	quiet = (struct pollfd){.fd = p.fd, .events = POLLIN};
	do {
		peer_say(&p, "y");
	} while (poll(&quiet, 1, 2) == 0);
	assert_int_equal(peer_answer(&p), 408);
	peer_close(&p);
	served_stop(&s);
}

static void
test_idle_connections_end(void **state UNUSED)
{
	struct served s;
	struct peer silent, idle;

	init(&s);
	s.options.head_time = (duration_ms){60};
	served_start(&s);
	peer_open(&silent, s.port);
	assert_true(peer_is_closed(&silent));
	peer_close(&silent);
	served_stop(&s);
	init(&s);
	s.options.idle_time = (duration_ms){60};
	served_start(&s);
	peer_open(&idle, s.port);
	peer_say(&idle, GET("/"));
	assert_int_equal(peer_answer(&idle), 200);
	assert_true(peer_is_closed(&idle));
	peer_close(&idle);
	served_stop(&s);
}

/* The deadlines are for the client; a handler may take longer. */
static void
test_deadlines_do_not_hit_handlers(void **state UNUSED)
{
	struct served s;
	struct peer p, slow;
	struct http_exchange *x;

	init(&s);
	s.options.head_time = (duration_ms){250};
	s.options.body_time = (duration_ms){250};
	s.options.idle_time = (duration_ms){250};
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, GET("/park"));
	x = park_take();
	/* Another connection lives through its whole deadline meanwhile. */
	peer_open(&slow, s.port);
	assert_true(peer_is_closed(&slow));
	peer_close(&slow);
	http_resume(x, park_answer, late);
	assert_int_equal(peer_answer(&p), 200);
	assert_string_equal(p.body, "{\"late\":1}");
	peer_close(&p);
	served_stop(&s);
}

static void
test_caps(void **state UNUSED)
{
	struct served s;
	struct peer a, b, c;

	init(&s);
	s.options.connections_per_ip = 2;
	served_start(&s);
	peer_open(&a, s.port);
	peer_say(&a, GET("/"));
	assert_int_equal(peer_answer(&a), 200);
	peer_open(&b, s.port);
	peer_say(&b, GET("/"));
	assert_int_equal(peer_answer(&b), 200);
	assert_int_equal(http_server_connections(s.server), 2);
	peer_open(&c, s.port);
	assert_true(peer_is_closed(&c));
	peer_close(&c);
	/* A place that is free again can be taken. */
	peer_say(&b, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	assert_int_equal(peer_answer(&b), 200);
	assert_true(peer_is_closed(&b));
	peer_close(&b);
	peer_open(&c, s.port);
	peer_say(&c, GET("/"));
	assert_int_equal(peer_answer(&c), 200);
	peer_close(&c);
	peer_close(&a);
	served_stop(&s);
}

/* A trusted proxy brings everybody; only the cap for all holds. */
static void
test_caps_and_proxies(void **state UNUSED)
{
	struct served s;
	struct peer p[3], last;
	struct ip_net net;

	init(&s);
	assert_true(ip_net_parse(STR("127.0.0.1"), &net));
	s.options.trusted = &net;
	s.options.n_trusted = 1;
	s.options.connections_per_ip = 1;
	s.options.connections_max = 3;
	served_start(&s);
	for (int i = 0; i < 3; i++) {
		peer_open(&p[i], s.port);
		peer_say(&p[i], GET("/"));
		assert_int_equal(peer_answer(&p[i]), 200);
	}
	peer_open(&last, s.port);
	assert_true(peer_is_closed(&last));
	peer_close(&last);
	for (int i = 0; i < 3; i++) {
		peer_close(&p[i]);
	}
	served_stop(&s);
}

/* No descriptor for a client: it waits in the queue, and is served later. */
static void
test_no_descriptors(void **state UNUSED)
{
	struct rlimit old, low;
	struct served s;
	struct peer p, other;

	init(&s);
	served_start(&s);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	peer_open(&other, s.port);
	peer_say(&other, GET("/"));
	assert_int_equal(peer_answer(&other), 200);
	low = old;
	/* One more descriptor, the client's: the server gets none. */
	low.rlim_cur = (rlim_t)dup(0) + 1;
	(void)close((int)low.rlim_cur - 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	peer_open(&p, s.port);
	peer_say(&p, GET("/"));
	/* Those that are connected do not notice. */
	for (int i = 0; i < 3; i++) {
		peer_say(&other, GET("/"));
		assert_int_equal(peer_answer(&other), 200);
	}
	assert_int_equal(http_server_connections(s.server), 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(peer_answer(&p), 200);
	peer_close(&p);
	peer_close(&other);
	served_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_requests),
		cmocka_unit_test(test_dripping_head),
		cmocka_unit_test(test_idle_connections_end),
		cmocka_unit_test(test_deadlines_do_not_hit_handlers),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_caps_and_proxies),
		cmocka_unit_test(test_no_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

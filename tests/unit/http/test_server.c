/*
 * Answers that come later and from elsewhere, clients that go away, and the
 * end (S135).
 */
#include "http/server.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>

#include "park.h"
#include "peer.h"

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/", .handler = hello},
	{.method = HTTP_GET, .pattern = "/park", .handler = park},
};

static void
init(struct served *s)
{
	served_init(s);
	s->options.routes = routes;
	s->options.n_routes = sizeof(routes) / sizeof(routes[0]);
}

static char brief[] = "{}", late[] = "{\"late\":1}";

/* A client that hangs up, even with a reset, while its answer is pending. */
static void
test_client_hangs_up(void **state UNUSED)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	struct served s;
	struct peer p;

	init(&s);
	served_start(&s);
	for (int i = 0; i < 20; i++) {
		struct http_exchange *x;

		peer_open(&p, s.port);
		peer_say(&p, GET("/park") GET("/park"));
		x = park_take();
		if (i % 2 == 0) {
			assert_int_equal(setsockopt(p.fd, SOL_SOCKET, SO_LINGER,
			    &reset, sizeof(reset)), 0);
		}
		peer_close(&p);
		/* It is still there, and whole. */
		assert_true(str_equal(http_path(x), STR("/park")));
		http_resume(x, park_answer, brief);
		/* Without a reset the server may read the second request. */
		if (i % 2 == 1) {
			http_resume(park_take(), park_answer, brief);
		}
	}
	peer_open(&p, s.port);
	peer_say(&p, GET("/"));
	assert_int_equal(peer_answer(&p), 200);
	peer_close(&p);
	served_stop(&s);
}

/* One thread resumes what another parked, ten thousand times. */
enum { RESUMES = 10000, CLIENTS = 8 };

static void *
resumer(void *arg)
{
	(void)arg;
	for (int done = 0; done < RESUMES;) {
		struct http_batch batch = {NULL, NULL};
		struct http_exchange *x = park_take();

		/* All that are there, as a writer's batch is. */
		for (; x != NULL; x = park_try()) {
			http_batch_add(&batch, x, park_answer, brief);
			done++;
		}
		http_batch_send(&batch);
	}
	return NULL;
}

static void
test_resumed_10000_times(void **state UNUSED)
{
	static struct peer p[CLIENTS];
	struct served s;
	pthread_t thread;

	init(&s);
	s.options.threads = 2;
	served_start(&s);
	assert_int_equal(pthread_create(&thread, NULL, resumer, NULL), 0);
	for (int c = 0; c < CLIENTS; c++) {
		peer_open(&p[c], s.port);
	}
	for (int i = 0; i < RESUMES / CLIENTS; i++) {
		for (int c = 0; c < CLIENTS; c++) {
			peer_say(&p[c], GET("/park"));
		}
		for (int c = 0; c < CLIENTS; c++) {
			assert_int_equal(peer_answer(&p[c]), 200);
		}
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (int c = 0; c < CLIENTS; c++) {
		peer_close(&p[c]);
	}
	served_stop(&s);
}

static void *
stopper(void *arg)
{
	struct served *s = arg;
	static enum err e;

	e = http_server_stop(s->server, SECONDS(5));
	return &e;
}

/* S135: what is in flight is finished, what is idle is closed. */
static void
test_graceful_stop(void **state UNUSED)
{
	struct served s;
	struct peer busy, idle;
	struct http_exchange *x;
	pthread_t thread;
	void *e;

	init(&s);
	s.options.threads = 2;
	served_start(&s);
	peer_open(&idle, s.port);
	peer_say(&idle, GET("/"));
	assert_int_equal(peer_answer(&idle), 200);
	peer_open(&busy, s.port);
	peer_say(&busy, GET("/park"));
	x = park_take();
	assert_int_equal(pthread_create(&thread, NULL, stopper, &s), 0);
	assert_true(peer_is_closed(&idle));
	http_resume(x, park_answer, late);
	assert_int_equal(peer_answer(&busy), 200);
	assert_string_equal(busy.body, "{\"late\":1}");
	/* Its loop may hear of the stop before or after this answer. */
	assert_true(peer_is_closed(&busy));
	assert_int_equal(pthread_join(thread, &e), 0);
	assert_int_equal(*(enum err *)e, ERR_NONE);
	peer_close(&idle);
	peer_close(&busy);
	http_server_free(s.server);
}

/* A handler that never answers cannot keep the server from ending. */
static void
test_stop_without_an_answer(void **state UNUSED)
{
	struct served s;
	struct peer p;
	struct http_exchange *x;

	init(&s);
	served_start(&s);
	peer_open(&p, s.port);
	peer_say(&p, GET("/park"));
	x = park_take();
	assert_int_equal(http_server_stop(s.server, (duration_ms){20}),
	    ERR_TIMEOUT);
	assert_true(str_equal(http_path(x), STR("/park")));
	http_resume(x, park_answer, brief);
	http_server_free(s.server);
	assert_true(peer_is_closed(&p));
	peer_close(&p);
}

static void
test_two_servers_one_port(void **state UNUSED)
{
	struct served s, other;
	uint16_t port;

	for (unsigned threads = 1; threads <= 2; threads++) {
		init(&s);
		s.options.threads = threads;
		served_start(&s);
		init(&other);
		other.options.threads = threads;
		other.options.port = s.port;
		assert_int_equal(http_server_new(&other.options, &other.server),
		    ERR_NONE);
		assert_int_equal(http_server_start(other.server, &port),
		    ERR_EXISTS);
		http_server_free(other.server);
		served_stop(&s);
	}
}

static void
test_bad_options(void **state UNUSED)
{
	struct served s;
	uint16_t port;

	init(&s);
	s.options.threads = 0;
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_RANGE);
	init(&s);
	s.options.tls_certificate = "/nonexistent";
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_RANGE);
	s.options.tls_key = "/nonexistent";
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_IO);
	init(&s);
	s.options.host = "example.com";
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_NONE);
	assert_int_equal(http_server_start(s.server, &port), ERR_RANGE);
	http_server_free(s.server);
	http_server_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_client_hangs_up),
		cmocka_unit_test(test_resumed_10000_times),
		cmocka_unit_test(test_graceful_stop),
		cmocka_unit_test(test_stop_without_an_answer),
		cmocka_unit_test(test_two_servers_one_port),
		cmocka_unit_test(test_bad_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

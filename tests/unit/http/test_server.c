/*
 * The server around its requests: deadlines and caps (S101), answers that
 * come later and from elsewhere, clients that go away, and the end (S135).
 */
#include "http/server.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/problem.h"
#include "http/rate.h"
#include "peer.h"

/* Exchanges that a handler has left for the test, in their order. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct http_exchange *x[64];
	size_t n;
} parked = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, {NULL}, 0};

static void
park(struct http_exchange *x)
{
	(void)pthread_mutex_lock(&parked.lock);
	assert_true(parked.n < 64);
	parked.x[parked.n++] = x;
	(void)pthread_cond_signal(&parked.more);
	(void)pthread_mutex_unlock(&parked.lock);
}

static struct http_exchange *
take_parked(void)
{
	struct http_exchange *x;

	(void)pthread_mutex_lock(&parked.lock);
	while (parked.n == 0) {
		(void)pthread_cond_wait(&parked.more, &parked.lock);
	}
	x = parked.x[0];
	parked.n--;
	for (size_t i = 0; i < parked.n; i++) {
		parked.x[i] = parked.x[i + 1];
	}
	(void)pthread_mutex_unlock(&parked.lock);
	return x;
}

static char brief[] = "{}", late[] = "{\"late\":1}";

static void
answer(struct http_exchange *x, void *arg)
{
	http_reply_json(x, 200, str_of(arg));
}

static void
hello(struct http_exchange *x)
{
	http_reply(x, 200, "text/html; charset=utf-8", STR("<p>hello"));
}

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
	{.method = HTTP_GET, .pattern = "/park", .handler = park},
	{.method = HTTP_POST, .pattern = "/park", .handler = park},
	{.method = HTTP_GET, .pattern = "/limited", .handler = limited},
	{.method = HTTP_GET, .pattern = "/inject", .handler = inject},
	{.method = HTTP_GET, .pattern = "/flaws", .handler = flaws},
	{.method = HTTP_GET, .pattern = "/nothing", .handler = nothing},
};

#define POST "POST /park HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

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
	x = take_parked();
	/* Another connection lives through its whole deadline meanwhile. */
	peer_open(&slow, s.port);
	assert_true(peer_is_closed(&slow));
	peer_close(&slow);
	http_resume(x, answer, late);
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
		x = take_parked();
		if (i % 2 == 0) {
			assert_int_equal(setsockopt(p.fd, SOL_SOCKET, SO_LINGER,
			    &reset, sizeof(reset)), 0);
		}
		peer_close(&p);
		/* It is still there, and whole. */
		assert_true(str_equal(http_path(x), STR("/park")));
		http_resume(x, answer, brief);
		/* Without a reset the server may read the second request. */
		if (i % 2 == 1) {
			http_resume(take_parked(), answer, brief);
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

		/* All that are there, as a writer's batch is. */
		http_batch_add(&batch, take_parked(), answer, brief);
		done++;
		(void)pthread_mutex_lock(&parked.lock);
		while (parked.n > 0) {
			http_batch_add(&batch, parked.x[--parked.n], answer,
			    brief);
			done++;
		}
		(void)pthread_mutex_unlock(&parked.lock);
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
	x = take_parked();
	assert_int_equal(pthread_create(&thread, NULL, stopper, &s), 0);
	assert_true(peer_is_closed(&idle));
	http_resume(x, answer, late);
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
	x = take_parked();
	assert_int_equal(http_server_stop(s.server, (duration_ms){20}),
	    ERR_TIMEOUT);
	assert_true(str_equal(http_path(x), STR("/park")));
	http_resume(x, answer, brief);
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
		cmocka_unit_test(test_slow_requests),
		cmocka_unit_test(test_dripping_head),
		cmocka_unit_test(test_idle_connections_end),
		cmocka_unit_test(test_deadlines_do_not_hit_handlers),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_caps_and_proxies),
		cmocka_unit_test(test_client_hangs_up),
		cmocka_unit_test(test_resumed_10000_times),
		cmocka_unit_test(test_graceful_stop),
		cmocka_unit_test(test_stop_without_an_answer),
		cmocka_unit_test(test_two_servers_one_port),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_bad_options),
		cmocka_unit_test(test_dispatch_and_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

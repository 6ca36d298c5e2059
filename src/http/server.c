#include "http/server.h"

#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "http/listen.h"
#include "http/loop.h"
#include "http/peers.h"
#include "http/reserve.h"
#include "http/tls.h"

enum { THREADS_MAX = 64 };

struct http_server {
	struct http_server_options options;
	struct http_router *router;
	struct peers *peers;
	struct tls *tls;
	struct loop *loops;
	unsigned n_loops;	/* that loop_init made */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
be_silent(int severity UNUSED, const char *message UNUSED)
{
	/* What matters comes back as a result; lower layers do not log. */
}

/* Bodies hold codes and addresses: libevent's memory is wiped (I8). */
static void
prepare(void)
{
	event_set_mem_functions(reserve_malloc, reserve_realloc,
	    reserve_free);
	event_set_log_callback(be_silent);
}

struct http_server_options
http_server_defaults(void)
{
	return (struct http_server_options){
		.host = "127.0.0.1", .port = 8640, .threads = 1,
		.line_max = 8192, .head_max = 16384, .fields_max = 100,
		.body_max = (size_t)64 * 1024,
		.head_time = SECONDS(10), .body_time = SECONDS(20),
		.idle_time = SECONDS(60), .write_time = SECONDS(60),
		.connections_max = 10000, .connections_per_ip = 256,
		.clock = clock_system(), .rng = rng_system(),
	};
}

static bool
options_are_good(const struct http_server_options *o)
{
	return o->threads >= 1 && o->threads <= THREADS_MAX &&
	    o->line_max >= 64 && o->head_max >= o->line_max &&
	    o->head_max <= (size_t)1024 * 1024 && o->fields_max >= 1 &&
	    o->head_time.v > 0 && o->body_time.v > 0 && o->idle_time.v > 0 &&
	    o->write_time.v > 0 && o->connections_max >= 1 &&
	    o->connections_per_ip >= 1 &&
	    (o->tls_certificate == NULL) == (o->tls_key == NULL);
}

enum err
http_server_new(const struct http_server_options *options,
    struct http_server **ret_server)
{
	struct http_server *s;
	enum err e;

	(void)pthread_once(&once, prepare);
	if (!options_are_good(options)) {
		return ERR_RANGE;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->options = *options;
	e = http_router_new(options->routes, options->n_routes, &s->router);
	if (e == ERR_NONE) {
		e = peers_new(options->connections_max,
		    options->connections_per_ip, &options->rng, &s->peers);
	}
	if (e == ERR_NONE && options->tls_certificate != NULL) {
		e = tls_new(options->tls_certificate, options->tls_key, &s->tls);
	}
	if (e == ERR_NONE) {
		s->loops = calloc(options->threads, sizeof(*s->loops));
		e = s->loops == NULL ? ERR_NOMEM : ERR_NONE;
	}
	if (e != ERR_NONE) {
		http_server_free(s);
		return e;
	}
	*ret_server = s;
	return ERR_NONE;
}

static void
stop_loops(struct http_server *s, duration_ms grace)
{
	for (unsigned i = 0; i < s->n_loops; i++) {
		if (s->loops[i].started) {
			loop_ask_stop(&s->loops[i], grace);
		}
	}
	for (unsigned i = 0; i < s->n_loops; i++) {
		loop_join(&s->loops[i]);
	}
}

/* All loops are made before any starts: they are not moved any more. */
static enum err
start_loops(struct http_server *s, const int *fds)
{
	const struct http_server_options *o = &s->options;
	enum err e = ERR_NONE;

	for (unsigned i = 0; i < o->threads; i++) {
		if (e != ERR_NONE) {
			(void)close(fds[i]);
			continue;
		}
		e = loop_init(&s->loops[i], o, s->router, s->peers, s->tls,
		    fds[i]);
		s->n_loops += e == ERR_NONE ? 1 : 0;
	}
	for (unsigned i = 0; i < s->n_loops && e == ERR_NONE; i++) {
		e = loop_start(&s->loops[i]);
	}
	return e;
}

enum err
http_server_start(struct http_server *s, uint16_t *ret_port)
{
	const struct http_server_options *o = &s->options;
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int fds[THREADS_MAX];
	enum err e;

	(void)sigaction(SIGPIPE, &ignore, NULL);
	e = listen_sockets(o->host, o->port, o->threads, fds, ret_port);
	if (e != ERR_NONE) {
		return e;
	}
	e = start_loops(s, fds);
	if (e != ERR_NONE) {
		stop_loops(s, (duration_ms){0});
	}
	return e;
}

enum err
http_server_stop(struct http_server *s, duration_ms grace)
{
	enum err e = ERR_NONE;

	stop_loops(s, grace);
	for (unsigned i = 0; i < s->n_loops; i++) {
		if (s->loops[i].unfinished) {
			e = ERR_TIMEOUT;
		}
	}
	return e;
}

void
http_server_free(struct http_server *s)
{
	if (s == NULL) {
		return;
	}
	for (unsigned i = 0; i < s->n_loops; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
		loop_done(&s->loops[i]);	/* there are n_loops of them */
	}
	free(s->loops);
	tls_free(s->tls);
	peers_free(s->peers);
	http_router_free(s->router);
	free(s);
}

unsigned
http_server_connections(struct http_server *s)
{
	return peers_count(s->peers);
}

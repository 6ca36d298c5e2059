#include "app/server.h"

#include <assert.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "api/metrics.h"
#include "app/admin.h"
#include "app/control.h"
#include "app/keeper.h"
#include "app/places.h"
#include "app/passwords.h"
#include "app/sandbox.h"
#include "app/sandclock.h"
#include "app/ways.h"
#include "app/tzdata.h"
#include "crypto/jws.h"
#include "flow/directory.h"

enum { ROUTES_MAX = 256, TRUSTED_MAX = 64, KEY_SET_MAX = 16384, URL_MAX = 96 };

struct server {
	struct config config;
	struct install install;
	struct sandclock sandclock;
	struct tzdata tzdata;
	struct directory *directory;
	struct ways ways;
	struct keeper *keeper;
	struct control *control;
	struct hashes *hashes;
	struct sandbox_api *sandbox;
	struct http_server *http;
	struct api api;
	struct buf key_set;
	struct http_route routes[ROUTES_MAX];
	size_t n_routes;
	struct ip_net trusted[TRUSTED_MAX];
	char url[URL_MAX];
};

/* The store's hook: set before the store opens, used once it serves. */
static void
on_messages(void *ctx)
{
	struct server *s = ctx;

	ways_wake(&s->ways);
}

static void
more_metrics(void *ctx, struct buf *out)
{
	struct server *s = ctx;

	ways_metrics(&s->ways, out);
	buf_printf(out, "# TYPE watchword_http_connections gauge\n"
	    "watchword_http_connections %u\n",
	    http_server_connections(s->http));
	buf_printf(out, "# TYPE watchword_audit_sealed_seconds gauge\n"
	    "watchword_audit_sealed_seconds %lld\n",
	    (long long)(keeper_sealed_at(s->keeper).v / 1000));
}

/* The keeper refreshes the directory in each round. */
static enum err
when_known(void *ctx, void (*fn)(void *arg), void *arg)
{
	struct server *s = ctx;

	return keeper_do(s->keeper, fn, arg);
}

static void
add_routes(struct server *s, const struct http_route *routes, size_t n)
{
	assert(s->n_routes + n <= ROUTES_MAX);
	memcpy(s->routes + s->n_routes, routes, n * sizeof(*routes));
	s->n_routes += n;
}

static void
collect_routes(struct server *s)
{
	size_t n;
	const struct http_route *routes = api_routes(&n);

	add_routes(s, routes, n);
	if (s->config.sandbox) {
		routes = api_try_routes(&n);
		add_routes(s, routes, n);
		routes = sandbox_api_routes(&n);
		add_routes(s, routes, n);
	}
}

/* HTTP. */

static enum err
read_trusted(struct server *s, struct http_server_options *o)
{
	struct str rest = str_of(s->config.server_trusted_proxies), part;

	while (rest.n > 0 && str_split(&rest, ',', &part)) {
		if (o->n_trusted == TRUSTED_MAX ||
		    !ip_net_parse(str_trim(part),
		    &s->trusted[o->n_trusted])) {
			return ERR_SYNTAX;
		}
		o->n_trusted++;
	}
	o->trusted = s->trusted;
	return ERR_NONE;
}

static void
count(void *app, const struct http_done *done)
{
	const struct api *api = app;

	api_metrics_count(api->metrics, done);
}

/* An empty setting is no setting. */
static const char *
or_null(const char *setting)
{
	return setting[0] != '\0' ? setting : NULL;
}

static enum err
http_options(struct server *s, const struct config_listen *listen,
    struct http_server_options *o)
{
	const struct config *c = &s->config;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	*o = http_server_defaults();
	o->host = listen->host;
	o->port = listen->port;
	o->threads = c->server_threads > 0 ? (unsigned)c->server_threads
	    : cores > 64 ? 64 : cores > 0 ? (unsigned)cores : 1;
	o->tls_certificate = or_null(c->server_tls_certificate_file);
	o->tls_key = or_null(c->server_tls_key_file);
	o->head_time = (duration_ms){c->server_header_timeout_ms};
	o->body_time = (duration_ms){c->server_body_timeout_ms};
	o->idle_time = (duration_ms){c->server_idle_timeout_ms};
	o->write_time = (duration_ms){c->server_write_timeout_ms};
	o->connections_max = (unsigned)c->server_connections_max;
	o->connections_per_ip = (unsigned)c->server_connections_per_address;
	o->clock = s->install.flow.clock;
	o->rng = s->install.flow.rng;
	o->routes = s->routes;
	o->n_routes = s->n_routes;
	o->done = count;
	o->dispatch = c->sandbox ? sandbox_api_dispatch : NULL;
	o->app = &s->api;
	return read_trusted(s, o);
}

static void
say_tls(struct buf *reason, enum err e)
{
	buf_printf(reason, "server.tls_certificate_file, server.tls_key_file: "
	    "%s", e == ERR_CRYPTO ? "they are not a certificate and its key"
	    : "one of them cannot be read");
}

static enum err
start_http(struct server *s, struct buf *reason)
{
	struct http_server_options o;
	struct config_listen listen;
	uint16_t port = 0;
	enum err e = ERR_SYNTAX;

	if (config_listen_parse(str_of(s->config.server_listen), &listen)) {
		e = http_options(s, &listen, &o);
	}
	if (e == ERR_NONE) {
		e = http_server_new(&o, &s->http);
		if ((e == ERR_IO || e == ERR_CRYPTO) &&
		    o.tls_certificate != NULL) {
			say_tls(reason, e);
			return e;
		}
	}
	if (e == ERR_NONE) {
		e = http_server_start(s->http, &port);
	}
	if (e != ERR_NONE) {
		buf_printf(reason, "cannot listen on %s: %s",
		    s->config.server_listen, e == ERR_EXISTS
		    ? "the port is taken" : err_name(e));
		return e;
	}
	snprintf(s->url, sizeof(s->url), "%s://%s%s%s:%u",
	    o.tls_certificate != NULL ? "https" : "http",
	    strchr(listen.host, ':') != NULL ? "[" : "", listen.host,
	    strchr(listen.host, ':') != NULL ? "]" : "", (unsigned)port);
	return ERR_NONE;
}

static void
post(void *arg)
{
	sem_post(arg);
}

/* What was changed counts from now on, not from the keeper's next round. */
static void
wait_for_round(struct server *s)
{
	sem_t done;

	sem_init(&done, 0, 0);
	if (keeper_do(s->keeper, post, &done) == ERR_NONE) {
		while (sem_wait(&done) != 0) {
			/* interrupted by a signal */
		}
	}
	sem_destroy(&done);
}

static int
control(void *ctx, int argc, const char *const *argv, struct buf *out,
    struct buf *problems)
{
	struct server *s = ctx;
	int status;

	/* What doctor asks; a server that is not there has no health. */
	if (argc == 1 && strcmp(argv[0], "ways") == 0) {
		ways_list(&s->ways, out);
		return 0;
	}
	status = admin_run(&s->install, argc, argv, out, problems);

	wait_for_round(s);
	return status;
}

static enum err
start_ways(struct server *s, struct buf *reason)
{
	s->ways.config = &s->config;
	s->ways.data = s->install.paths.data;
	s->ways.flow = &s->install.flow;
	s->ways.directory = s->directory;
	s->ways.sandbox = s->sandbox;
	return ways_start(&s->ways, reason);
}

static enum err
start_parts(struct server *s, struct buf *reason)
{
	struct keeper_options k = {
		.flow = &s->install.flow,
		.head_file = s->install.paths.head,
	};
	enum err e = directory_new(&s->install.flow, &s->directory);

	k.directory = s->directory;
	if (e == ERR_NONE) {
		e = keeper_start(&k, &s->keeper);
	}
	if (e == ERR_NONE && s->config.sandbox) {
		e = sandbox_api_new(&s->sandclock, s->keeper, &s->sandbox);
	}
	if (e == ERR_NONE) {
		e = start_ways(s, reason);
	}
	if (e == ERR_NONE) {
		e = control_start(s->install.paths.control, control, s,
		    &s->control);
		if (e == ERR_BUSY) {
			buf_printf(reason, "%s: another server uses this data "
			    "folder", s->install.paths.data);
		} else if (e == ERR_LIMIT) {
			buf_printf(reason, "%s: this path is too long for a "
			    "socket", s->install.paths.control);
		}
	}
	if (e == ERR_NONE) {
		e = jws_key_set(s->install.ring, &s->key_set);
	}

	return e;
}

static enum err
start_api(struct server *s)
{
	enum err e = passwords_start(&s->config, s->install.flow.rng,
	    &s->hashes);

	collect_routes(s);
	s->api = (struct api){
		.flow = &s->install.flow,
		.directory = s->directory,
		.metrics = api_metrics_new(s->routes, s->n_routes),
		.alarm = alarm_new(),
		.hashes = s->hashes,
		.sandbox = s->config.sandbox,
		.sandbox_api = s->sandbox,
		.providers = &s->ways.gateways.all,
		.provider_tokens = s->ways.gateways.tokens,
		.hosts = s->config.server_hosts,
		.key_set = buf_view(&s->key_set),
		.more_metrics = more_metrics,
		.when_known = when_known,
		.ctx = s,
	};
	return s->api.metrics == NULL || s->api.alarm == NULL ? ERR_NOMEM : e;
}

static enum err
start(struct server *s, const char *dir, struct buf *reason)
{
	const struct install_hooks hooks = {on_messages, s};
	struct clock clock = s->config.sandbox
	    ? sandclock_clock(&s->sandclock) : clock_system();
	enum err e = install_open(&s->config, dir, INSTALL_SERVE, clock,
	    &hooks, reason, &s->install);

	tzdata_open(&s->tzdata, &s->install.flow);
	if (e == ERR_NONE) {
		e = start_parts(s, reason);
	}
	if (e == ERR_NONE) {
		e = start_api(s);
	}
	if (e == ERR_NONE) {
		e = places_open(&s->config, reason, &s->api.places);
	}
	if (e == ERR_NONE) {
		e = start_http(s, reason);
	}
	if (e != ERR_NONE && buf_view(reason).n == 0) {
		buf_printf(reason, "cannot start: %s", err_name(e));
	}
	return e;
}

enum err
server_start(const struct config *config, const char *dir,
    struct buf *reason, struct server **ret_server)
{
	struct server *s = calloc(1, sizeof(*s));
	enum err e;

	if (s == NULL) {
		buf_z(reason, "there is not enough memory");
		return ERR_NOMEM;
	}
	s->config = *config;
	sandclock_init(&s->sandclock);
	buf_init(&s->key_set, KEY_SET_MAX);
	e = start(s, dir, reason);
	if (e != ERR_NONE) {
		(void)server_stop(s);
		return e;
	}
	*ret_server = s;
	return ERR_NONE;
}

const char *
server_url(const struct server *s)
{
	return s->url;
}

/*
 * In the order in which nothing is woken that is gone: first those who ask,
 * then those who work for them, at last the store.
 */
enum err
server_stop(struct server *s)
{
	enum err e = ERR_NONE;

	if (s->http != NULL) {
		e = http_server_stop(s->http,
		    SECONDS(s->config.server_stop_timeout_s));
	}
	hashes_free(s->hashes);
	control_stop(s->control);
	ways_stop(&s->ways);
	keeper_stop(s->keeper);
	if (s->install.flow.store != NULL) {
		store_close(s->install.flow.store);
		s->install.flow.store = NULL;
	}
	ways_free(&s->ways);
	http_server_free(s->http);
	sandbox_api_free(s->sandbox);
	directory_free(s->directory);
	install_close(&s->install);
	tzdata_close(&s->tzdata);
	api_metrics_free(s->api.metrics);
	alarm_free(s->api.alarm);
	mmdb_close(s->api.places);
	buf_done(&s->key_set);
	free(s);
	return e;
}

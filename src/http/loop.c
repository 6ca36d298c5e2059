#include "http/loop.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/registers.h"
#include "http/conn.h"

enum { ANSWER_HEAD_MAX = 64 * 1024 };

/* The thread's own loop, for the one callback that evhttp keeps to itself. */
static _Thread_local struct loop *mine;

/* Request ids need no secret source, only a system call now and then. */
static enum err
draw(void *ctx, void *p, size_t n)
{
	struct loop *l = ctx;

	assert(n <= LOOP_RANDOM);
	if (l->random_left < n) {
		enum err e = rng_fill(&l->options->rng, l->random, LOOP_RANDOM);

		if (e != ERR_NONE) {
			return e;
		}
		l->random_left = LOOP_RANDOM;
	}
	l->random_left -= n;
	memcpy(p, l->random + l->random_left, n);
	return ERR_NONE;
}

mono_ms
loop_now(const struct loop *l)
{
	return clock_mono(&l->options->clock);
}

const char *
loop_date(struct loop *l)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	unix_ms now = clock_now(&l->options->clock);
	struct civil c;

	if (now.v / 1000 != l->date_s) {
		l->date_s = now.v / 1000;
		c = unix_ms_civil(now);
		(void)snprintf(l->date, sizeof(l->date),
		    "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		    days + c.weekday * 3, c.day, months + (c.month - 1) * 3,
		    c.year, c.hour, c.minute, c.second);
	}
	return l->date;
}

static void
poke(struct loop *l)
{
	const uint64_t one = 1;

	/* It fails only when the counter is full, and then the loop is awake. */
	(void)!write(l->wake_fd, &one, sizeof(one));
}

void
loop_enqueue(struct loop *l, struct http_exchange *first,
    struct http_exchange *last)
{
	bool was_empty;

	last->next = NULL;
	(void)pthread_mutex_lock(&l->lock);
	was_empty = l->first == NULL;
	if (was_empty) {
		l->first = first;
	} else {
		l->last->next = first;
	}
	l->last = last;
	(void)pthread_mutex_unlock(&l->lock);
	if (was_empty) {
		poke(l);
	}
}

static void
grace_ended(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct loop *l = arg;

	for (struct conn *c = l->conns; c != NULL; c = c->next) {
		l->unfinished |= c->x.open;
	}
	(void)event_base_loopbreak(l->base);
}

static void
begin_stop(struct loop *l, duration_ms grace)
{
	struct timeval tv = {grace.v / 1000, grace.v % 1000 * 1000};
	struct conn *next;

	l->stopping = true;
	if (l->bound != NULL) {
		evhttp_del_accept_socket(l->evhttp, l->bound);
		l->bound = NULL;
	}
	for (struct conn *c = l->conns; c != NULL; c = next) {
		next = c->next;
		conn_stop(c);
	}
	if (l->conns == NULL || event_add(l->grace, &tv) != 0) {
		(void)event_base_loopbreak(l->base);
	}
}

void
loop_ended(struct loop *l)
{
	if (l->stopping && l->conns == NULL) {
		(void)event_base_loopbreak(l->base);
	}
}

static void
woken(evutil_socket_t fd, short what UNUSED, void *arg)
{
	struct loop *l = arg;
	struct http_exchange *x, *next;
	uint64_t count;
	bool stop;
	duration_ms grace;

	(void)!read(fd, &count, sizeof(count));
	(void)pthread_mutex_lock(&l->lock);
	x = l->first;
	l->first = NULL;
	stop = l->stop_asked && !l->stopping;
	grace = l->stop_grace;
	(void)pthread_mutex_unlock(&l->lock);
	for (; x != NULL; x = next) {
		next = x->next;
		x->fn(x, x->arg);
	}
	if (stop) {
		begin_stop(l, grace);
	}
}

static void
accept_again(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct loop *l = arg;

	if (l->bound != NULL) {
		(void)evconnlistener_enable(
		    evhttp_bound_socket_get_listener(l->bound));
	}
}

static enum err
make_base(struct loop *l)
{
	struct event_config *config = event_config_new();

	if (config == NULL) {
		return ERR_NOMEM;
	}
	/* One thread uses it: no locks, and fewer system calls. */
	(void)event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	(void)event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
	l->base = event_base_new_with_config(config);
	event_config_free(config);
	return l->base == NULL ? ERR_NOMEM : ERR_NONE;
}

static enum err
make_events(struct loop *l)
{
	l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (l->wake_fd < 0) {
		return ERR_IO;
	}
	l->wake = event_new(l->base, l->wake_fd, EV_READ | EV_PERSIST, woken, l);
	l->grace = evtimer_new(l->base, grace_ended, l);
	l->accept_again = evtimer_new(l->base, accept_again, l);
	if (l->wake == NULL || l->grace == NULL || l->accept_again == NULL ||
	    event_add(l->wake, NULL) != 0) {
		return ERR_NOMEM;
	}
	return ERR_NONE;
}

/*
 * No descriptors left, most likely.  The connection stays in the kernel's
 * queue and would call again at once and for ever; so the loop looks away
 * for a moment, and works on those that it has.
 */
static void
accept_failed(struct evconnlistener *listener, void *evhttp UNUSED)
{
	const struct timeval pause = {0, 100000};
	struct loop *l = mine;

	if (event_add(l->accept_again, &pause) == 0) {
		(void)evconnlistener_disable(listener);
	}
}

static enum err
make_listener(struct loop *l, int fd)
{
	struct evconnlistener *listener;

	l->bound = evhttp_accept_socket_with_handle(l->evhttp, fd);
	if (l->bound == NULL) {
		return ERR_NOMEM;
	}
	listener = evhttp_bound_socket_get_listener(l->bound);
	evconnlistener_set_error_cb(listener, accept_failed);
	return ERR_NONE;
}

static enum err
make_evhttp(struct loop *l, int fd)
{
	l->evhttp = evhttp_new(l->base);
	if (l->evhttp == NULL) {
		return ERR_NOMEM;
	}
	evhttp_set_allowed_methods(l->evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD |
	    EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH |
	    EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS);
	evhttp_set_bevcb(l->evhttp, conn_bufferevent, l);
	evhttp_set_gencb(l->evhttp, conn_request, l);
	return make_listener(l, fd);
}

enum err
loop_init(struct loop *l, const struct http_server_options *options,
    const struct http_router *router, struct peers *peers, struct tls *tls,
    int fd)
{
	enum err e;

	*l = (struct loop){
		.options = options, .router = router, .peers = peers,
		.tls = tls, .wake_fd = -1, .date_s = -1,
	};
	l->rng = (struct rng){.fill = draw, .ctx = l};
	buf_init(&l->out, ANSWER_HEAD_MAX);
	(void)pthread_mutex_init(&l->lock, NULL);
	e = make_base(l);
	if (e == ERR_NONE) {
		e = make_events(l);
	}
	if (e == ERR_NONE) {
		e = make_evhttp(l, fd);
	}
	if (l->bound == NULL) {
		(void)close(fd);
	}
	if (e != ERR_NONE) {
		loop_done(l);
	}
	return e;
}

void
loop_done(struct loop *l)
{
	assert(!l->started);
	if (l->evhttp != NULL) {
		evhttp_free(l->evhttp);
	}
	while (l->conns != NULL) {
		/* Its handler never answered, and now never will. */
		conn_abandon(l->conns);
	}
	if (l->grace != NULL) {
		event_free(l->grace);
	}
	if (l->accept_again != NULL) {
		event_free(l->accept_again);
	}
	if (l->wake != NULL) {
		event_free(l->wake);
	}
	if (l->base != NULL) {
		event_base_free(l->base);
	}
	if (l->wake_fd >= 0) {
		(void)close(l->wake_fd);
	}
	(void)pthread_mutex_destroy(&l->lock);
	buf_done(&l->out);
}

static void *
run(void *arg)
{
	struct loop *l = arg;
	int rc;

	mine = l;
	do {
		/* Nothing of a request stays here while the loop waits (I8). */
		registers_wipe();
		rc = event_base_loop(l->base, EVLOOP_ONCE);
	} while (rc == 0 && !event_base_got_exit(l->base) &&
	    !event_base_got_break(l->base));
	return NULL;
}

enum err
loop_start(struct loop *l)
{
	sigset_t all, before;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	l->started = pthread_create(&l->thread, NULL, run, l) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return l->started ? ERR_NONE : ERR_NOMEM;
}

void
loop_ask_stop(struct loop *l, duration_ms grace)
{
	(void)pthread_mutex_lock(&l->lock);
	l->stop_asked = true;
	l->stop_grace = grace;
	(void)pthread_mutex_unlock(&l->lock);
	poke(l);
}

void
loop_join(struct loop *l)
{
	if (l->started) {
		(void)pthread_join(l->thread, NULL);
		l->started = false;
	}
}

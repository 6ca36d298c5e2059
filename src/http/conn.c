#include "http/conn.h"

#include <arpa/inet.h>
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http/guard.h"
#include "http/loop.h"
#include "http/peers.h"
#include "http/stream_conn.h"
#include "http/tls.h"

static const mono_ms never = {INT64_MAX};

/*
 * One timer a connection, seldom touched: it is set again when it fires too
 * early for the deadline, or when the deadline is moved before it.
 */
static void
arm(struct conn *c, mono_ms now)
{
	int64_t ms = mono_ms_since(c->deadline, now).v;
	struct timeval tv;

	ms = ms < 1 ? 1 : ms;
	tv = (struct timeval){ms / 1000, ms % 1000 * 1000};
	c->timer_at = event_add(&c->timer, &tv) == 0 ? c->deadline : (mono_ms){0};
}

void
conn_deadline(struct conn *c, duration_ms d)
{
	mono_ms now = loop_now(c->loop);

	c->deadline = mono_ms_add(now, d);
	if (c->timer_at.v == 0 || c->deadline.v < c->timer_at.v) {
		arm(c, now);
	}
}

static void
timer_fired(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct conn *c = arg;
	mono_ms now = loop_now(c->loop);

	c->timer_at = (mono_ms){0};
	if (c->deadline.v == never.v) {
		return;
	}
	if (now.v < c->deadline.v) {
		arm(c, now);
	} else if (c->state == CONN_HEAD || c->state == CONN_BODY) {
		guard_refuse(c, PROBLEM_REQUEST_TIMEOUT, NULL);
	} else {
		conn_shut(c);
	}
}

void
conn_shut(struct conn *c)
{
	evhttp_connection_free(c->evcon);	/* calls closed() */
}

void
conn_release(struct conn *c)
{
	struct loop *l = c->loop;

	assert(c->evcon == NULL && !c->x.open);
	if (c->prev != NULL) {
		c->prev->next = c->next;
	} else {
		l->conns = c->next;
	}
	if (c->next != NULL) {
		c->next->prev = c->prev;
	}
	if (c->held != NULL) {
		evbuffer_free(c->held);
	}
	arena_free(c->x.arena);
	free(c);
	loop_ended(l);
}

/* evhttp is freeing the connection and its bufferevent. */
static void
closed(struct evhttp_connection *evcon UNUSED, void *arg)
{
	struct conn *c = arg;

	(void)event_del(&c->timer);
	(void)event_del(&c->turn);
	if (c->counted) {
		peers_leave(c->loop->peers, &c->peer);
	}
	if (c->state != CONN_WAIT && c->state != CONN_STREAM) {
		/* No handler has the exchange. */
		exchange_end(&c->x);
	}
	c->evcon = NULL;
	c->bev = NULL;
	c->x.req = NULL;
	stream_lost(c);
	c->state = CONN_GONE;
	if (!c->x.open && c->loop->feeding != c) {
		conn_release(c);
	}
}

static bool
peer_address(struct conn *c)
{
	struct sockaddr_storage sa = {0};
	socklen_t n = sizeof(sa);
	static const uint8_t mapped[12] = {[10] = 255, [11] = 255};
	const int on = 1;
	int fd = bufferevent_getfd(c->bev);

	if (getpeername(fd, (struct sockaddr *)&sa, &n) != 0) {
		return false;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (sa.ss_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, &sa, sizeof(in6));
		memcpy(c->peer.b, &in6.sin6_addr, sizeof(c->peer.b));
	} else {
		struct sockaddr_in in;

		memcpy(&in, &sa, sizeof(in));
		memcpy(c->peer.b, mapped, sizeof(mapped));
		memcpy(c->peer.b + sizeof(mapped), &in.sin_addr, 4);
	}
	return true;
}

/*
 * The first turn: by now evhttp has put its callbacks and its own connection
 * on the bufferevent, or has failed to.
 */
static bool
opened(struct conn *c)
{
	void *evcon;

	bufferevent_getcb(c->bev, &c->evhttp.read, &c->evhttp.write,
	    &c->evhttp.event, &evcon);
	if (bufferevent_decref(c->bev) != 0) {
		conn_release(c);
		return false;
	}
	if (evcon == NULL) {
		bufferevent_free(c->bev);
		conn_release(c);
		return false;
	}
	c->evcon = evcon;
	evhttp_connection_set_closecb(c->evcon, closed, c);
	if (!peer_address(c) ||
	    !peers_enter(c->loop->peers, &c->peer,
	    !client_is_proxy(c->loop, &c->peer))) {
		conn_shut(c);
		return false;
	}
	c->counted = true;
	conn_deadline(c, c->loop->options->head_time);
	return true;
}

static void
turn(evutil_socket_t fd UNUSED, short what UNUSED, void *arg)
{
	struct conn *c = arg;

	if (c->state == CONN_OPENING && !opened(c)) {
		return;
	}
	if (c->state == CONN_STREAM) {
		stream_turn(c);
		return;
	}
	if (c->state != CONN_OPENING && c->state != CONN_IDLE) {
		return;	/* it was for a stream that has been answered */
	}
	if (c->loop->stopping) {
		conn_shut(c);
		return;
	}
	guard_watch(c);
	if (evbuffer_get_length(c->held) > 0) {
		(void)evbuffer_prepend_buffer(bufferevent_get_input(c->bev),
		    c->held);
		guard_read(c->bev, c);
	}
}

static struct bufferevent *
make_bufferevent(struct event_base *base, struct loop *l)
{
	return l->tls != NULL ? tls_bufferevent(l->tls, base) :
	    bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
}

struct bufferevent *
conn_bufferevent(struct event_base *base, void *loop)
{
	struct loop *l = loop;
	struct conn *c = calloc(1, sizeof(*c));
	struct bufferevent *bev = NULL;

	if (c != NULL) {
		c->held = evbuffer_new();
		c->x.arena = arena_new(EXCHANGE_ARENA_MAX);
	}
	if (c == NULL || c->held == NULL || c->x.arena == NULL ||
	    (bev = make_bufferevent(base, l)) == NULL) {
		if (c != NULL && c->held != NULL) {
			evbuffer_free(c->held);
		}
		arena_free(c != NULL ? c->x.arena : NULL);
		free(c);
		return NULL;
	}
	c->loop = l;
	c->bev = bev;
	c->deadline = never;
	c->x.conn = c;
	c->next = l->conns;
	if (c->next != NULL) {
		c->next->prev = c;
	}
	l->conns = c;
	(void)event_assign(&c->turn, base, -1, 0, turn, c);
	(void)evtimer_assign(&c->timer, base, timer_fired, c);
	/* It must be there at the first turn, even if evhttp gives up. */
	bufferevent_incref(bev);
	event_active(&c->turn, 0, 0);
	return bev;
}

/* More came while the answer is made: leave it to the system's buffer. */
static void
came_early(struct bufferevent *bev, void *arg UNUSED)
{
	(void)bufferevent_disable(bev, EV_READ);
}

/*
 * evhttp turns reading off for the time of an answer and on again after it,
 * two system calls.  Turned on at once, neither is made, as long as the
 * client waits for its answer.  If it goes away meanwhile, the bufferevent
 * turns itself off, and the next read finds out.
 */
static void
keep_reading(struct conn *c)
{
	if (c->loop->tls != NULL ||
	    evbuffer_get_length(bufferevent_get_input(c->bev)) > 0) {
		return;
	}
	bufferevent_setcb(c->bev, came_early, NULL, NULL, c);
	(void)bufferevent_enable(c->bev, EV_READ);
}

void
conn_feed(struct conn *c)
{
	struct loop *l = c->loop;

	c->state = CONN_FED;
	c->deadline = never;
	l->feeding = c;
	bufferevent_setcb(c->bev, c->evhttp.read, c->evhttp.write,
	    c->evhttp.event, c->evcon);
	c->evhttp.read(c->bev, c->evcon);
	l->feeding = NULL;
	if (c->state == CONN_FED) {
		/* evhttp does not agree that this is a request. */
		conn_shut(c);
	} else if (c->state == CONN_WAIT) {
		keep_reading(c);
	} else if (c->state == CONN_STREAM) {
		stream_start(c);
	} else if (c->state == CONN_GONE && !c->x.open) {
		conn_release(c);
	}
}

void
conn_request(struct evhttp_request *req, void *loop)
{
	struct loop *l = loop;
	struct conn *c = l->feeding;
	struct evbuffer *body;

	if (c == NULL || c->state != CONN_FED) {
		/* It came past the guard: no memory for one, at the opening. */
		evhttp_send_error(req, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	c->state = c->lines.text != NULL ? CONN_STREAM : CONN_WAIT;
	c->x.req = req;
	body = evhttp_request_get_input_buffer(req);
	c->x.body.n = evbuffer_get_length(body);
	c->x.body.p = (const char *)evbuffer_pullup(body, -1);
	exchange_run(&c->x);
}

/* The answer is written; evhttp goes on to read the next request. */
static void
completed(struct evhttp_request *req UNUSED, void *arg)
{
	struct conn *c = arg;

	if (!c->close) {
		c->state = CONN_IDLE;
		(void)evbuffer_add_buffer(c->held,
		    bufferevent_get_input(c->bev));
		conn_deadline(c, c->loop->options->idle_time);
		event_active(&c->turn, 0, 0);
	}
}

/*
 * The socket nearly always takes a whole answer, and then there is no need to
 * ask the system to tell when it can be written to: two system calls and a
 * turn of the loop less.  What is left over, or fails, goes the usual way.
 * Not while evhttp is still at the request's input.
 */
static void
write_now(struct conn *c)
{
	struct evbuffer *output = bufferevent_get_output(c->bev);

	if (c->loop->tls != NULL || c->loop->feeding == c) {
		return;
	}
	(void)evbuffer_unfreeze(output, 1);
	(void)evbuffer_write(output, bufferevent_getfd(c->bev));
	(void)evbuffer_freeze(output, 1);
}

void
conn_answered(struct conn *c, struct evhttp_request *req)
{
	struct bufferevent *bev = c->bev;

	if (c->state == CONN_REFUSE) {
		guard_refused(c);
		return;
	}
	/* evhttp keeps what the request was in what the answer is to be. */
	req->chunked = 0;
	if (c->close) {
		(void)evhttp_add_header(evhttp_request_get_output_headers(req),
		    "Connection", "close");
	}
	evhttp_request_set_on_complete_cb(req, completed, c);
	bufferevent_setwatermark(bev, EV_READ, 0, 0);
	c->state = CONN_WRITE;
	conn_deadline(c, c->loop->options->write_time);
	bufferevent_setcb(c->bev, NULL, c->evhttp.write, c->evhttp.event,
	    c->evcon);
	write_now(c);
	if (evbuffer_get_length(bufferevent_get_output(bev)) > 0) {
		(void)bufferevent_enable(bev, EV_WRITE);
		(void)bufferevent_disable(bev, EV_READ);
	} else {
		(void)bufferevent_disable(bev, EV_WRITE);
	}
	/* Where all is written, this ends the request, and may free c. */
	evhttp_send_reply_end(req);
}

void
conn_stop(struct conn *c)
{
	if (c->state == CONN_IDLE) {
		conn_shut(c);
	} else if (c->state == CONN_STREAM) {
		event_active(&c->turn, 0, 0);
	}
}

void
conn_abandon(struct conn *c)
{
	if (c->state == CONN_OPENING) {
		(void)event_del(&c->turn);
		(void)bufferevent_decref(c->bev);
	}
	exchange_end(&c->x);
	conn_release(c);
}

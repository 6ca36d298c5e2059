/*
 * A connection, and the one exchange that it can have at a time.
 *
 *	        conn_open ─▶ IDLE ◀──────────── answered ───────────┐
 *	first byte           │                                      │
 *	                     ▼            body_read                 │
 *	                    HEAD ─head_read─▶ BODY ─▶ FED ─▶ WAIT ─▶ WRITE ─▶ GONE
 *	                     │                ├─▶ FED ─▶ STREAM ─┬─▶ WRITE
 *	                     │                │                  └─▶ REFUSE
 *	                     └────refuse──────┴─▶ REFUSE ─▶ LINGER ─▶ GONE
 *
 * Until FED our own callbacks sit on the bufferevent and evhttp sees nothing.
 * FED hands it one whole request that the guard has looked at; it calls back
 * at once, and from WAIT on it is evhttp's connection until the answer is
 * written.  Reading is off from FED to the end of WRITE, so nobody frees a
 * connection whose exchange is being worked on, and what a client pipelines
 * waits in the kernel.  Only the end of the loop can make it GONE earlier.
 *
 * STREAM is WAIT for a handler that reads the body itself (stream.h): evhttp
 * was fed a head without a body, our own callbacks are back on the
 * bufferevent, and the client's end of the connection makes it GONE.
 */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/id.h"
#include "base/ip.h"
#include "http/chunks.h"
#include "http/exchange.h"
#include "http/head.h"
#include "http/lines.h"
#include "http/problem.h"
#include "http/router.h"

struct bufferevent;
struct evbuffer;
struct evhttp_connection;
struct evhttp_request;
struct loop;

#define EXCHANGE_ARENA_MAX ((size_t)256 * 1024)
#define EXCHANGE_QUERY_MAX 16

enum conn_state {
	CONN_OPENING,	/* accepted, not looked at yet */
	CONN_IDLE,	/* between requests */
	CONN_HEAD,	/* a head is coming */
	CONN_BODY,	/* its body is coming */
	CONN_FED,	/* evhttp is being given the request */
	CONN_WAIT,	/* the handler has it */
	CONN_STREAM,	/* and takes the body as it comes */
	CONN_WRITE,	/* the answer is being sent */
	CONN_REFUSE,	/* a refusal is being sent */
	CONN_LINGER,	/* it is sent; what still comes is dropped */
	CONN_GONE,	/* closed; the exchange is still with a handler */
};

struct field {
	struct field *next;
	const char *name;
	struct str value;
};

struct parameter {
	struct str name, value;
};

struct http_exchange {
	struct conn *conn;
	struct evhttp_request *req;	/* NULL: refused before evhttp saw it */
	struct arena *arena;
	struct id id;
	struct head head;
	struct str path, query;		/* in the arena */
	struct str body;
	struct http_match match;
	struct str params[HTTP_PARAMS_MAX];
	struct parameter queries[EXCHANGE_QUERY_MAX];
	size_t n_queries;
	struct ip client;
	mono_ms began;
	struct field *fields;		/* of the answer, the last first */
	bool has_cache_control;
	bool has_csp;
	bool broken;			/* a field could not be added */
	bool open;			/* begun and not answered */
	int status;			/* of an answer that is streamed */
	size_t answer_n;		/* bytes of it */

	/* While it is on its way back to its loop. */
	struct http_exchange *next;
	http_resumed *fn;
	void *arg;
};

/* evhttp's callbacks on the bufferevent, put aside. */
struct conn_callbacks {
	void (*read)(struct bufferevent *bev, void *arg);
	void (*write)(struct bufferevent *bev, void *arg);
	void (*event)(struct bufferevent *bev, short what, void *arg);
};

struct conn {
	struct loop *loop;
	struct conn *prev, *next;
	enum conn_state state;
	bool counted;			/* peers know of it */
	bool close;			/* after the answer */

	struct bufferevent *bev;
	struct evhttp_connection *evcon;	/* NULL before OPENING, and GONE */
	struct conn_callbacks evhttp;
	struct evbuffer *held;		/* pipelined, to be looked at next */
	struct event turn;		/* OPENING or a new request: look */

	struct event timer;
	mono_ms deadline;		/* INT64_MAX: none */
	mono_ms timer_at;		/* when timer fires; 0: it is not set */

	struct ip peer;
	struct head_scan scan;
	size_t head_n;
	size_t body_max;
	struct chunks chunks;
	size_t dropped;			/* bytes, while lingering */

	struct lines lines;		/* of STREAM */
	bool begun;			/* its answer */
	http_resumed *waits;		/* or NULL: its handler works */
	void *waits_arg;

	struct http_exchange x;
};

/* conn_bufferevent(base, loop): evhttp asks for one for a new connection. */
struct bufferevent *conn_bufferevent(struct event_base *base, void *loop);

/* conn_request(req, loop): evhttp has a request. */
void conn_request(struct evhttp_request *req, void *loop);

/*
 * conn_deadline(c, d): c ends d from now, unless told otherwise before.
 * conn_shut(c): close and forget it; c may be freed.
 * conn_feed(c): give evhttp the request; c may be freed.
 */
void conn_deadline(struct conn *c, duration_ms d) NONNULL;
void conn_shut(struct conn *c) NONNULL;
void conn_feed(struct conn *c) NONNULL;

/*
 * conn_answered(c, req): the answer to req, NULL for a refusal, lies in the
 * output buffer.  The exchange has ended, and c may be gone afterwards.
 */
void conn_answered(struct conn *c, struct evhttp_request *req)
    __attribute__((nonnull(1)));

/* conn_stop(c): the loop stops: close c if it has nothing to do. */
void conn_stop(struct conn *c) NONNULL;

/* conn_release(c): free c, which is GONE and has no open exchange. */
void conn_release(struct conn *c) NONNULL;

/* conn_abandon(c): evhttp is gone and the loop has ended: free c. */
void conn_abandon(struct conn *c) NONNULL;

/*
 * exchange_begin(x, head): a fresh exchange for a head; false: no memory.
 * exchange_run(x): match, check and hand to the handler.
 * exchange_end(x): forget everything.
 */
bool exchange_begin(struct http_exchange *x, const struct head *head)
    MUST_CHECK NONNULL;
void exchange_run(struct http_exchange *x) NONNULL;

/* exchange_allow(x): the field Allow, with the methods of x's path. */
void exchange_allow(struct http_exchange *x) NONNULL;
void exchange_end(struct http_exchange *x) NONNULL;

/* client_is_proxy(l, ip): ip may say for whom it asks. */
bool client_is_proxy(const struct loop *l, const struct ip *ip) NONNULL;

/* exchange_client(x): fill x->client from the peer and trusted proxies. */
void exchange_client(struct http_exchange *x) NONNULL;

/* exchange_params(x), exchange_queries(x): decode; false: malformed. */
bool exchange_params(struct http_exchange *x) MUST_CHECK NONNULL;
bool exchange_queries(struct http_exchange *x) MUST_CHECK NONNULL;

#endif

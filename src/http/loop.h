/*
 * Inside the server: one loop thread, its connections, and the queue by which
 * other threads reach it.  Nothing outside http/ includes this.
 *
 * Everything in a loop is touched by its own thread only, but what lock
 * guards.  The peers are shared by all loops and have a lock of their own,
 * taken when a connection opens or closes and never for a request.
 */
#ifndef HTTP_LOOP_H
#define HTTP_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/rng.h"
#include "http/server.h"

struct conn;
struct event;
struct event_base;
struct evhttp;
struct evhttp_bound_socket;
struct peers;
struct tls;

#define LOOP_RANDOM 1024
#define LOOP_DATE 32

struct loop {
	const struct http_server_options *options;
	const struct http_router *router;
	struct peers *peers;
	struct tls *tls;		/* NULL: plain */

	struct event_base *base;
	struct evhttp *evhttp;
	struct evhttp_bound_socket *bound;
	struct event *accept_again;	/* after a failed accept */
	struct event *wake;
	int wake_fd;
	pthread_t thread;
	bool started;

	struct conn *conns;		/* all of them, doubly linked */
	struct conn *feeding;		/* evhttp is being given a request of it */

	bool stopping;
	bool unfinished;		/* the grace ended before the work */
	struct event *grace;

	struct buf out;			/* an answer's head */
	int64_t date_s;			/* what date says */
	char date[LOOP_DATE];
	struct rng rng;			/* of request ids: draws from random */
	uint8_t random[LOOP_RANDOM];
	size_t random_left;

	pthread_mutex_t lock;		/* guards what follows */
	struct http_exchange *first, *last;
	bool stop_asked;
	duration_ms stop_grace;
};

/*
 * loop_init(l, …): everything but the thread.  fd is a listening socket, and
 * the loop's from now on, in any outcome.  ERR_NOMEM, ERR_IO.
 */
enum err loop_init(struct loop *l, const struct http_server_options *options,
    const struct http_router *router, struct peers *peers, struct tls *tls,
    int fd) MUST_CHECK;
void loop_done(struct loop *l) NONNULL;

/* loop_start(l): the thread, with all signals blocked.  ERR_NOMEM. */
enum err loop_start(struct loop *l) MUST_CHECK NONNULL;

/* loop_ask_stop(l, grace), loop_join(l): from the thread that stops. */
void loop_ask_stop(struct loop *l, duration_ms grace) NONNULL;
void loop_join(struct loop *l) NONNULL;

/* loop_enqueue(l, first, last): a chain of exchanges to resume. */
void loop_enqueue(struct loop *l, struct http_exchange *first,
    struct http_exchange *last) NONNULL;

mono_ms loop_now(const struct loop *l) NONNULL;

/* loop_date(l): "Sun, 22 Nov 2026 09:06:54 GMT", made once a second. */
const char *loop_date(struct loop *l) NONNULL;

/* loop_ended(l): a connection has gone; ends a loop that is stopping. */
void loop_ended(struct loop *l) NONNULL;

#endif

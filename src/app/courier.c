#include "app/courier.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "app/health.h"
#include "app/parcels.h"
#include "base/log.h"
#include "domain/breaker.h"
#include "flow/render.h"

enum {
	ARENA_MAX = 2 << 20,
	WINDOW_MIN = 64,	/* with the carrier at once, see widen() */
	WINDOW_MAX = 512,
	WAIT_MS = 1000,		/* a wake-up that was lost costs this much */
	AGAIN_MS = 50,		/* until a full store is asked again */
	STOP_MS = 5000		/* for what is under way at the end */
};

/* Where the lease that a courier has asked the store for is. */
enum lease_state { LEASE_NONE, LEASE_ASKED, LEASE_DONE };

struct courier {
	struct courier_options options;
	/* The courier's while state is not LEASE_ASKED, else the store's. */
	struct deliver lease;
	struct store_job lease_job;
	enum err lease_result;
	atomic_int lease_state;
	unsigned window;
	unsigned in_row;	/* messages taken by the peer since it widened */
	pthread_t thread;
	struct arena *arena;
	mono_ms look_at;	/* when something is due, or might be */
	bool more;		/* the last look brought all it could */
	struct parcels parcels;	/* what became of messages */
	struct breaker breaker;
	atomic_bool woken;
	atomic_bool stopping;
	atomic_uint_fast64_t sent, later, failed;
	pthread_mutex_t lock;	/* guards what follows */
	bool stopped;		/* there is no carrier any more */
};

/* Ends the carrier's wait, if there still is a carrier. */
static void
interrupt(struct courier *c)
{
	pthread_mutex_lock(&c->lock);
	if (!c->stopped) {
		carrier_wakeup(c->options.carrier);
	}
	pthread_mutex_unlock(&c->lock);
}

/* On the store's thread: a message that is tried again has a new due date. */
static void
news(void *ctx)
{
	struct courier *c = ctx;

	if (!atomic_load(&c->stopping)) {
		courier_wake(c);
	}
}

static void
settle(struct parcel *p, enum deliver_result result, const char *reason)
{
	struct courier *c = p->owner;

	p->settle.result = result;
	if (!str_copy(str_of(reason), p->settle.reason,
	    sizeof(p->settle.reason))) {
		p->settle.reason[0] = '\0';
	}
	atomic_fetch_add(result == DELIVER_ACCEPTED ? &c->sent
	    : result == DELIVER_PERMANENT ? &c->failed : &c->later, 1);
	parcels_put(&c->parcels, p);
}

/*
 * How many may be with the carrier.  Each has a lease that ends, so a peer
 * that is slow or says "not now" gets few; one that takes them all may have
 * more, and is not kept waiting for the store.
 */
static void
widen(struct courier *c, enum sent_result result)
{
	if (result == SENT_TEMPORARY) {
		c->window = WINDOW_MIN;
		c->in_row = 0;
	} else if (++c->in_row >= c->window && c->window < WINDOW_MAX) {
		c->window *= 2;
		c->in_row = 0;
	}
}

/* Once the circuit is open, its messages need not wait for it. */
static enum deliver_result
judge(struct courier *c, const struct sent *s)
{
	if (c->options.way != NULL && health_says(s)) {
		breaker_result(&c->breaker, s->result != SENT_TEMPORARY,
		    flow_now(c->options.flow));
		health_show(c->options.way, &c->breaker);
	} else if (c->breaker.state == BREAKER_HALF_OPEN) {
		c->breaker.asking = false;
	}
	return s->result == SENT_ACCEPTED ? DELIVER_ACCEPTED
	    : s->result == SENT_PERMANENT ? DELIVER_PERMANENT
	    : c->breaker.state == BREAKER_OPEN ? DELIVER_CIRCUIT
	    : DELIVER_TEMPORARY;
}

static void
sent(void *arg, const struct sent *s)
{
	struct parcel *p = arg;
	struct courier *c = p->owner;
	char id[ID_TEXT_MAX];
	enum deliver_result result = judge(c, s);

	widen(c, s->result);

	id_text(ID_MESSAGE, &p->settle.message, id);
	log_event(result == DELIVER_ACCEPTED ? LOG_INFO : LOG_WARNING,
	    "courier.answered", "message", id, "reason", s->reason, "detail",
	    s->detail, NULL);
	if (result == DELIVER_ACCEPTED && s->provider != NULL &&
	    s->reference != NULL && s->reference[0] != '\0' &&
	    !(str_copy(str_of(s->provider), p->settle.provider,
	    sizeof(p->settle.provider)) && str_copy(str_of(s->reference),
	    p->settle.reference, sizeof(p->settle.reference)))) {
		p->settle.provider[0] = '\0';
		p->settle.reference[0] = '\0';
	}
	p->settle.wait = s->wait;
	settle(p, result, s->reason);
}

/*
 * A message that cannot be worded or addressed never will be.  ERR_CRYPTO may
 * be a library that had no memory just then, so it is tried again while there
 * is time (S141).
 */
static bool
is_hopeless(enum err e)
{
	return e == ERR_RANGE || e == ERR_MISSING || e == ERR_LIMIT ||
	    e == ERR_DENIED || e == ERR_SYNTAX;
}

static enum err
render_and_submit(struct courier *c, const struct delivery *d,
    struct parcel *p)
{
	unix_ms now = flow_now(c->options.flow);
	const struct tenant *tenant = directory_id(p->settle.tenants,
	    &d->message.tenant);
	struct render r;
	enum err e = ERR_MISSING;

	render_init(&r, c->options.from);
	if (tenant != NULL) {
		e = render_message(&r, c->options.flow, tenant, d, now);
	}
	if (e == ERR_NONE) {
		e = carrier_submit(c->options.carrier, &r.out, now, sent, p);
	}
	render_done(&r);
	return e;
}

static void
deliver(struct courier *c, const struct delivery *d)
{
	struct parcel *p = parcel_new(&c->parcels, c->options.directory, d);
	enum err e;

	if (p == NULL) {
		return;
	}
	p->owner = c;
	p->settle.receipts = c->options.way != NULL && c->options.way->receipts;
	e = render_and_submit(c, d, p);
	if (e == ERR_NONE) {
		breaker_sent(&c->breaker);
		return;
	}
	log_event(LOG_WARNING, "courier.not_submitted", "error", err_name(e),
	    NULL);
	settle(p, is_hopeless(e) ? DELIVER_PERMANENT : DELIVER_TEMPORARY,
	    err_name(e));
}

static bool
has_room(const struct courier *c)
{
	return !parcels_refused(&c->parcels) &&
	    carrier_pending(c->options.carrier) <= c->window / 2;
}

/*
 * On the store's thread.  The courier is to see what was leased, and no more
 * than that: a courier_wake would have it ask again at once, without end.
 */
static void
leased(struct store_job *job, enum err result)
{
	struct courier *c = (struct courier *)(void *)
	    ((char *)job - offsetof(struct courier, lease_job));

	c->lease_result = result;
	atomic_store(&c->lease_state, LEASE_DONE);
	interrupt(c);
	parcels_end(&c->parcels);
}

/*
 * Asks for what is due, as far as the breaker lets it.  The carrier goes on
 * meanwhile: a commit takes as long as many messages.
 */
static void
take(struct courier *c, enum breaker_leave leave)
{
	enum err e;

	c->lease = (struct deliver){
		.flow = c->options.flow,
		.arena = c->arena,
		.max = leave == BREAKER_ONE ? 1 : c->window / 2,
		.at = c->options.at,
		.next_due = {UNIX_MS_MAX},
	};
	c->lease_job = (struct store_job){
		.run = deliver_run,
		.arg = &c->lease,
		.done = leased,
		/* Not behind the results of all that it brought before. */
		.priority = STORE_CREATE,
	};
	atomic_store(&c->lease_state, LEASE_ASKED);
	parcels_begin(&c->parcels);
	e = store_submit(c->options.flow->store, &c->lease_job);
	if (e != ERR_NONE) {
		parcels_end(&c->parcels);
		c->lease_result = e;
		atomic_store(&c->lease_state, LEASE_DONE);
	}
}

/* What the store has answered, for the carrier. */
static void
hand_on(struct courier *c)
{
	const struct clock *clock = &c->options.flow->clock;
	const struct deliver *d = &c->lease;
	duration_ms wait = {WAIT_MS};
	enum err e = c->lease_result;

	if (e != ERR_NONE) {
		log_event(LOG_ERROR, "courier.lease_failed", "error",
		    err_name(e), NULL);
	}
	for (unsigned i = 0; e == ERR_NONE && i < d->n; i++) {
		deliver(c, &d->items[i]);
	}
	if (e == ERR_NONE && d->next_due.v != UNIX_MS_MAX) {
		duration_ms due = unix_ms_since(d->next_due, clock_now(clock));

		wait.v = due.v < 0 ? 0 : due.v < wait.v ? due.v : wait.v;
	}
	c->more = e == ERR_NONE && d->n == d->max;
	c->look_at = mono_ms_add(clock_mono(clock), wait);
	atomic_store(&c->lease_state, LEASE_NONE);
}

/* Until the breaker says otherwise, or somebody might. */
static void
look(struct courier *c)
{
	unix_ms now = flow_now(c->options.flow);
	enum breaker_leave leave = breaker_ask(&c->breaker, now);
	duration_ms wait = {WAIT_MS};

	health_show(c->options.way, &c->breaker);
	if (leave != BREAKER_NONE) {
		take(c, leave);
		return;
	}
	if (c->breaker.state == BREAKER_OPEN) {
		duration_ms rest = unix_ms_since(c->breaker.ask_at, now);

		wait.v = rest.v < wait.v ? rest.v : wait.v;
	}
	c->more = false;
	c->look_at = mono_ms_add(clock_mono(&c->options.flow->clock), wait);
}

/* How long until somebody is to look for something. */
static duration_ms
next_look(const struct courier *c)
{
	duration_ms wait = mono_ms_since(c->look_at,
	    clock_mono(&c->options.flow->clock));

	/* leased() interrupts, and so does traffic. */
	if (atomic_load(&c->lease_state) != LEASE_NONE || !has_room(c)) {
		return (duration_ms){WAIT_MS};
	}
	if (atomic_load(&c->woken) || c->more || wait.v < 0) {
		wait.v = 0;
	}
	return wait;
}

/* How long the carrier may be driven before there is something else to do. */
static duration_ms
patience(const struct courier *c)
{
	duration_ms wait = next_look(c), held = parcels_wait(&c->parcels);

	if (parcels_refused(&c->parcels)) {
		return (duration_ms){AGAIN_MS};
	}
	return held.v < wait.v ? held : wait;
}

static void
drive(struct courier *c, duration_ms wait)
{
	enum err e = carrier_run(c->options.carrier,
	    flow_now(c->options.flow), wait);

	if (e != ERR_NONE) {
		log_event(LOG_ERROR, "courier.carrier_failed", "error",
		    err_name(e), NULL);
	}
}

/* What has been handed over, or is just being leased, is given a moment. */
static void
finish(struct courier *c)
{
	const struct clock *clock = &c->options.flow->clock;
	const mono_ms end = mono_ms_add(clock_mono(clock),
	    (duration_ms){STOP_MS});
	duration_ms left = {STOP_MS};

	while (left.v > 0 && (atomic_load(&c->lease_state) != LEASE_NONE ||
	    carrier_pending(c->options.carrier) > 0)) {
		if (atomic_load(&c->lease_state) == LEASE_DONE) {
			hand_on(c);
		}
		drive(c, left);
		left = mono_ms_since(end, clock_mono(clock));
	}
}

static void *
run(void *arg)
{
	struct courier *c = arg;

	while (!atomic_load(&c->stopping)) {
		parcels_hand_in(&c->parcels,
		    carrier_pending(c->options.carrier) == 0);
		if (atomic_load(&c->lease_state) == LEASE_DONE) {
			hand_on(c);
		}
		if (next_look(c).v == 0) {
			atomic_store(&c->woken, false);
			look(c);
		}
		drive(c, patience(c));
	}
	finish(c);
	return NULL;
}

void
courier_free(struct courier *c)
{
	if (c == NULL) {
		return;
	}
	parcels_done(&c->parcels);
	pthread_mutex_destroy(&c->lock);
	arena_free(c->arena);
	free(c);
}

enum err
courier_start(const struct courier_options *options,
    struct courier **ret_courier)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		return ERR_NOMEM;
	}
	c->options = *options;
	c->window = WINDOW_MIN;
	atomic_init(&c->lease_state, LEASE_NONE);
	atomic_init(&c->woken, true);
	pthread_mutex_init(&c->lock, NULL);
	parcels_init(&c->parcels, options->flow, news, c);
	c->arena = arena_new(ARENA_MAX);
	if (c->arena == NULL ||
	    pthread_create(&c->thread, NULL, run, c) != 0) {
		courier_free(c);
		return ERR_NOMEM;
	}
	*ret_courier = c;
	return ERR_NONE;
}

void
courier_stop(struct courier *c)
{
	if (c == NULL) {
		return;
	}
	atomic_store(&c->stopping, true);
	carrier_wakeup(c->options.carrier);
	pthread_join(c->thread, NULL);
	pthread_mutex_lock(&c->lock);
	c->stopped = true;
	pthread_mutex_unlock(&c->lock);
	/* Nobody wakes the carrier now; what it still has comes back here. */
	carrier_free(c->options.carrier);
	parcels_finish(&c->parcels);
}

void
courier_wake(struct courier *c)
{
	atomic_store(&c->woken, true);
	interrupt(c);
}

struct courier_counts
courier_counts(struct courier *c)
{
	return (struct courier_counts){
		.sent = atomic_load(&c->sent),
		.later = atomic_load(&c->later),
		.failed = atomic_load(&c->failed),
	};
}

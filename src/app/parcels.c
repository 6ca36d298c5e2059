#include "app/parcels.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/log.h"

enum {
	ARENA_MAX = 2 << 20,
	/* In one job; more would keep a check waiting for a millisecond. */
	TOGETHER_MAX = 64
};

void
parcels_init(struct parcels *ps, const struct flow *flow,
    void (*news)(void *ctx), void *ctx)
{
	*ps = (struct parcels){.flow = flow, .news = news, .ctx = ctx};
	ps->end = &ps->held;
	pthread_mutex_init(&ps->lock, NULL);
	pthread_cond_init(&ps->quiet, NULL);
}

void
parcels_done(struct parcels *ps)
{
	assert(ps->held == NULL && ps->returned == NULL);
	pthread_cond_destroy(&ps->quiet);
	pthread_mutex_destroy(&ps->lock);
}

static void
parcel_free(struct parcel *p)
{
	directory_drop(p->tenants);
	arena_free(p->arena);
	free(p);
}

struct parcel *
parcel_new(struct parcels *ps, struct directory *tenants,
    const struct delivery *d)
{
	static const struct str none = STR_INIT("");
	struct parcel *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		return NULL;
	}
	p->arena = arena_new(ARENA_MAX);
	if (p->arena == NULL) {
		free(p);
		return NULL;
	}
	p->parcels = ps;
	p->tenants = directory_hold(tenants);
	/* Its texts are the lease's and do not live as long. */
	p->leased = d->message;
	p->leased.detail = p->leased.provider = p->leased.reference = none;
	p->leased.recipient = p->leased.locale = p->leased.route = none;
	p->leased.plan = none;
	p->settle = (struct settle){
		.flow = ps->flow,
		.tenants = p->tenants,
		.arena = p->arena,
		.tenant = d->message.tenant,
		.challenge = d->message.challenge,
		.message = d->message.id,
		.leased = &p->leased,
	};
	return p;
}

static void
hold(struct parcels *ps, struct parcel *p)
{
	if (ps->held == NULL) {
		ps->since = clock_mono(&ps->flow->clock);
	}
	p->next = NULL;
	*ps->end = p;
	ps->end = &p->next;
	ps->n++;
}

void
parcels_put(struct parcels *ps, struct parcel *p)
{
	hold(ps, p);
	if (ps->n >= TOGETHER_MAX) {
		parcels_hand_in(ps, false);
	}
}

void
parcels_begin(struct parcels *ps)
{
	pthread_mutex_lock(&ps->lock);
	ps->under_way++;
	pthread_mutex_unlock(&ps->lock);
}

void
parcels_end(struct parcels *ps)
{
	pthread_mutex_lock(&ps->lock);
	if (--ps->under_way == 0) {
		pthread_cond_signal(&ps->quiet);
	}
	pthread_mutex_unlock(&ps->lock);
}

static enum err
settle_all(struct tx *tx, void *arg)
{
	enum err e = ERR_NONE;

	for (struct parcel *p = arg; e == ERR_NONE && p != NULL; p = p->next) {
		e = settle_run(tx, &p->settle);
	}
	return e;
}

/* One by one, by the courier's thread. */
static void
give_back(struct parcels *ps, struct parcel *p)
{
	pthread_mutex_lock(&ps->lock);
	p->next = ps->returned;
	ps->returned = p;
	pthread_mutex_unlock(&ps->lock);
}

/* On the store's thread.  What could not be settled comes back by its lease. */
static void
settled(struct store_job *job, enum err result)
{
	struct parcel *p = (struct parcel *)(void *)
	    ((char *)job - offsetof(struct parcel, job));
	struct parcels *ps = p->parcels;
	const bool again = result != ERR_NONE && !p->alone;
	bool news = again;

	if (result != ERR_NONE && !again) {
		log_event(LOG_ERROR, "courier.settle_failed", "error",
		    err_name(result), NULL);
	}
	while (p != NULL) {
		struct parcel *next = p->next;

		/* A retry has a due date that the courier must hear of. */
		news = news || p->settle.result != DELIVER_ACCEPTED;
		if (again) {
			p->alone = true;
			give_back(ps, p);
		} else {
			parcel_free(p);
		}
		p = next;
	}
	if (news) {
		ps->news(ps->ctx);
	}
	parcels_end(ps);
}

/* The first of those that are held, up to n of them, as a list. */
static struct parcel *
take(struct parcels *ps, unsigned n)
{
	struct parcel *first = ps->held, **at = &ps->held;

	for (; n > 0 && *at != NULL; n--) {
		at = &(*at)->next;
		ps->n--;
	}
	ps->held = *at;
	*at = NULL;
	if (ps->held == NULL) {
		ps->end = &ps->held;
	}
	return first;
}

static void
put_back(struct parcels *ps, struct parcel *first)
{
	struct parcel *last = first;

	for (ps->n++; last->next != NULL; last = last->next) {
		ps->n++;
	}
	last->next = ps->held;
	if (ps->held == NULL) {
		ps->end = &last->next;
	}
	ps->held = first;
}

static void
drop(struct parcel *p)
{
	while (p != NULL) {
		struct parcel *next = p->next;

		parcel_free(p);
		p = next;
	}
}

/* False: the store has no room, and ps has them again. */
static bool
submit(struct parcels *ps, struct parcel *first, bool patiently)
{
	enum err e;

	first->job = (struct store_job){
		.run = settle_all,
		.arg = first,
		.done = settled,
		.priority = STORE_BACKGROUND,
	};
	parcels_begin(ps);
	e = patiently ? store_submit_patiently(ps->flow->store, &first->job)
	    : store_submit(ps->flow->store, &first->job);
	if (e == ERR_NONE) {
		return true;
	}
	parcels_end(ps);
	if (e == ERR_BUSY) {
		put_back(ps, first);
		return false;
	}
	log_event(LOG_WARNING, "courier.settle_failed", "error", err_name(e),
	    NULL);
	drop(first);
	return true;
}

/* Where the first goes alone, it does; else as many as may go together. */
static bool
hand_in_some(struct parcels *ps, bool patiently)
{
	unsigned n = 0;

	for (struct parcel *p = ps->held; p != NULL && !p->alone &&
	    n < TOGETHER_MAX; p = p->next) {
		n++;
	}
	return submit(ps, take(ps, n == 0 ? 1 : n), patiently);
}

static void
hold_returned(struct parcels *ps)
{
	struct parcel *p;

	pthread_mutex_lock(&ps->lock);
	p = ps->returned;
	ps->returned = NULL;
	pthread_mutex_unlock(&ps->lock);
	while (p != NULL) {
		struct parcel *next = p->next;

		hold(ps, p);
		p = next;
	}
}

void
parcels_hand_in(struct parcels *ps, bool all)
{
	hold_returned(ps);
	ps->refused = false;
	while (!ps->refused && ps->held != NULL && (all ||
	    ps->n >= TOGETHER_MAX || parcels_wait(ps).v <= 0)) {
		ps->refused = !hand_in_some(ps, false);
	}
}

bool
parcels_refused(const struct parcels *ps)
{
	return ps->refused;
}

duration_ms
parcels_wait(const struct parcels *ps)
{
	if (ps->held == NULL) {
		return (duration_ms){UNIX_MS_MAX};
	}
	return mono_ms_since(mono_ms_add(ps->since, PARCELS_HELD),
	    clock_mono(&ps->flow->clock));
}

static bool
wait_until_quiet(struct parcels *ps)
{
	bool over;

	pthread_mutex_lock(&ps->lock);
	while (ps->under_way > 0) {
		pthread_cond_wait(&ps->quiet, &ps->lock);
	}
	over = ps->returned == NULL;
	pthread_mutex_unlock(&ps->lock);
	return over;
}

void
parcels_finish(struct parcels *ps)
{
	do {
		hold_returned(ps);
		while (ps->held != NULL) {
			bool taken = hand_in_some(ps, true);

			assert(taken);
		}
	} while (!wait_until_quiet(ps));
}

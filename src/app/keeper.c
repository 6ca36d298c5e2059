#include "app/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "flow/day_end.h"
#include "flow/keep.h"
#include "flow/road.h"
#include "flow/seal.h"

enum {
	ROUND_MS = 500,		/* S110: a revoked key is dead within a second */
	ROUNDS_PER_FORGET = 120,
	BITES_MAX = 1000,	/* in one round, of each kind */
	LATE_BITE = 32,
	ARENA_MAX = 8 << 20,
	HEAD_MAX = 1024
};

/* Somebody who waits for a round. */
struct waiter {
	struct waiter *next;
	void (*done)(void *arg);
	void *arg;
};

struct keeper {
	struct keeper_options options;
	pthread_t thread;
	struct arena *arena;
	unsigned round;
	atomic_int_fast64_t sealed_at;
	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t wake;
	struct waiter *waiters;
	bool stopping;
};

static void
complain(const char *event, enum err e)
{
	log_event(LOG_ERROR, event, "error", err_name(e), NULL);
}

/* Runs f until it has nothing more to do. */
static void
bites(struct keeper *k, use_case *f, const char *name)
{
	struct keep keep = {
		.flow = k->options.flow,
		.arena = k->arena,
		.now = flow_now(k->options.flow),
	};
	unsigned n = 0;
	enum err e;

	do {
		e = store_do(k->options.flow->store, STORE_BACKGROUND, f,
		    &keep);
	} while (e == ERR_NONE && keep.done >= KEEP_BITE && ++n < BITES_MAX);
	if (e != ERR_NONE && e != ERR_BUSY) {
		complain(name, e);
	}
}

/* Writes text to path so that there is always a whole file. */
static enum err
replace_file(const char *path, struct str text)
{
	char fresh[4096];
	int n = snprintf(fresh, sizeof(fresh), "%s.new", path);
	int fd;
	bool ok;

	if (n < 0 || (size_t)n >= sizeof(fresh)) {
		return ERR_LIMIT;
	}
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		return ERR_IO;
	}
	ok = write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok || rename(fresh, path) != 0) {
		(void)unlink(fresh);
		return ERR_IO;
	}
	return ERR_NONE;
}

static void
keep_head(struct keeper *k, const struct audit_segment_row *head)
{
	struct buf text;
	enum err e;

	buf_init(&text, HEAD_MAX);
	seal_head_print(head, &text);
	buf_char(&text, '\n');
	e = buf_err(&text);
	if (e == ERR_NONE) {
		e = replace_file(k->options.head_file, buf_view(&text));
	}
	if (e != ERR_NONE) {
		complain("keeper.head_failed", e);
	}
	atomic_store(&k->sealed_at, head->sealed_at.v);
	buf_done(&text);
}

static void
seal(struct keeper *k)
{
	struct seal seal = {.flow = k->options.flow, .arena = k->arena};
	unsigned n = 0;
	enum err e;

	do {
		e = store_do(k->options.flow->store, STORE_BACKGROUND,
		    seal_run, &seal);
		if (e == ERR_NONE && seal.wrong_macs > 0) {
			log_event(LOG_ERROR, "audit.event_changed", NULL);
		}
		if (e == ERR_NONE && seal.sealed) {
			keep_head(k, &seal.head);
		}
	} while (e == ERR_NONE && seal.sealed &&
	    seal.head.events == SEAL_EVENTS && ++n < BITES_MAX);
	if (e != ERR_NONE && e != ERR_BUSY) {
		complain("keeper.seal_failed", e);
	}
}

/* Messages whose receipt did not come in time. */
static void
go_on(struct keeper *k)
{
	struct directory_copy *tenants = directory_hold(
	    k->options.directory);
	struct road_late late = {
		.flow = k->options.flow,
		.tenants = tenants,
		.arena = k->arena,
		.max = LATE_BITE,
	};
	unsigned n = 0;
	enum err e;

	do {
		e = store_do(k->options.flow->store, STORE_BACKGROUND,
		    road_late_run, &late);
	} while (e == ERR_NONE && late.done == late.max && ++n < BITES_MAX);
	directory_drop(tenants);
	if (e != ERR_NONE && e != ERR_BUSY) {
		complain("keeper.road_failed", e);
	}
}

/* Shipments: ends of days, next attempts, codes that had to wait. */
static void
end_days(struct keeper *k)
{
	struct directory_copy *tenants = directory_hold(
	    k->options.directory);
	struct day_end day = {
		.flow = k->options.flow,
		.tenants = tenants,
		.arena = k->arena,
	};
	unsigned n = 0;
	enum err e;

	do {
		e = store_do(k->options.flow->store, STORE_BACKGROUND,
		    day_end_run, &day);
	} while (e == ERR_NONE && day.done == DAY_END_BITE &&
	    ++n < BITES_MAX);
	directory_drop(tenants);
	if (e != ERR_NONE && e != ERR_BUSY) {
		complain("keeper.day_failed", e);
	}
}

static void
do_round(struct keeper *k)
{
	enum err e = directory_refresh(k->options.directory);

	if (e != ERR_NONE) {
		complain("keeper.refresh_failed", e);
	}
	bites(k, keep_expire_run, "keeper.expire_failed");
	go_on(k);
	end_days(k);
	seal(k);
	if (k->round++ % ROUNDS_PER_FORGET == 0) {
		bites(k, keep_forget_run, "keeper.forget_failed");
	}
	arena_reset(k->arena);
}

/* Until somebody asks, or the next round is due. */
static struct waiter *
wait_for_round(struct keeper *k, bool *ret_stopping)
{
	struct timespec until;
	struct waiter *waiters;
	int64_t due = clock_mono(&k->options.flow->clock).v + ROUND_MS;

	until.tv_sec = due / 1000;
	until.tv_nsec = due % 1000 * 1000000;
	pthread_mutex_lock(&k->lock);
	while (k->waiters == NULL && !k->stopping &&
	    pthread_cond_timedwait(&k->wake, &k->lock, &until) != ETIMEDOUT) {
		/* woken for nothing */
	}
	waiters = k->waiters;
	k->waiters = NULL;
	*ret_stopping = k->stopping;
	pthread_mutex_unlock(&k->lock);
	return waiters;
}

static void
tell(struct waiter *w)
{
	while (w != NULL) {
		struct waiter *next = w->next;

		w->done(w->arg);
		free(w);
		w = next;
	}
}

static void *
run(void *arg)
{
	struct keeper *k = arg;
	bool stopping = false;

	while (!stopping) {
		struct waiter *waiters = wait_for_round(k, &stopping);

		do_round(k);
		tell(waiters);
	}
	return NULL;
}

/* A condition that waits by the monotonic clock. */
static void
cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

static void
keeper_free(struct keeper *k)
{
	pthread_cond_destroy(&k->wake);
	pthread_mutex_destroy(&k->lock);
	arena_free(k->arena);
	free(k);
}

enum err
keeper_start(const struct keeper_options *options, struct keeper **ret_keeper)
{
	struct keeper *k = calloc(1, sizeof(*k));

	if (k == NULL) {
		return ERR_NOMEM;
	}
	k->options = *options;
	pthread_mutex_init(&k->lock, NULL);
	cond_init(&k->wake);
	k->arena = arena_new(ARENA_MAX);
	if (k->arena == NULL ||
	    pthread_create(&k->thread, NULL, run, k) != 0) {
		keeper_free(k);
		return ERR_NOMEM;
	}
	*ret_keeper = k;
	return ERR_NONE;
}

void
keeper_stop(struct keeper *k)
{
	if (k == NULL) {
		return;
	}
	pthread_mutex_lock(&k->lock);
	k->stopping = true;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->lock);
	pthread_join(k->thread, NULL);
	tell(k->waiters);
	keeper_free(k);
}

enum err
keeper_do(struct keeper *k, void (*done)(void *arg), void *arg)
{
	struct waiter *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		return ERR_NOMEM;
	}
	w->done = done;
	w->arg = arg;
	pthread_mutex_lock(&k->lock);
	w->next = k->waiters;
	k->waiters = w;
	pthread_cond_signal(&k->wake);
	pthread_mutex_unlock(&k->lock);
	return ERR_NONE;
}

unix_ms
keeper_sealed_at(struct keeper *k)
{
	return (unix_ms){atomic_load(&k->sealed_at)};
}

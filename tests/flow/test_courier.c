/*
 * The courier and the store, which wakes it and outlives it.
 */
#include "world.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "app/courier.h"
#include "flow/admin.h"
#include "flow/directory.h"

/* A carrier that takes nothing, and knows when it is gone. */
struct post {
	atomic_bool gone;
	atomic_uint wakes, late;
};

static enum err
submit(void *ctx UNUSED, const struct outgoing *m UNUSED, unix_ms now UNUSED,
    sent_done *done UNUSED, void *arg UNUSED)
{
	return ERR_BUSY;
}

static enum err
run(void *ctx UNUSED, unix_ms now UNUSED, duration_ms timeout UNUSED)
{
	return ERR_NONE;
}

static unsigned
pending(const void *ctx UNUSED)
{
	return 0;
}

static void
wakeup(void *ctx)
{
	struct post *p = ctx;

	atomic_fetch_add(atomic_load(&p->gone) ? &p->late : &p->wakes, 1);
}

static void
gone(void *ctx)
{
	struct post *p = ctx;

	atomic_store(&p->gone, true);
}

static const struct channel_ops ops = {
	"post", submit, run, pending, wakeup, gone,
};

/*
 * Bug: a batch that was committed when the courier had stopped woke a carrier
 * that was freed, in a courier that was freed.
 */
static void
test_woken_after_stop(void **state)
{
	struct world *w = *state;
	struct post post = {0};
	struct courier_options o = {
		.flow = &w->flow, .carrier = {&ops, &post},
	};
	struct courier *c;

	OK(directory_new(&w->flow, &o.directory));
	OK(courier_start(&o, &c));
	courier_wake(c);
	assert_true(atomic_load(&post.wakes) > 0);
	courier_stop(c);
	assert_true(atomic_load(&post.gone));
	courier_wake(c);
	assert_int_equal(0, atomic_load(&post.late));
	courier_free(c);
	directory_free(o.directory);
	courier_stop(NULL);
	courier_free(NULL);
}

/* A carrier that has nothing to do, and waits until it is woken. */
struct rest {
	sem_t begun, woken;
	atomic_uint wakes;
};

static enum err
rest_run(void *ctx, unix_ms now UNUSED, duration_ms timeout UNUSED)
{
	struct rest *r = ctx;

	sem_post(&r->begun);
	sem_wait(&r->woken);
	return ERR_NONE;
}

static void
rest_wakeup(void *ctx)
{
	struct rest *r = ctx;

	atomic_fetch_add(&r->wakes, 1);
	sem_post(&r->woken);
}

static void
rest_free(void *ctx UNUSED)
{
}

static const struct channel_ops rest_ops = {
	"rest", submit, rest_run, pending, rest_wakeup, rest_free,
};

static enum err
nothing(struct tx *tx UNUSED, void *arg UNUSED)
{
	return ERR_NONE;
}

/*
 * Bug: the store's answer woke the courier to ask again, and so without end
 * in a server that had nothing to do.  It asks once and waits: what it had
 * asked before it waited is answered when a later job is.
 */
static void
test_asks_once(void **state)
{
	struct world *w = *state;
	struct rest rest = {0};
	struct courier_options o = {
		.flow = &w->flow, .carrier = {&rest_ops, &rest},
	};
	struct courier *c;

	sem_init(&rest.begun, 0, 0);
	sem_init(&rest.woken, 0, 0);
	OK(directory_new(&w->flow, &o.directory));
	OK(courier_start(&o, &c));
	sem_wait(&rest.begun);
	sem_wait(&rest.begun);
	OK(store_do(w->flow.store, STORE_BACKGROUND, nothing, NULL));
	assert_int_equal(1, atomic_load(&rest.wakes));
	courier_stop(c);
	courier_free(c);
	directory_free(o.directory);
}

/* A carrier that has one message, and answers when it may. */
struct desk {
	sem_t taken, answered;
	atomic_bool may_answer;
	sent_done *done;
	void *arg;
};

static enum err
desk_submit(void *ctx, const struct outgoing *m UNUSED, unix_ms now UNUSED,
    sent_done *done, void *arg)
{
	struct desk *d = ctx;

	d->done = done;
	d->arg = arg;
	sem_post(&d->taken);
	return ERR_NONE;
}

static enum err
desk_run(void *ctx, unix_ms now UNUSED, duration_ms timeout UNUSED)
{
	static const struct sent accepted = {
		.result = SENT_ACCEPTED, .reason = "accepted", .detail = "",
	};
	struct desk *d = ctx;

	if (d->done != NULL && atomic_load(&d->may_answer)) {
		d->done(d->arg, &accepted);
		d->done = NULL;
		sem_post(&d->answered);
	}
	return ERR_NONE;
}

static unsigned
desk_pending(const void *ctx)
{
	const struct desk *d = ctx;

	return d->done != NULL;
}

static void
desk_nothing(void *ctx UNUSED)
{
}

static const struct channel_ops desk_ops = {
	"desk", desk_submit, desk_run, desk_pending, desk_nothing,
	desk_nothing,
};

/* Whoever has the store's only writer, until he lets go of it. */
struct holder {
	struct store_job job;
	sem_t has, may_go;
};

static enum err
hold(struct tx *tx UNUSED, void *arg)
{
	struct holder *h = arg;

	sem_post(&h->has);
	sem_wait(&h->may_go);
	return ERR_NONE;
}

static void
forget(struct store_job *job UNUSED, enum err result UNUSED)
{
}

/* Until nobody else has room in the background. */
static struct store_job *
fill(struct world *w)
{
	enum { JOBS = 65536 };
	struct store_job *jobs = calloc(JOBS, sizeof(*jobs));
	enum err e = ERR_NONE;

	assert_non_null(jobs);
	for (int i = 0; i < JOBS && e == ERR_NONE; i++) {
		jobs[i] = (struct store_job){.run = nothing, .done = forget,
		    .priority = STORE_BACKGROUND};
		e = store_submit(w->flow.store, &jobs[i]);
	}
	assert_int_equal(ERR_BUSY, e);
	return jobs;
}

/* The world's tenant, as the directory finds it. */
static void
enroll(struct world *w)
{
	struct tenant_new t = {.flow = &w->flow, .id = w->tenant.id,
	    .name = STR("shop"), .brand = str_of(w->tenant.brand)};

	world_do(w, tenant_new_run, &t);
}

/*
 * Bug: what a peer had said while the store was full was forgotten, and the
 * message went out again when its lease was over.
 */
static void
test_full_store(void **state)
{
	struct world *w = *state;
	struct id id = world_challenge(w, (struct ask){0});
	struct desk desk = {0};
	struct holder h = {.job = {.run = hold, .done = forget,
	    .priority = STORE_CHECK}};
	struct courier_options o = {
		.flow = &w->flow, .carrier = {&desk_ops, &desk},
	};
	struct email from;
	struct message_row m[16];
	struct store_job *jobs;
	struct courier *c;

	enroll(w);
	assert_int_equal(FLAW_NONE, email_parse(STR("otp@shop.example"),
	    &from));
	o.from = &from;
	sem_init(&desk.taken, 0, 0);
	sem_init(&desk.answered, 0, 0);
	sem_init(&h.has, 0, 0);
	sem_init(&h.may_go, 0, 0);
	OK(directory_new(&w->flow, &o.directory));
	OK(courier_start(&o, &c));
	sem_wait(&desk.taken);
	h.job.arg = &h;
	OK(store_submit(w->flow.store, &h.job));
	sem_wait(&h.has);
	jobs = fill(w);
	atomic_store(&desk.may_answer, true);
	sem_wait(&desk.answered);
	sem_post(&h.may_go);
	courier_stop(c);
	assert_int_equal(1, world_messages(w, id, m));
	assert_int_equal(MESSAGE_SENT, m[0].state);
	courier_free(c);
	directory_free(o.directory);
	free(jobs);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_woken_after_stop),
		WORLD_TEST(test_asks_once),
		WORLD_TEST(test_full_store),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Contract of the executor: order, bounds, reruns, what a failure undoes, and
 * when the answers come.  On both engines.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "rows.h"
#include "store/tenants.h"
#include "store_fixture.h"

static const char *engine;

static bool
is_sqlite(void)
{
	return strcmp(engine, "sqlite") == 0;
}

/* A gate that holds the store's only thread until it is opened. */
struct gate {
	pthread_mutex_t lock;	/* guards the rest */
	pthread_cond_t changed;
	bool entered;
	bool open;
};

#define GATE {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false}

static enum err
wait_at_gate(struct tx *tx UNUSED, void *arg)
{
	struct gate *g = arg;

	pthread_mutex_lock(&g->lock);
	g->entered = true;
	pthread_cond_broadcast(&g->changed);
	while (!g->open) {
		pthread_cond_wait(&g->changed, &g->lock);
	}
	pthread_mutex_unlock(&g->lock);
	return ERR_NONE;
}

static void
open_gate(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

/* A job, what became of it, and in which place. */
struct task {
	struct store_job job;	/* first */
	struct task_list *list;
	struct id id;
	enum err answer;	/* what its use case returns */
	enum err result;
	unsigned place;
};

struct task_list {
	pthread_mutex_t lock;	/* guards the rest, and result and place */
	pthread_cond_t changed;
	unsigned done;
};

#define TASK_LIST {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}

static void
task_done(struct store_job *job, enum err result)
{
	struct task *t = (struct task *)job;

	pthread_mutex_lock(&t->list->lock);
	t->result = result;
	t->place = t->list->done++;
	pthread_cond_broadcast(&t->list->changed);
	pthread_mutex_unlock(&t->list->lock);
}

static void
wait_for(struct task_list *list, unsigned n)
{
	pthread_mutex_lock(&list->lock);
	while (list->done < n) {
		pthread_cond_wait(&list->changed, &list->lock);
	}
	pthread_mutex_unlock(&list->lock);
}

/* Writes a message, then answers what it was told to. */
static enum err
write_and_answer(struct tx *tx, void *arg)
{
	struct task *t = arg;
	struct message_row m = sample_message(t->id, t->id, at(0));
	enum err err = message_row_insert(tx, &m);

	tx_messages(tx);
	return err == ERR_NONE ? t->answer : err;
}

static void
submit(struct store *s, struct task *t, struct task_list *list,
    enum store_priority priority, use_case *run)
{
	t->list = list;
	t->id = fresh_id(at(0));
	t->job = (struct store_job){
		.run = run, .arg = t, .done = task_done, .priority = priority,
	};
	assert_int_equal(ERR_NONE, store_submit(s, &t->job));
}

static void
submit_gate(struct store *s, struct gate *g, struct task *t,
    struct task_list *list)
{
	t->list = list;
	t->job = (struct store_job){
		.run = wait_at_gate, .arg = g, .done = task_done,
		.priority = STORE_CHECK,
	};
	assert_int_equal(ERR_NONE, store_submit(s, &t->job));
	pthread_mutex_lock(&g->lock);
	while (!g->entered) {
		pthread_cond_wait(&g->changed, &g->lock);
	}
	pthread_mutex_unlock(&g->lock);
}

struct count {
	struct id challenge;
	unsigned n;
};

static enum err
count_messages(struct tx *tx, void *arg)
{
	struct count *count = arg;
	struct message_row rows[4];
	struct arena *arena = arena_new(1 << 16);
	enum err err = ERR_NOMEM;

	if (arena != NULL) {
		err = message_row_list(tx, &count->challenge, 4, arena, rows,
		    &count->n);
	}
	arena_free(arena);
	return err;
}

static unsigned
messages_of(struct store *s, struct id challenge)
{
	struct count count = {.challenge = challenge, .n = 99};

	assert_int_equal(ERR_NONE, store_read(s, count_messages, &count));
	return count.n;
}

/* S134: who stands at a door goes first. */
static void
test_priorities(void **state)
{
	static const enum store_priority order[] = {
		STORE_BACKGROUND, STORE_CREATE, STORE_CHECK, STORE_CREATE,
		STORE_CHECK, STORE_BACKGROUND,
	};
	static const unsigned places[] = {5, 3, 1, 4, 2, 6};
	struct store_options options = {.connections = 1};
	struct store_fixture *f = store_fixture_new(engine, &options);
	struct store *s = store_fixture_store(f);
	struct task_list list = TASK_LIST;
	struct gate gate = GATE;
	struct task tasks[7] = {0};

	(void)state;
	submit_gate(s, &gate, &tasks[6], &list);
	for (unsigned i = 0; i < 6; i++) {
		submit(s, &tasks[i], &list, order[i], write_and_answer);
	}
	open_gate(&gate);
	wait_for(&list, 7);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(ERR_NONE, tasks[i].result);
		assert_int_equal(places[i], tasks[i].place);
	}
	store_fixture_free(f);
}

static void
test_bounded(void **state)
{
	struct store_options options = {.connections = 1, .queue_max = 2};
	struct store_fixture *f = store_fixture_new(engine, &options);
	struct store *s = store_fixture_store(f);
	struct task_list list = TASK_LIST;
	struct gate gate = GATE;
	struct task tasks[5] = {0};

	(void)state;
	submit_gate(s, &gate, &tasks[0], &list);
	submit(s, &tasks[1], &list, STORE_CREATE, write_and_answer);
	submit(s, &tasks[2], &list, STORE_CREATE, write_and_answer);
	assert_int_equal(2, store_depth(s, STORE_CREATE));
	tasks[3].job = tasks[2].job;
	assert_int_equal(ERR_BUSY, store_submit(s, &tasks[3].job));
	assert_int_equal(ERR_BUSY, store_do(s, STORE_CREATE, write_and_answer,
	    &tasks[3]));
	submit(s, &tasks[4], &list, STORE_CHECK, write_and_answer);
	assert_int_equal(1, store_depth(s, STORE_CHECK));
	open_gate(&gate);
	wait_for(&list, 4);
	assert_int_equal(0, store_depth(s, STORE_CREATE));
	store_fixture_free(f);
}

struct rerun {
	struct id challenge;
	unsigned runs;
	unsigned conflicts;
};

static enum err
conflict_at_first(struct tx *tx, void *arg)
{
	struct rerun *r = arg;
	struct message_row m = sample_message(r->challenge, r->challenge,
	    at(0));
	enum err err = message_row_insert(tx, &m);

	if (err != ERR_NONE) {
		return err;
	}
	return r->runs++ < r->conflicts ? ERR_CONFLICT : ERR_NONE;
}

static void
test_rerun(void **state)
{
	struct store_fixture *f = store_fixture_new(engine, NULL);
	struct store *s = store_fixture_store(f);
	struct rerun r = {.challenge = fresh_id(at(0)), .conflicts = 2};

	(void)state;
	assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK,
	    conflict_at_first, &r));
	assert_int_equal(3, r.runs);
	assert_int_equal(1, messages_of(s, r.challenge));

	r = (struct rerun){.challenge = fresh_id(at(0)), .conflicts = 99};
	assert_int_equal(ERR_CONFLICT, store_do(s, STORE_CHECK,
	    conflict_at_first, &r));
	assert_int_equal(5, r.runs);
	assert_int_equal(0, messages_of(s, r.challenge));
	store_fixture_free(f);
}

/* One that fails among others takes only what is its own with it. */
static void
test_failure_in_batch(void **state)
{
	struct store_options options = {.connections = 1};
	struct store_fixture *f = store_fixture_new(engine, &options);
	struct store *s = store_fixture_store(f);
	struct task_list list = TASK_LIST;
	struct gate gate = GATE;
	struct task tasks[4] = {0};

	(void)state;
	tasks[2].answer = ERR_DENIED;
	submit_gate(s, &gate, &tasks[0], &list);
	for (unsigned i = 1; i < 4; i++) {
		submit(s, &tasks[i], &list, STORE_CHECK, write_and_answer);
	}
	open_gate(&gate);
	wait_for(&list, 4);
	assert_int_equal(ERR_NONE, tasks[1].result);
	assert_int_equal(ERR_DENIED, tasks[2].result);
	assert_int_equal(ERR_NONE, tasks[3].result);
	assert_int_equal(1, messages_of(s, tasks[1].id));
	assert_int_equal(0, messages_of(s, tasks[2].id));
	assert_int_equal(1, messages_of(s, tasks[3].id));
	store_fixture_free(f);
}

/* S24: the engine refuses a key without a tenant; the use case looks away. */
static enum err
overlook(struct tx *tx, void *arg)
{
	struct task *t = arg;
	struct api_key_row key = {.id = t->id, .tenant = t->id};
	struct message_row m = sample_message(t->id, t->id, at(0));
	enum err err = message_row_insert(tx, &m);

	assert(err == ERR_NONE);
	err = api_key_row_insert(tx, &key);
	assert(err == ERR_STORE);
	err = message_row_cancel(tx, &t->id);
	assert(err == ERR_STORE);
	return ERR_NONE;
}

static void
test_overlooked_error(void **state)
{
	struct store_fixture *f = store_fixture_new(engine, NULL);
	struct store *s = store_fixture_store(f);
	struct task t = {.id = fresh_id(at(0))};

	(void)state;
	assert_int_equal(ERR_STORE, store_do(s, STORE_CHECK, overlook, &t));
	assert_int_equal(0, messages_of(s, t.id));
	t.id = fresh_id(at(0));
	assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK, write_and_answer,
	    &t));
	assert_int_equal(1, messages_of(s, t.id));
	store_fixture_free(f);
}

/* I6: the courier is woken by what is committed, and sees it. */
struct courier {
	_Atomic(struct store *) store;
	struct id challenge;
	atomic_uint woken;
	atomic_uint seen;
};

static void
wake(void *ctx)
{
	struct courier *c = ctx;
	struct count count = {.challenge = c->challenge};
	enum err err = store_read(atomic_load(&c->store), count_messages,
	    &count);

	assert(err == ERR_NONE);
	atomic_store(&c->seen, count.n);
	atomic_fetch_add(&c->woken, 1);
}

static void
test_on_messages(void **state)
{
	struct courier courier = {.challenge = fresh_id(at(0))};
	struct store_options options = {.on_messages = wake, .ctx = &courier};
	struct store_fixture *f = store_fixture_new(engine, &options);
	struct task t = {.id = courier.challenge, .answer = ERR_DENIED};
	struct store *s = store_fixture_store(f);

	(void)state;
	atomic_store(&courier.store, s);
	assert_int_equal(ERR_DENIED, store_do(s, STORE_CHECK,
	    write_and_answer, &t));
	t.answer = ERR_NONE;
	assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK, write_and_answer,
	    &t));
	store_fixture_close(f);		/* the threads are gone */
	assert_int_equal(1, atomic_load(&courier.woken));
	assert_int_equal(1, atomic_load(&courier.seen));
	store_fixture_free(f);
}

/* S135: what was accepted is finished, and there after the restart. */
static void
test_close_finishes(void **state)
{
	enum { N = 200 };
	struct store_fixture *f = store_fixture_new(engine, NULL);
	struct task_list list = TASK_LIST;
	struct task *tasks = calloc(N, sizeof(*tasks));

	(void)state;
	assert_non_null(tasks);
	for (unsigned i = 0; i < N; i++) {
		submit(store_fixture_store(f), &tasks[i], &list,
		    (enum store_priority)(i % STORE_PRIORITY_COUNT),
		    write_and_answer);
	}
	store_fixture_close(f);
	assert_int_equal(N, list.done);
	store_fixture_open(f);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(ERR_NONE, tasks[i].result);
		assert_int_equal(1, messages_of(store_fixture_store(f),
		    tasks[i].id));
	}
	free(tasks);
	store_fixture_free(f);
}

static void
test_read_cannot_write(void **state)
{
	struct store_fixture *f = store_fixture_new(engine, NULL);
	struct store *s = store_fixture_store(f);
	struct task t = {.id = fresh_id(at(0))};

	(void)state;
	assert_int_equal(ERR_STORE, store_read(s, write_and_answer, &t));
	assert_int_equal(0, messages_of(s, t.id));
	store_fixture_free(f);
}

static void
test_create_and_open(void **state)
{
	struct store_fixture *f = store_fixture_new(engine, NULL);
	struct store *s = store_fixture_store(f);
	struct store *reader = NULL;
	struct store_options options = *store_fixture_options(f);
	struct task t = {.id = fresh_id(at(0))};

	(void)state;
	assert_string_equal(engine, store_engine(s));
	assert_int_equal(ERR_EXISTS, store_create(&options, at(0)));
	assert_int_equal(ERR_NONE, store_check(s));
	options.read_only = true;
	assert_int_equal(ERR_NONE, store_open(&options, &reader));
	assert_int_equal(ERR_DENIED, store_do(reader, STORE_CHECK,
	    write_and_answer, &t));
	assert_int_equal(ERR_NONE, store_do(s, STORE_CHECK, write_and_answer,
	    &t));
	assert_int_equal(1, messages_of(reader, t.id));
	store_close(reader);
	store_close(NULL);
	assert_int_equal(is_sqlite() ? ERR_EXISTS : ERR_RANGE,
	    store_backup(s, "/"));
	store_fixture_free(f);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_rerun),
		cmocka_unit_test(test_failure_in_batch),
		cmocka_unit_test(test_overlooked_error),
		cmocka_unit_test(test_on_messages),
		cmocka_unit_test(test_close_finishes),
		cmocka_unit_test(test_read_cannot_write),
		cmocka_unit_test(test_create_and_open),
	};

	engine = argc > 1 ? argv[1] : "sqlite";
	return cmocka_run_group_tests(tests, NULL, NULL);
}

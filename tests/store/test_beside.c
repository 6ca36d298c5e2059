/*
 * What is computed beside a commit (SQLite): each task at most once, none
 * under way after beside_end, none of a batch that was given up; and that an
 * approval's receipt is made there.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/sqlite/beside.h"
#include "store/store.h"
#include "store_fixture.h"

enum { TASKS = 64, TRIES_MAX = 10000 };

struct counted {
	atomic_uint begun;
	atomic_uint ended;
};

static void
count(void *arg)
{
	struct counted *c = arg;

	atomic_fetch_add(&c->begun, 1);
	atomic_fetch_add(&c->ended, 1);
}

/* Holds the thread until the test lets it go. */
struct gate {
	pthread_barrier_t entered;
	pthread_barrier_t open;
	atomic_bool left;
};

static void
pass(void *arg)
{
	struct gate *g = arg;

	pthread_barrier_wait(&g->entered);
	pthread_barrier_wait(&g->open);
	atomic_store(&g->left, true);
}

static int
setup(void **state)
{
	static struct beside b;

	b = (struct beside){0};
	*state = &b;
	return beside_open(&b, TASKS) == ERR_NONE ? 0 : -1;
}

static int
teardown(void **state)
{
	beside_close(*state);
	return 0;
}

static void
test_all_of_them_once(void **state)
{
	struct beside *b = *state;
	struct counted c[TASKS] = {0};
	unsigned done = 0;

	for (unsigned i = 0; i < TASKS; i++) {
		beside_note(b, count, &c[i]);
	}
	beside_begin(b);
	while (done < TASKS) {
		done = 0;
		for (unsigned i = 0; i < TASKS; i++) {
			done += atomic_load(&c[i].ended);
		}
	}
	beside_end(b);
	for (unsigned i = 0; i < TASKS; i++) {
		assert_int_equal(1, atomic_load(&c[i].begun));
	}
}

static void *
opener(void *arg)
{
	struct gate *g = arg;

	pthread_barrier_wait(&g->open);
	return NULL;
}

/* The end waits for the one under way, and the next is not begun. */
static void
test_end_waits_and_drops(void **state)
{
	struct beside *b = *state;
	struct counted c = {0};
	struct gate g;
	pthread_t thread;

	atomic_init(&g.left, false);
	pthread_barrier_init(&g.entered, NULL, 2);
	pthread_barrier_init(&g.open, NULL, 2);
	beside_note(b, pass, &g);
	beside_begin(b);
	pthread_barrier_wait(&g.entered);
	assert_int_equal(0, pthread_create(&thread, NULL, opener, &g));
	beside_end(b);
	assert_true(atomic_load(&g.left));
	pthread_join(thread, NULL);
	/* A batch that is given up. */
	beside_note(b, count, &c);
	beside_forget(b);
	beside_begin(b);
	beside_end(b);
	assert_int_equal(0, atomic_load(&c.begun));
	pthread_barrier_destroy(&g.entered);
	pthread_barrier_destroy(&g.open);
}

static enum err
leave_work(struct tx *tx, void *arg)
{
	tx_beside(tx, count, arg);
	return ERR_NONE;
}

static enum err
leave_and_fail(struct tx *tx, void *arg)
{
	tx_beside(tx, count, arg);
	return ERR_MISSING;
}

/* It is an offer: how often it is taken depends on the disk. */
static void
test_offer_is_taken(void **state)
{
	struct store_fixture *f = store_fixture_new("sqlite", NULL);
	struct counted c = {0};
	unsigned n = 0;

	(void)state;
	while (atomic_load(&c.ended) == 0 && n < TRIES_MAX) {
		n++;
		assert_int_equal(ERR_NONE, store_do(store_fixture_store(f),
		    STORE_CHECK, leave_work, &c));
		/* Nothing is under way once it is answered. */
		assert_int_equal(atomic_load(&c.begun),
		    atomic_load(&c.ended));
	}
	assert_int_equal(1, atomic_load(&c.ended));
	store_fixture_free(f);
}

static void
test_failure_leaves_nothing(void **state)
{
	struct store_fixture *f = store_fixture_new("sqlite", NULL);
	struct counted c = {0};

	(void)state;
	for (unsigned i = 0; i < TASKS; i++) {
		assert_int_equal(ERR_MISSING, store_do(store_fixture_store(f),
		    STORE_CHECK, leave_and_fail, &c));
	}
	assert_int_equal(0, atomic_load(&c.begun));
	store_fixture_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_of_them_once, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_end_waits_and_drops,
		    setup, teardown),
		cmocka_unit_test(test_offer_is_taken),
		cmocka_unit_test(test_failure_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "store/queue.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

enum { MAX = 100 };

static void
put(struct queue *q, struct store_job *job, enum store_priority priority)
{
	job->priority = priority;
	assert_int_equal(ERR_NONE, queue_put(q, job));
}

static void
test_order(void **state)
{
	struct store_job jobs[5] = {0}, *got[8];
	struct queue q;

	(void)state;
	queue_init(&q, MAX);
	put(&q, &jobs[4], STORE_BACKGROUND);
	put(&q, &jobs[2], STORE_CREATE);
	put(&q, &jobs[0], STORE_CHECK);
	put(&q, &jobs[3], STORE_CREATE);
	put(&q, &jobs[1], STORE_CHECK);
	assert_int_equal(3, queue_take(&q, 3, got));
	assert_int_equal(2, queue_take(&q, 8, got + 3));
	for (unsigned i = 0; i < 5; i++) {
		assert_ptr_equal(&jobs[i], got[i]);
	}
	queue_done(&q);
}

/* S134: each lane has its own bound, and being full is no end. */
static void
test_bound(void **state)
{
	struct store_job jobs[4] = {0}, *got[4];
	struct queue q;

	(void)state;
	queue_init(&q, 2);
	put(&q, &jobs[0], STORE_CREATE);
	put(&q, &jobs[1], STORE_CREATE);
	jobs[2].priority = STORE_CREATE;
	assert_int_equal(ERR_BUSY, queue_put(&q, &jobs[2]));
	put(&q, &jobs[3], STORE_CHECK);
	assert_int_equal(2, queue_depth(&q, STORE_CREATE));
	assert_int_equal(1, queue_depth(&q, STORE_CHECK));
	assert_int_equal(3, queue_take(&q, 4, got));
	put(&q, &jobs[2], STORE_CREATE);
	assert_int_equal(1, queue_depth(&q, STORE_CREATE));
	queue_done(&q);
}

/* A flood of checks leaves one in 16 to the others. */
static void
test_share(void **state)
{
	struct store_job checks[MAX] = {0}, creates[MAX] = {0};
	struct store_job others[MAX] = {0}, *got;
	unsigned n[STORE_PRIORITY_COUNT] = {0};
	struct queue q;

	(void)state;
	queue_init(&q, MAX);
	for (unsigned i = 0; i < MAX; i++) {
		put(&q, &checks[i], STORE_CHECK);
		put(&q, &creates[i], STORE_CREATE);
		put(&q, &others[i], STORE_BACKGROUND);
	}
	for (unsigned i = 0; i < 96; i++) {
		assert_int_equal(1, queue_take(&q, 1, &got));
		n[got->priority]++;
	}
	assert_int_equal(90, n[STORE_CHECK]);
	assert_int_equal(3, n[STORE_CREATE]);
	assert_int_equal(3, n[STORE_BACKGROUND]);
	queue_done(&q);
}

static void
test_close(void **state)
{
	struct store_job jobs[2] = {0}, *got[2];
	struct queue q;

	(void)state;
	queue_init(&q, MAX);
	put(&q, &jobs[0], STORE_CHECK);
	queue_close(&q);
	assert_int_equal(ERR_CLOSED, queue_put(&q, &jobs[1]));
	assert_int_equal(1, queue_take(&q, 2, got));
	assert_int_equal(0, queue_take(&q, 2, got));
	queue_done(&q);
}

struct patient {
	struct queue *queue;
	struct store_job job;
	enum err result;
};

static void *
put_patiently(void *patient)
{
	struct patient *p = patient;

	p->result = queue_put_patiently(p->queue, &p->job);
	return NULL;
}

/* Who waits for room gets it, whenever the other comes; or hears of the end. */
static void
test_patience(void **state)
{
	struct store_job jobs[2] = {0}, *got[1];
	struct queue q;
	struct patient p = {.queue = &q};
	pthread_t thread;

	(void)state;
	queue_init(&q, 1);
	put(&q, &jobs[0], STORE_CHECK);
	assert_int_equal(0, pthread_create(&thread, NULL, put_patiently, &p));
	assert_int_equal(1, queue_take(&q, 1, got));
	assert_ptr_equal(&jobs[0], got[0]);
	assert_int_equal(0, pthread_join(thread, NULL));
	assert_int_equal(ERR_NONE, p.result);
	assert_int_equal(1, queue_take(&q, 1, got));
	assert_ptr_equal(&p.job, got[0]);

	put(&q, &jobs[1], STORE_CHECK);
	assert_int_equal(0, pthread_create(&thread, NULL, put_patiently, &p));
	queue_close(&q);
	assert_int_equal(0, pthread_join(thread, NULL));
	assert_int_equal(ERR_CLOSED, p.result);
	queue_done(&q);
}

struct waiter {
	struct queue q;
	atomic_bool go_on;
};

static void *
stop_waiting(void *ctx)
{
	struct waiter *w = ctx;

	atomic_store(&w->go_on, false);
	queue_wake(&w->q);
	return NULL;
}

/* Whoever takes more waits for more only as long as he is told to. */
static void
test_while(void **state)
{
	struct store_job job = {0}, *got[2];
	struct waiter w = {.go_on = true};
	pthread_t thread;

	(void)state;
	queue_init(&w.q, MAX);
	put(&w.q, &job, STORE_CHECK);
	assert_int_equal(1, queue_take_while(&w.q, &w.go_on, 2, got));
	assert_int_equal(0, pthread_create(&thread, NULL, stop_waiting, &w));
	assert_int_equal(0, queue_take_while(&w.q, &w.go_on, 2, got));
	assert_int_equal(0, pthread_join(thread, NULL));
	/* What is there is given out all the same. */
	put(&w.q, &job, STORE_CHECK);
	assert_int_equal(1, queue_take_while(&w.q, &w.go_on, 2, got));
	queue_done(&w.q);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_share), cmocka_unit_test(test_close),
		cmocka_unit_test(test_patience), cmocka_unit_test(test_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

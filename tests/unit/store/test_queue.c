#include "store/queue.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_bound),
		cmocka_unit_test(test_share), cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

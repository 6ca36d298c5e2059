/*
 * The n-th allocation of SQLite, or of our own code, fails: once, or it and
 * all that follow (S141).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "fault_malloc.h"
#include "store_trial.h"

enum { RUNS_MAX = 100000 };

static sqlite3_mem_methods real;
static atomic_uint counted;
static atomic_uint fired;
static unsigned fail_at;
static bool fail_onwards;

static bool
is_due(void)
{
	const unsigned n = atomic_fetch_add(&counted, 1) + 1;
	const bool due = fail_onwards ? n >= fail_at : n == fail_at;

	if (due) {
		atomic_fetch_add(&fired, 1);
	}
	return due;
}

static void *
faulty_malloc(int n)
{
	return is_due() ? NULL : real.xMalloc(n);
}

static void *
faulty_realloc(void *p, int n)
{
	return is_due() ? NULL : real.xRealloc(p, n);
}

/* The child has no connection yet, so SQLite can begin anew. */
static void
arm_sqlite(const struct trial *t, unsigned n)
{
	sqlite3_mem_methods faulty;

	sqlite3_shutdown();
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
	faulty = real;
	faulty.xMalloc = faulty_malloc;
	faulty.xRealloc = faulty_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty);
	fail_at = n;
	fail_onwards = t->kind == FAULT_ONWARDS;
}

static unsigned
fired_sqlite(void)
{
	return atomic_load(&fired);
}

static void
arm_ours(const struct trial *t, unsigned n)
{
	fault_malloc_arm(n, (enum fault_mode)t->kind);
}

/*
 * The first hundred one by one; then SQLite's steady state, where each job
 * allocates alike, in steps.
 */
static void
for_each_n(const struct trial *t, unsigned step)
{
	unsigned n = 0, hurt = 0;
	enum trial_end end;

	do {
		n += n < 100 ? 1 : step;
		assert_true(n < RUNS_MAX);
		end = trial_run(t, n);
		hurt += end == TRIAL_HURT;
	} while (end != TRIAL_UNHURT);
	assert_true(hurt > 0);
}

static void
test_sqlite_once(void **state)
{
	const struct trial t = {
		.what = "SQLite's malloc, once", .arm = arm_sqlite,
		.fired = fired_sqlite, .kind = FAULT_ONCE,
	};

	(void)state;
	for_each_n(&t, 3);
}

static void
test_sqlite_onwards(void **state)
{
	const struct trial t = {
		.what = "SQLite's malloc, onwards", .arm = arm_sqlite,
		.fired = fired_sqlite, .kind = FAULT_ONWARDS,
	};

	(void)state;
	for_each_n(&t, 7);
}

static void
test_ours_once(void **state)
{
	const struct trial t = {
		.what = "malloc, once", .arm = arm_ours,
		.fired = fault_malloc_failed, .kind = FAULT_ONCE,
	};

	(void)state;
	for_each_n(&t, 1);
}

static void
test_ours_onwards(void **state)
{
	const struct trial t = {
		.what = "malloc, onwards", .arm = arm_ours,
		.fired = fault_malloc_failed, .kind = FAULT_ONWARDS,
	};

	(void)state;
	for_each_n(&t, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sqlite_once),
		cmocka_unit_test(test_sqlite_onwards),
		cmocka_unit_test(test_ours_once),
		cmocka_unit_test(test_ours_onwards),
	};

	return cmocka_run_group_tests(tests, trial_setup, trial_teardown);
}

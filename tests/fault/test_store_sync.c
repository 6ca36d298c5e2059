/*
 * The n-th read, write or sync fails, or the power goes there, for n from 1
 * until nothing is left to fail.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "fault_vfs.h"
#include "store_trial.h"

enum { RUNS_MAX = 2000 };

static void
arm(const struct trial *t, unsigned n)
{
	fault_vfs_install();
	fault_vfs_arm((enum fault_vfs_kind)t->kind, n);
}

/* How often the child ended in each way. */
struct ends {
	unsigned of[TRIAL_CUT + 1];
};

static struct ends
for_each_n(enum fault_vfs_kind kind, const char *what)
{
	const struct trial t = {
		.what = what, .arm = arm, .fired = fault_vfs_fired,
		.kind = (int)kind, .recovers = kind == FAULT_VFS_FULL,
	};
	struct ends ends = {{0}};
	unsigned n = 0;
	enum trial_end end;

	do {
		n++;
		assert_true(n < RUNS_MAX);
		end = trial_run(&t, n);
		ends.of[end]++;
	} while (end != TRIAL_UNHURT);
	assert_true(n > TRIAL_JOBS / TRIAL_TOGETHER);
	return ends;
}

static void
test_read_fails(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_READ, "read");

	(void)state;
	assert_true(ends.of[TRIAL_HURT] > 0);
}

/* A commit that cannot be written ends the process. */
static void
test_write_fails(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_WRITE, "write");

	(void)state;
	assert_true(ends.of[TRIAL_ABORTED] > 0);
}

static void
test_short_write(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_SHORT, "short write");

	(void)state;
	assert_true(ends.of[TRIAL_ABORTED] > 0);
}

/* A full disk does not, and when it is not full any more all goes on. */
static void
test_disk_full(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_FULL, "full disk");

	(void)state;
	assert_int_equal(0, ends.of[TRIAL_ABORTED]);
	assert_true(ends.of[TRIAL_HURT] > 0);
}

/* Rule 10: a failed sync stops the process, whichever sync it is. */
static void
test_sync_fails(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_SYNC, "sync");

	(void)state;
	assert_int_equal(0, ends.of[TRIAL_HURT]);
	assert_true(ends.of[TRIAL_ABORTED] > 0);
}

static void
test_power_cut(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_CUT_DROP, "cut, none kept");

	(void)state;
	assert_true(ends.of[TRIAL_CUT] > 0);
}

static void
test_power_cut_some(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_CUT_SOME, "cut, some kept");

	(void)state;
	assert_true(ends.of[TRIAL_CUT] > 0);
}

static void
test_power_cut_torn(void **state)
{
	struct ends ends = for_each_n(FAULT_VFS_CUT_TORN, "cut, torn");

	(void)state;
	assert_true(ends.of[TRIAL_CUT] > 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_fails),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_short_write),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_sync_fails),
		cmocka_unit_test(test_power_cut),
		cmocka_unit_test(test_power_cut_some),
		cmocka_unit_test(test_power_cut_torn),
	};

	return cmocka_run_group_tests(tests, trial_setup,
	    trial_teardown);
}

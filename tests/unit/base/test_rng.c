/*
 * base/rng.h and base/err.h.
 */
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

static void
system_bytes_differ(void **state UNUSED)
{
	struct rng rng = rng_system();
	uint8_t a[64] = {0}, b[64] = {0};
	uint8_t zeros[64] = {0};

	assert_int_equal(rng_fill(&rng, a, sizeof(a)), ERR_NONE);
	assert_int_equal(rng_fill(&rng, b, sizeof(b)), ERR_NONE);
	assert_memory_not_equal(a, b, sizeof(a));
	/* Both ends are written. */
	assert_memory_not_equal(a, zeros, 16);
	assert_memory_not_equal(a + 48, zeros, 16);
	assert_int_equal(rng_fill(&rng, a, 0), ERR_NONE);
}

/* More than the kernel gives in one call that a signal may cut short. */
static void
large_requests_are_filled(void **state UNUSED)
{
	static uint8_t big[1 << 20];
	struct rng rng = rng_system();
	unsigned counts[256] = {0};

	assert_int_equal(rng_fill(&rng, big, sizeof(big)), ERR_NONE);
	for (size_t i = 0; i < sizeof(big); i++) {
		counts[big[i]]++;
	}
	/* 4096 expected, standard deviation 64: ten of them either way. */
	for (int i = 0; i < 256; i++) {
		assert_in_range(counts[i], 4096 - 640, 4096 + 640);
	}
}

/* S3: nothing is repeated across a fork. */
static void
child_draws_others(void **state UNUSED)
{
	struct rng rng = rng_system();
	uint8_t ours[32], theirs[32] = {0};
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(rng_fill(&rng, ours, sizeof(ours)), ERR_NONE);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		ssize_t n = rng_fill(&rng, theirs, sizeof(theirs)) != ERR_NONE ?
		    0 : write(ends[1], theirs, sizeof(theirs));

		_exit(n == (ssize_t)sizeof(theirs) ? 0 : 1);
	}
	assert_int_equal(rng_fill(&rng, ours, sizeof(ours)), ERR_NONE);
	assert_int_equal(read(ends[0], theirs, sizeof(theirs)), 32);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_memory_not_equal(ours, theirs, sizeof(ours));
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static void
every_error_has_a_name(void **state UNUSED)
{
	for (int e = 0; e < ERR_COUNT; e++) {
		assert_non_null(err_name((enum err)e));
		for (int f = 0; f < e; f++) {
			assert_string_not_equal(err_name((enum err)e),
			    err_name((enum err)f));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_bytes_differ),
		cmocka_unit_test(large_requests_are_filled),
		cmocka_unit_test(child_draws_others),
		cmocka_unit_test(every_error_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The threads that hash passwords: a bound that holds, nobody's hash, and
 * hashes that grow (S134, S79).
 */
#include "world.h"

#include <semaphore.h>

#include "flow/hashes.h"

#define CHEAP ((struct password_cost){64, 1})

struct counted {
	struct hash_job job;
	sem_t *done;
	sem_t *hold;		/* NULL, or waited for on the pool's thread */
};

static void
finished(struct hash_job *job)
{
	struct counted *c = job->ctx;

	if (c->hold != NULL) {
		sem_wait(c->hold);
	}
	sem_post(c->done);
}

static struct hashes *
pool(struct world *w, unsigned queue)
{
	const struct hashes_options o = {
		.threads = 1, .queue_max = queue, .cost = CHEAP,
		.rng = w->flow.rng,
	};
	struct hashes *h;

	OK(hashes_new(&o, &h));
	return h;
}

static struct counted
job(const char *password, sem_t *done)
{
	return (struct counted){
		.job = {.password = str_of(password), .done = finished},
		.done = done,
	};
}

static void
test_bound(void **state)
{
	struct world *w = *state;
	struct hashes *h = pool(w, 3);
	struct counted jobs[6];
	sem_t done, hold;
	int taken = 0;

	sem_init(&done, 0, 0);
	sem_init(&hold, 0, 0);
	for (int i = 0; i < 6; i++) {
		jobs[i] = job("seven wet umbrellas", &done);
		jobs[i].job.ctx = &jobs[i];
		jobs[i].hold = &hold;
	}
	/* One is at work, held; three wait; the rest are refused. */
	OK(hashes_submit(h, &jobs[0].job));
	while (hashes_waiting(h) > 0) {
		sched_yield();
	}
	assert_int_equal(1, hashes_running(h));
	for (int i = 1; i < 6; i++) {
		taken += hashes_submit(h, &jobs[i].job) == ERR_NONE;
	}
	assert_int_equal(3, taken);
	assert_int_equal(3, hashes_waiting(h));
	for (int i = 0; i < 4; i++) {
		sem_post(&hold);
		sem_wait(&done);
	}
	/* What waits when it is freed is finished. */
	jobs[5].hold = NULL;
	OK(hashes_submit(h, &jobs[5].job));
	hashes_free(h);
	assert_int_equal(0, sem_trywait(&done));
	assert_int_equal(ERR_NONE, jobs[5].job.result);
	sem_destroy(&done);
	sem_destroy(&hold);
}

static void
test_verify(void **state)
{
	struct world *w = *state;
	struct hashes *h = pool(w, 3);
	struct hash_job made = {.password = STR("seven wet umbrellas")};
	struct hash_job j = {.verify = true};
	const struct rng rng = w->flow.rng;
	char weak[PASSWORD_HASH_SIZE];

	hash_job_run(h, &made);
	assert_int_equal(ERR_NONE, made.result);
	j.hash = str_of(made.made);
	j.password = made.password;
	hash_job_run(h, &j);
	assert_true(j.right);
	assert_int_equal('\0', j.made[0]);
	j.password = STR("another");
	hash_job_run(h, &j);
	assert_false(j.right);
	/* Nobody's: never right, and no error. */
	j.hash = STR("");
	hash_job_run(h, &j);
	assert_int_equal(ERR_NONE, j.result);
	assert_false(j.right);
	/* Made at a lower cost, it comes back made at ours. */
	OK(password_hash(&rng, (struct password_cost){32, 1}, made.password,
	    weak));
	j.hash = str_of(weak);
	j.password = made.password;
	hash_job_run(h, &j);
	assert_true(j.right);
	assert_false(password_is_weak(str_of(j.made), CHEAP));
	/* Not when it was wrong. */
	j.password = STR("another");
	hash_job_run(h, &j);
	assert_false(j.right);
	assert_int_equal('\0', j.made[0]);
	hashes_free(h);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_bound), WORLD_TEST(test_verify),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

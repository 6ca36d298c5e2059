#include "world.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { FAN_THREADS = 8 };

struct fan {
	struct store *store;
	struct fan_job *jobs;
	unsigned n;
	pthread_barrier_t start;
	pthread_mutex_t lock;	/* guards left */
	pthread_cond_t all_done;
	unsigned left;
};

struct fan_job {
	struct store_job job;
	struct fan *fan;
	enum err result;
};

struct fan_thread {
	struct fan *fan;
	unsigned index;
	pthread_t thread;
};

static void
fan_done(struct store_job *job, enum err result)
{
	struct fan_job *j = (struct fan_job *)job;
	struct fan *fan = j->fan;

	j->result = result;
	pthread_mutex_lock(&fan->lock);
	if (--fan->left == 0) {
		pthread_cond_signal(&fan->all_done);
	}
	pthread_mutex_unlock(&fan->lock);
}

static void *
fan_main(void *arg)
{
	const struct fan_thread *t = arg;
	struct fan *fan = t->fan;

	pthread_barrier_wait(&fan->start);
	for (unsigned i = t->index; i < fan->n; i += FAN_THREADS) {
		enum err e = store_submit(fan->store, &fan->jobs[i].job);

		assert(e == ERR_NONE);
	}
	return NULL;
}

static void
fan_run(struct fan *fan)
{
	struct fan_thread threads[FAN_THREADS];

	for (unsigned i = 0; i < FAN_THREADS; i++) {
		threads[i] = (struct fan_thread){.fan = fan, .index = i};
		assert_int_equal(0, pthread_create(&threads[i].thread, NULL,
		    fan_main, &threads[i]));
	}
	for (unsigned i = 0; i < FAN_THREADS; i++) {
		pthread_join(threads[i].thread, NULL);
	}
	pthread_mutex_lock(&fan->lock);
	while (fan->left > 0) {
		pthread_cond_wait(&fan->all_done, &fan->lock);
	}
	pthread_mutex_unlock(&fan->lock);
}

void
fan_out(struct world *w, use_case *run, void *args, size_t size, unsigned n,
    enum err *results)
{
	struct fan fan = {
		.store = w->flow.store, .n = n, .left = n,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.all_done = PTHREAD_COND_INITIALIZER,
		.jobs = calloc(n, sizeof(struct fan_job)),
	};

	assert_non_null(fan.jobs);
	assert_int_equal(0, pthread_barrier_init(&fan.start, NULL,
	    FAN_THREADS));
	for (unsigned i = 0; i < n; i++) {
		fan.jobs[i].job = (struct store_job){.run = run,
		    .arg = (char *)args + i * size, .done = fan_done,
		    .priority = STORE_CHECK};
		fan.jobs[i].fan = &fan;
	}
	fan_run(&fan);
	for (unsigned i = 0; i < n; i++) {
		if (results != NULL) {
			results[i] = fan.jobs[i].result;
		} else {
			OK(fan.jobs[i].result);
		}
	}
	pthread_barrier_destroy(&fan.start);
	pthread_mutex_destroy(&fan.lock);
	pthread_cond_destroy(&fan.all_done);
	free(fan.jobs);
}

#include "store/store.h"

#include <signal.h>

#include "base/str.h"
#include "store/engine.h"

enum {
	DEFAULT_QUEUE = 4096,
	DEFAULT_BATCH = 64,
	DEFAULT_CONNECTIONS = 4,
};

void
engine_init(struct store *s, const struct engine *engine,
    const struct store_options *options)
{
	s->engine = engine;
	s->options = *options;
	s->options.location = NULL;
	if (s->options.queue_max == 0) {
		s->options.queue_max = DEFAULT_QUEUE;
	}
	if (s->options.batch_max == 0) {
		s->options.batch_max = DEFAULT_BATCH;
	}
	if (s->options.connections == 0) {
		s->options.connections = DEFAULT_CONNECTIONS;
	}
	if (s->options.rng.fill == NULL) {
		s->options.rng = rng_system();
	}
	queue_init(&s->queue, s->options.queue_max);
}

void
engine_done(struct store *s)
{
	queue_done(&s->queue);
}

void
engine_answer(struct store_job *const jobs[], const enum err results[],
    unsigned n)
{
	void (*after)(void) = NULL;

	for (unsigned i = 0; i < n; i++) {
		void (*next)(void) = jobs[i]->after;

		if (after != NULL && after != next) {
			after();
		}
		after = next;
		jobs[i]->done(jobs[i], results[i]);
	}
	if (after != NULL) {
		after();
	}
}

struct trouble
trouble_of(const struct store_options *options)
{
	return (struct trouble){
		.tell = options->on_trouble, .ctx = options->ctx,
	};
}

void
trouble_tell(struct trouble *t, const char *what)
{
	if (!t->told && t->tell != NULL) {
		t->tell(t->ctx, what);
	}
	t->told = true;
}

void
trouble_over(struct trouble *t)
{
	t->told = false;
}

enum err
engine_thread(pthread_t *thread, const char *name, void *(*main)(void *ctx),
    void *ctx)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(thread, NULL, main, ctx);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		return ERR_NOMEM;
	}
	pthread_setname_np(*thread, name);
	return ERR_NONE;
}

static const struct engine *
engine_of(const char *location)
{
	struct str s = str_of(location);

	if (str_starts(s, STR("postgresql://")) ||
	    str_starts(s, STR("postgres://"))) {
		return &postgres_engine;
	}
	return &sqlite_engine;
}

enum err
store_create(const struct store_options *options, unix_ms now)
{
	return engine_of(options->location)->create(options, now);
}

enum err
store_open(const struct store_options *options, struct store **ret_store)
{
	return engine_of(options->location)->open(options, ret_store);
}

void
store_close(struct store *s)
{
	if (s == NULL) {
		return;
	}
	queue_close(&s->queue);
	s->engine->close(s);
}

enum err
store_submit(struct store *s, struct store_job *job)
{
	if (s->options.read_only) {
		return ERR_DENIED;
	}
	return queue_put(&s->queue, job);
}

enum err
store_submit_patiently(struct store *s, struct store_job *job)
{
	if (s->options.read_only) {
		return ERR_DENIED;
	}
	return queue_put_patiently(&s->queue, job);
}

/* store_do's job, and the thread that waits for it. */
struct wait {
	struct store_job job;
	pthread_mutex_t lock;	/* guards result and finished */
	pthread_cond_t done;
	enum err result;
	bool finished;
};

static void
wait_done(struct store_job *job, enum err result)
{
	/* job is the first member. */
	struct wait *wait = (struct wait *)job;

	pthread_mutex_lock(&wait->lock);
	wait->result = result;
	wait->finished = true;
	pthread_cond_signal(&wait->done);
	pthread_mutex_unlock(&wait->lock);
}

enum err
store_do(struct store *s, enum store_priority priority, use_case *run,
    void *arg)
{
	struct wait wait = {
		.job = {
			.run = run, .arg = arg, .done = wait_done,
			.priority = priority,
		},
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER,
	};
	enum err err = store_submit(s, &wait.job);

	if (err != ERR_NONE) {
		return err;
	}
	pthread_mutex_lock(&wait.lock);
	while (!wait.finished) {
		pthread_cond_wait(&wait.done, &wait.lock);
	}
	pthread_mutex_unlock(&wait.lock);
	pthread_cond_destroy(&wait.done);
	pthread_mutex_destroy(&wait.lock);
	return wait.result;
}

enum err
store_read(struct store *s, use_case *run, void *arg)
{
	return s->engine->read(s, run, arg);
}

unsigned
store_depth(struct store *s, enum store_priority priority)
{
	return queue_depth(&s->queue, priority);
}

const char *
store_engine(const struct store *s)
{
	return s->engine->name;
}

enum err
store_backup(struct store *s, const char *path)
{
	return s->engine->backup(s, path);
}

enum err
store_check(struct store *s)
{
	return s->engine->check(s);
}

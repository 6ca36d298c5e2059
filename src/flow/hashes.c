#include "flow/hashes.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MAX = 64 };

struct hashes {
	struct hashes_options options;
	char nobody[PASSWORD_HASH_SIZE];	/* of a password that nobody has */
	pthread_t threads[THREADS_MAX];
	unsigned n_threads;
	pthread_mutex_t lock;	/* guards all below */
	pthread_cond_t work;
	struct hash_job *first, *last;
	unsigned waiting, running;
	bool closed;
};

static void
verify(const struct hashes *h, struct hash_job *job)
{
	bool nobody = job->hash.n == 0, right = false;

	job->result = password_verify(nobody ? str_of(h->nobody) : job->hash,
	    job->password, &right);
	job->right = right && !nobody;
	if (job->result == ERR_NONE && job->right &&
	    password_is_weak(job->hash, h->options.cost)) {
		job->result = password_hash(&h->options.rng, h->options.cost,
		    job->password, job->made);
	}
}

void
hash_job_run(const struct hashes *h, struct hash_job *job)
{
	job->right = false;
	job->made[0] = '\0';
	if (job->work != NULL) {
		job->work(job, h->options.cost);
	} else if (job->verify) {
		verify(h, job);
	} else {
		job->result = password_hash(&h->options.rng, h->options.cost,
		    job->password, job->made);
	}
}

/* NULL: nothing waits and nothing will. */
static struct hash_job *
take(struct hashes *h)
{
	struct hash_job *job;

	pthread_mutex_lock(&h->lock);
	while (h->first == NULL && !h->closed) {
		pthread_cond_wait(&h->work, &h->lock);
	}
	job = h->first;
	if (job != NULL) {
		h->first = job->next;
		h->waiting--;
		h->running++;
	}
	pthread_mutex_unlock(&h->lock);
	return job;
}

static void
rest(struct hashes *h)
{
	pthread_mutex_lock(&h->lock);
	h->running--;
	pthread_mutex_unlock(&h->lock);
}

static void *
work(void *ctx)
{
	struct hashes *h = ctx;
	struct hash_job *job;

	while ((job = take(h)) != NULL) {
		hash_job_run(h, job);
		job->done(job);
		rest(h);
	}
	return NULL;
}

/* Signals are for the main thread. */
static enum err
start_threads(struct hashes *h)
{
	sigset_t all, before;
	enum err e = ERR_NONE;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (e == ERR_NONE && h->n_threads < h->options.threads) {
		if (pthread_create(&h->threads[h->n_threads], NULL, work,
		    h) != 0) {
			e = ERR_NOMEM;
		} else {
			pthread_setname_np(h->threads[h->n_threads++],
			    "hash");
		}
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return e;
}

enum err
hashes_new(const struct hashes_options *options, struct hashes **ret_hashes)
{
	struct hashes *h = calloc(1, sizeof(*h));
	uint8_t random[16];
	enum err e;

	if (h == NULL) {
		return ERR_NOMEM;
	}
	h->options = *options;
	if (h->options.threads > THREADS_MAX) {
		h->options.threads = THREADS_MAX;
	}
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->work, NULL);
	e = rng_fill(&options->rng, random, sizeof(random));
	if (e == ERR_NONE) {
		e = password_hash(&options->rng, options->cost,
		    (struct str){(const char *)random, sizeof(random)},
		    h->nobody);
	}
	if (e == ERR_NONE) {
		e = start_threads(h);
	}
	if (e != ERR_NONE) {
		hashes_free(h);
		return e;
	}
	*ret_hashes = h;
	return ERR_NONE;
}

void
hashes_free(struct hashes *h)
{
	if (h == NULL) {
		return;
	}
	pthread_mutex_lock(&h->lock);
	h->closed = true;
	pthread_cond_broadcast(&h->work);
	pthread_mutex_unlock(&h->lock);
	for (unsigned i = 0; i < h->n_threads; i++) {
		pthread_join(h->threads[i], NULL);
	}
	pthread_cond_destroy(&h->work);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

enum err
hashes_submit(struct hashes *h, struct hash_job *job)
{
	enum err e = ERR_NONE;

	job->next = NULL;
	pthread_mutex_lock(&h->lock);
	if (h->closed || h->waiting >= h->options.queue_max) {
		e = h->closed ? ERR_CLOSED : ERR_BUSY;
	} else {
		if (h->first == NULL) {
			h->first = job;
		} else {
			h->last->next = job;
		}
		h->last = job;
		h->waiting++;
		pthread_cond_signal(&h->work);
	}
	pthread_mutex_unlock(&h->lock);
	return e;
}

unsigned
hashes_waiting(struct hashes *h)
{
	unsigned n;

	pthread_mutex_lock(&h->lock);
	n = h->waiting;
	pthread_mutex_unlock(&h->lock);
	return n;
}

unsigned
hashes_running(struct hashes *h)
{
	unsigned n;

	pthread_mutex_lock(&h->lock);
	n = h->running;
	pthread_mutex_unlock(&h->lock);
	return n;
}

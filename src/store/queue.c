#include "store/queue.h"

#include <assert.h>
#include <stddef.h>

enum { CREATE_TURN = 16, BACKGROUND_TURN = 32 };

void
queue_init(struct queue *q, unsigned max)
{
	*q = (struct queue){.max = max};
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
	pthread_cond_init(&q->emptied, NULL);
}

void
queue_done(struct queue *q)
{
	pthread_cond_destroy(&q->emptied);
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
}

static void
lane_put(struct lane *lane, struct store_job *job)
{
	job->next = NULL;
	if (lane->last == NULL) {
		lane->first = job;
	} else {
		lane->last->next = job;
	}
	lane->last = job;
	lane->n++;
}

static struct store_job *
lane_take(struct lane *lane)
{
	struct store_job *job = lane->first;

	if (job == NULL) {
		return NULL;
	}
	lane->first = job->next;
	if (lane->first == NULL) {
		lane->last = NULL;
	}
	lane->n--;
	return job;
}

enum err
queue_put(struct queue *q, struct store_job *job)
{
	struct lane *lane = &q->lanes[job->priority];
	enum err err = ERR_NONE;

	assert(job->priority < STORE_PRIORITY_COUNT);
	pthread_mutex_lock(&q->lock);
	if (q->closed) {
		err = ERR_CLOSED;
	} else if (lane->n >= q->max) {
		err = ERR_BUSY;
	} else {
		lane_put(lane, job);
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return err;
}

enum err
queue_put_patiently(struct queue *q, struct store_job *job)
{
	struct lane *lane = &q->lanes[job->priority];
	enum err err = ERR_NONE;

	assert(job->priority < STORE_PRIORITY_COUNT);
	pthread_mutex_lock(&q->lock);
	q->waiting++;
	while (lane->n >= q->max && !q->closed) {
		pthread_cond_wait(&q->emptied, &q->lock);
	}
	q->waiting--;
	if (q->closed) {
		err = ERR_CLOSED;
	} else {
		lane_put(lane, job);
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return err;
}

/* The job whose turn it is, or NULL when all lanes are empty. */
static struct store_job *
take_one(struct queue *q)
{
	enum store_priority first = STORE_CHECK;
	struct store_job *job;

	q->turn = (q->turn + 1) % BACKGROUND_TURN;
	if (q->turn == 0) {
		first = STORE_BACKGROUND;
	} else if (q->turn % CREATE_TURN == 0) {
		first = STORE_CREATE;
	}
	job = lane_take(&q->lanes[first]);
	for (unsigned p = 0; job == NULL && p < STORE_PRIORITY_COUNT; p++) {
		job = lane_take(&q->lanes[p]);
	}
	return job;
}

static bool
is_empty(const struct queue *q)
{
	for (unsigned p = 0; p < STORE_PRIORITY_COUNT; p++) {
		if (q->lanes[p].n > 0) {
			return false;
		}
	}
	return true;
}

unsigned
queue_take(struct queue *q, unsigned max, struct store_job **jobs)
{
	static const atomic_bool always = true;

	return queue_take_while(q, &always, max, jobs);
}

unsigned
queue_take_while(struct queue *q, const atomic_bool *go_on, unsigned max,
    struct store_job **jobs)
{
	unsigned n = 0;

	pthread_mutex_lock(&q->lock);
	while (is_empty(q) && !q->closed && atomic_load(go_on)) {
		pthread_cond_wait(&q->filled, &q->lock);
	}
	while (n < max && !is_empty(q)) {
		jobs[n] = take_one(q);
		n++;
	}
	if (q->waiting > 0) {
		pthread_cond_broadcast(&q->emptied);
	}
	pthread_mutex_unlock(&q->lock);
	return n;
}

void
queue_wake(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

void
queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_cond_broadcast(&q->emptied);
	pthread_mutex_unlock(&q->lock);
}

unsigned
queue_depth(struct queue *q, enum store_priority priority)
{
	unsigned n;

	pthread_mutex_lock(&q->lock);
	n = q->lanes[priority].n;
	pthread_mutex_unlock(&q->lock);
	return n;
}

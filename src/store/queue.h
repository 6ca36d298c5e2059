/*
 * Private to store/: the jobs that wait, bounded for each priority.
 *
 * Checks go first.  Every 16th job taken is a creation, and every 32nd one of
 * the background, if any waits: strict priority would let a flood of checks
 * keep the messages in the outbox for ever.
 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "store/store.h"

struct lane {
	struct store_job *first;
	struct store_job *last;
	unsigned n;
};

struct queue {
	pthread_mutex_t lock;	/* guards everything below */
	pthread_cond_t filled;	/* a job came, or the queue was closed */
	pthread_cond_t emptied;	/* jobs went, or the queue was closed */
	struct lane lanes[STORE_PRIORITY_COUNT];
	unsigned max;		/* jobs in one lane */
	unsigned turn;		/* jobs taken, modulo 32 */
	unsigned waiting;	/* threads in queue_put_patiently */
	bool closed;
};

void queue_init(struct queue *q, unsigned max) NONNULL;
void queue_done(struct queue *q) NONNULL;

/* ERR_BUSY: the lane is full; ERR_CLOSED. */
enum err queue_put(struct queue *q, struct store_job *job) MUST_CHECK NONNULL;

/* queue_put_patiently(q, job): waits for room.  ERR_CLOSED. */
enum err queue_put_patiently(struct queue *q, struct store_job *job)
    MUST_CHECK NONNULL;

/*
 * queue_take(q, max, jobs): wait for a job, then take up to max of them, in
 * the order in which they are to run.  Zero: closed, and nothing is left.
 */
unsigned queue_take(struct queue *q, unsigned max, struct store_job **jobs)
    MUST_CHECK NONNULL;

/*
 * queue_take_while(q, go_on, max, jobs): the same, and zero once *go_on is
 * false and no job waits: whoever clears it calls queue_wake then.
 */
unsigned queue_take_while(struct queue *q, const atomic_bool *go_on,
    unsigned max, struct store_job **jobs) MUST_CHECK NONNULL;
void queue_wake(struct queue *q) NONNULL;

/* queue_close(q): take no more; who waits in queue_take wakes. */
void queue_close(struct queue *q) NONNULL;

unsigned queue_depth(struct queue *q, enum store_priority priority) NONNULL;

#endif

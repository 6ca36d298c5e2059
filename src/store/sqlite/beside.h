/*
 * Private to store/sqlite/: what use cases leave to be computed beside their
 * commit (tx_beside).  While a commit waits for the disk, a thread of its own
 * does that work, so that a processor is not idle meanwhile.
 *
 * The writer notes the tasks of one batch while those of the batch before may
 * be under way; beside_end may be called by another thread.
 */
#ifndef STORE_SQLITE_BESIDE_H
#define STORE_SQLITE_BESIDE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"

struct beside_task {
	void (*fn)(void *arg);
	void *arg;
};

struct beside {
	struct beside_task *notes;	/* the writer's, until beside_begin */
	unsigned noted;
	unsigned max;
	pthread_t thread;
	bool running;
	pthread_mutex_t mutex;	/* guards what follows */
	pthread_cond_t work;	/* there is some, or closing */
	pthread_cond_t idle;	/* nothing is under way */
	struct beside_task *tasks;	/* of the batch that is committed */
	unsigned next, n;	/* tasks[next] to tasks[n - 1] wait */
	bool busy;
	bool closing;
};

/* beside_open(b, max): max tasks in a batch.  ERR_NOMEM. */
enum err beside_open(struct beside *b, unsigned max) MUST_CHECK NONNULL;

/* beside_note(b, fn, arg): one more task for the batch; fn NULL is none. */
void beside_note(struct beside *b, void (*fn)(void *arg), void *arg);

/* beside_forget(b): the batch is run again; its tasks are noted again. */
void beside_forget(struct beside *b) NONNULL;

/*
 * beside_begin(b): the tasks that were noted are done from here on; those of
 * the batch before have ended.
 */
void beside_begin(struct beside *b) NONNULL;

/*
 * beside_end(b): no further task is begun, none is under way; those that
 * were not reached never are.
 */
void beside_end(struct beside *b) NONNULL;

/* beside_close(b): ends the thread; fine where beside_open was not called. */
void beside_close(struct beside *b) NONNULL;

#endif

/*
 * Private to store/sqlite/: the thread that brings a commit to the disk and
 * answers its jobs.
 *
 * The writer's COMMIT puts a batch into SQLite's log; log_give hands it over
 * and the writer runs the next one while this thread syncs the log.  The next
 * COMMIT waits for that sync (log_begin): so each sync covers one batch, the
 * jobs that come meanwhile become one batch, and answers are given in the
 * order of commits.  What a batch has read of the one before is on disk before
 * either is answered.
 *
 * A failed sync ends the process here as anywhere (rule 10).
 */
#ifndef STORE_SQLITE_LOG_H
#define STORE_SQLITE_LOG_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "store/engine.h"
#include "store/sqlite/beside.h"

/* Jobs of one commit, in the order in which they ran. */
struct batch {
	struct store_job **jobs;	/* batch_max of them */
	enum err *results;		/* one for each */
	unsigned n;
	bool messages;			/* one of them wrote some */
};

struct log {
	struct store *store;	/* borrowed: its queue and options */
	struct beside *beside;	/* the writer's; ended here */
	sqlite3_file *file;	/* SQLite's own, open as long as the writer */
	atomic_bool busy;	/* a batch is being synced; then queue_wake */
	pthread_t thread;
	bool running;
	pthread_mutex_t mutex;	/* guards what follows */
	pthread_cond_t given;	/* a batch came, or closing */
	pthread_cond_t moved;	/* a batch was synced, or answered */
	const struct batch *batch;	/* not answered yet, or NULL */
	unsigned long begun;	/* commits that may be visible to readers */
	unsigned long durable;	/* of these, on disk or undone */
	bool closing;
};

/* log_open(l, store, beside, db): db is the writer's.  ERR_NOMEM; ERR_STORE. */
enum err log_open(struct log *l, struct store *store, struct beside *beside,
    sqlite3 *db) MUST_CHECK NONNULL;

/* log_begin(l): wait until the batch before is on disk; a COMMIT follows. */
void log_begin(struct log *l) NONNULL;

/*
 * log_give(l, batch): it is committed, and the log's until log_give or
 * log_skip of the next one has returned.
 */
void log_give(struct log *l, const struct batch *batch) NONNULL;

/* log_skip(l, batch): it wrote nothing, or failed: answered here. */
void log_skip(struct log *l, const struct batch *batch) NONNULL;

/* log_settled(l): wait until all that a reader has seen by now is on disk. */
void log_settled(struct log *l) NONNULL;

/* log_close(l): the last batch is answered; fine where log_open was not called. */
void log_close(struct log *l) NONNULL;

#endif

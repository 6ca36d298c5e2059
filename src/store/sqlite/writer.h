/*
 * Private to store/sqlite/: the thread that writes, and the only one that
 * moves pages from the log into the database file.
 */
#ifndef STORE_SQLITE_WRITER_H
#define STORE_SQLITE_WRITER_H

#include <pthread.h>

#include "base/compiler.h"
#include "base/err.h"
#include "store/engine.h"
#include "store/sqlite/beside.h"
#include "store/sqlite/conn.h"
#include "store/sqlite/log.h"

struct writer {
	struct conn conn;	/* the writer thread's, once it runs */
	struct store *store;	/* borrowed: its queue and options */
	pthread_t thread;
	struct batch batches[2];	/* one runs while one is synced */
	struct beside beside;
	struct log log;
	int frames_before;	/* in the log, after the commit before */
	int checkpoint_at;	/* frames */
};

/* writer_start(w, store): w->conn is open, and the thread's from here on. */
enum err writer_start(struct writer *w, struct store *store)
    MUST_CHECK NONNULL;

/* writer_join(w): the queue is closed; wait until all is answered. */
void writer_join(struct writer *w) NONNULL;

/* writer_settled(w): wait until what a reader has seen by now is on disk. */
void writer_settled(struct writer *w) NONNULL;

/*
 * writer_close(w): the thread does not run (any more): move the rest of the
 * log and close.  By now no other connection of this process is open.
 */
void writer_close(struct writer *w) NONNULL;

#endif

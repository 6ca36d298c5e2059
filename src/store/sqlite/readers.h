/*
 * Private to store/sqlite/: read-only connections, opened when first needed.
 */
#ifndef STORE_SQLITE_READERS_H
#define STORE_SQLITE_READERS_H

#include <pthread.h>

#include "base/compiler.h"
#include "base/err.h"
#include "store/sqlite/conn.h"

#define READERS_MAX 16

struct readers {
	pthread_mutex_t lock;	/* guards idle, idle_n and open_n */
	pthread_cond_t freed;
	struct conn *idle[READERS_MAX];
	unsigned idle_n;
	unsigned open_n;	/* idle ones and those in use */
	unsigned max;
	const char *file;	/* borrowed */
};

void readers_init(struct readers *r, const char *file, unsigned max) NONNULL;
void readers_done(struct readers *r) NONNULL;

/* readers_take(r, ret_conn): waits when all are in use; give it back. */
enum err readers_take(struct readers *r, struct conn **ret_conn)
    MUST_CHECK NONNULL;
void readers_give(struct readers *r, struct conn *conn) NONNULL;

#endif

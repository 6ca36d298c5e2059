/*
 * Private to store/: connections that threads borrow, opened when first
 * needed, at most so many.
 */
#ifndef STORE_POOL_H
#define STORE_POOL_H

#include <pthread.h>

#include "base/compiler.h"
#include "base/err.h"

#define POOL_MAX 64

struct pool {
	/* Make a connection; close and free one. */
	enum err (*open)(void *ctx, void **ret_item);
	void (*close)(void *item);
	void *ctx;
	unsigned max;		/* at most POOL_MAX */
	pthread_mutex_t lock;	/* guards what follows */
	pthread_cond_t freed;
	void *idle[POOL_MAX];
	unsigned idle_n;
	unsigned open_n;	/* idle ones and those in use */
};

/* pool_init(p): open, close, ctx and max are set; nothing is opened. */
void pool_init(struct pool *p) NONNULL;

/* pool_done(p): close all; none is in use. */
void pool_done(struct pool *p) NONNULL;

/* pool_take(p, ret_item): waits while all are in use; fails as open does. */
enum err pool_take(struct pool *p, void **ret_item) MUST_CHECK NONNULL;

/* Back to the others, or closed because it is broken. */
void pool_give(struct pool *p, void *item) NONNULL;
void pool_drop(struct pool *p, void *item) NONNULL;

#endif

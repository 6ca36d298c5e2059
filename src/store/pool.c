#include "store/pool.h"

#include <assert.h>
#include <stddef.h>

void
pool_init(struct pool *p)
{
	if (p->max > POOL_MAX) {
		p->max = POOL_MAX;
	}
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->freed, NULL);
}

void
pool_done(struct pool *p)
{
	assert(p->idle_n == p->open_n);
	for (unsigned i = 0; i < p->idle_n; i++) {
		p->close(p->idle[i]);
	}
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->lock);
}

static void
forget_one(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->open_n--;
	pthread_cond_signal(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

enum err
pool_take(struct pool *p, void **ret_item)
{
	void *item = NULL;
	enum err err;

	pthread_mutex_lock(&p->lock);
	while (p->idle_n == 0 && p->open_n == p->max) {
		pthread_cond_wait(&p->freed, &p->lock);
	}
	if (p->idle_n > 0) {
		item = p->idle[--p->idle_n];
	} else {
		p->open_n++;
	}
	pthread_mutex_unlock(&p->lock);
	if (item != NULL) {
		*ret_item = item;
		return ERR_NONE;
	}
	err = p->open(p->ctx, ret_item);
	if (err != ERR_NONE) {
		forget_one(p);
	}
	return err;
}

void
pool_give(struct pool *p, void *item)
{
	pthread_mutex_lock(&p->lock);
	p->idle[p->idle_n++] = item;
	pthread_cond_signal(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

void
pool_drop(struct pool *p, void *item)
{
	p->close(item);
	forget_one(p);
}

#include "store/sqlite/readers.h"

#include <assert.h>
#include <stdlib.h>

void
readers_init(struct readers *r, const char *file, unsigned max)
{
	*r = (struct readers){
		.file = file,
		.max = max < READERS_MAX ? max : READERS_MAX,
	};
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->freed, NULL);
}

void
readers_done(struct readers *r)
{
	assert(r->idle_n == r->open_n);
	for (unsigned i = 0; i < r->idle_n; i++) {
		conn_close(r->idle[i]);
		free(r->idle[i]);
	}
	pthread_cond_destroy(&r->freed);
	pthread_mutex_destroy(&r->lock);
}

static enum err
open_one(struct readers *r, struct conn **ret_conn)
{
	struct conn *c = calloc(1, sizeof(*c));
	enum err err;

	if (c == NULL) {
		return ERR_NOMEM;
	}
	err = conn_open(c, r->file, CONN_READER);
	if (err != ERR_NONE) {
		free(c);
		return err;
	}
	*ret_conn = c;
	return ERR_NONE;
}

enum err
readers_take(struct readers *r, struct conn **ret_conn)
{
	struct conn *c = NULL;
	enum err err;

	pthread_mutex_lock(&r->lock);
	while (r->idle_n == 0 && r->open_n == r->max) {
		pthread_cond_wait(&r->freed, &r->lock);
	}
	if (r->idle_n > 0) {
		c = r->idle[--r->idle_n];
	} else {
		r->open_n++;
	}
	pthread_mutex_unlock(&r->lock);
	if (c != NULL) {
		*ret_conn = c;
		return ERR_NONE;
	}
	err = open_one(r, ret_conn);
	if (err != ERR_NONE) {
		pthread_mutex_lock(&r->lock);
		r->open_n--;
		pthread_cond_signal(&r->freed);
		pthread_mutex_unlock(&r->lock);
	}
	return err;
}

void
readers_give(struct readers *r, struct conn *conn)
{
	pthread_mutex_lock(&r->lock);
	r->idle[r->idle_n++] = conn;
	pthread_cond_signal(&r->freed);
	pthread_mutex_unlock(&r->lock);
}

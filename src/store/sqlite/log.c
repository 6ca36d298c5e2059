#include "store/sqlite/log.h"

#include "base/registers.h"
#include "store/sqlite/conn.h"

static void
sync_log(const struct log *l)
{
	if (l->file->pMethods->xSync(l->file, SQLITE_SYNC_NORMAL) !=
	    SQLITE_OK) {
		conn_die();
	}
}

static void
answer(const struct log *l, const struct batch *b)
{
	const struct store_options *o = &l->store->options;

	engine_answer(b->jobs, b->results, b->n);
	if (b->messages && o->on_messages != NULL) {
		o->on_messages(o->ctx);
	}
}

/* What was committed is on disk: the writer may commit the next batch. */
static void
synced(struct log *l)
{
	pthread_mutex_lock(&l->mutex);
	atomic_store(&l->busy, false);
	l->durable = l->begun;
	pthread_cond_broadcast(&l->moved);
	pthread_mutex_unlock(&l->mutex);
	queue_wake(&l->store->queue);
}

static void *
log_main(void *ctx)
{
	struct log *l = ctx;

	pthread_mutex_lock(&l->mutex);
	while (l->batch != NULL || !l->closing) {
		const struct batch *b = l->batch;

		if (b == NULL) {
			pthread_cond_wait(&l->given, &l->mutex);
			continue;
		}
		pthread_mutex_unlock(&l->mutex);
		sync_log(l);
		beside_end(l->beside);
		synced(l);
		answer(l, b);
		registers_wipe();
		pthread_mutex_lock(&l->mutex);
		l->batch = NULL;
		pthread_cond_broadcast(&l->moved);
	}
	pthread_mutex_unlock(&l->mutex);
	return NULL;
}

enum err
log_open(struct log *l, struct store *store, struct beside *beside,
    sqlite3 *db)
{
	enum err err;

	*l = (struct log){.store = store, .beside = beside};
	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
	    (void *)&l->file) != SQLITE_OK || l->file == NULL ||
	    l->file->pMethods == NULL) {
		return ERR_STORE;
	}
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->given, NULL);
	pthread_cond_init(&l->moved, NULL);
	err = engine_thread(&l->thread, "log", log_main, l);
	l->running = err == ERR_NONE;
	return err;
}

void
log_begin(struct log *l)
{
	pthread_mutex_lock(&l->mutex);
	while (atomic_load(&l->busy)) {
		pthread_cond_wait(&l->moved, &l->mutex);
	}
	l->begun++;
	pthread_mutex_unlock(&l->mutex);
}

/* Called and returns with the mutex held. */
static void
wait_answered(struct log *l)
{
	while (l->batch != NULL) {
		pthread_cond_wait(&l->moved, &l->mutex);
	}
}

void
log_give(struct log *l, const struct batch *batch)
{
	pthread_mutex_lock(&l->mutex);
	wait_answered(l);
	atomic_store(&l->busy, true);
	l->batch = batch;
	pthread_cond_signal(&l->given);
	pthread_mutex_unlock(&l->mutex);
}

void
log_skip(struct log *l, const struct batch *batch)
{
	pthread_mutex_lock(&l->mutex);
	wait_answered(l);
	l->durable = l->begun;
	pthread_cond_broadcast(&l->moved);
	pthread_mutex_unlock(&l->mutex);
	answer(l, batch);
}

void
log_settled(struct log *l)
{
	unsigned long seen;

	pthread_mutex_lock(&l->mutex);
	seen = l->begun;
	while (l->durable < seen) {
		pthread_cond_wait(&l->moved, &l->mutex);
	}
	pthread_mutex_unlock(&l->mutex);
}

void
log_close(struct log *l)
{
	if (l->running) {
		pthread_mutex_lock(&l->mutex);
		l->closing = true;
		pthread_cond_signal(&l->given);
		pthread_mutex_unlock(&l->mutex);
		pthread_join(l->thread, NULL);
		l->running = false;
	}
}

#include "store/sqlite/beside.h"

#include <assert.h>
#include <stdlib.h>

#include "base/registers.h"
#include "store/engine.h"

static void
work_through(struct beside *b)
{
	while (b->next < b->n) {
		const struct beside_task task = b->tasks[b->next++];

		b->busy = true;
		pthread_mutex_unlock(&b->mutex);
		task.fn(task.arg);
		registers_wipe();
		pthread_mutex_lock(&b->mutex);
		b->busy = false;
	}
	pthread_cond_signal(&b->idle);
}

static void *
beside_main(void *ctx)
{
	struct beside *b = ctx;

	pthread_mutex_lock(&b->mutex);
	while (!b->closing) {
		work_through(b);
		pthread_cond_wait(&b->work, &b->mutex);
	}
	pthread_mutex_unlock(&b->mutex);
	return NULL;
}

enum err
beside_open(struct beside *b, unsigned max)
{
	enum err err;

	b->tasks = calloc(max, sizeof(*b->tasks));
	b->notes = calloc(max, sizeof(*b->notes));
	if (b->tasks == NULL || b->notes == NULL) {
		return ERR_NOMEM;
	}
	b->max = max;
	pthread_mutex_init(&b->mutex, NULL);
	pthread_cond_init(&b->work, NULL);
	pthread_cond_init(&b->idle, NULL);
	err = engine_thread(&b->thread, "beside", beside_main, b);
	b->running = err == ERR_NONE;
	return err;
}

void
beside_note(struct beside *b, void (*fn)(void *arg), void *arg)
{
	if (fn != NULL) {
		assert(b->noted < b->max);
		b->notes[b->noted++] = (struct beside_task){fn, arg};
	}
}

void
beside_forget(struct beside *b)
{
	b->noted = 0;
}

void
beside_begin(struct beside *b)
{
	struct beside_task *notes = b->notes;

	if (b->noted == 0) {
		return;
	}
	pthread_mutex_lock(&b->mutex);
	assert(b->n == 0 && !b->busy);
	b->notes = b->tasks;
	b->tasks = notes;
	b->next = 0;
	b->n = b->noted;
	b->noted = 0;
	pthread_cond_signal(&b->work);
	pthread_mutex_unlock(&b->mutex);
}

void
beside_end(struct beside *b)
{
	pthread_mutex_lock(&b->mutex);
	b->n = 0;
	while (b->busy) {
		pthread_cond_wait(&b->idle, &b->mutex);
	}
	pthread_mutex_unlock(&b->mutex);
}

void
beside_close(struct beside *b)
{
	if (b->running) {
		pthread_mutex_lock(&b->mutex);
		b->closing = true;
		pthread_cond_signal(&b->work);
		pthread_mutex_unlock(&b->mutex);
		pthread_join(b->thread, NULL);
		b->running = false;
	}
	free(b->tasks);
	free(b->notes);
	b->tasks = NULL;
	b->notes = NULL;
}

#include "http/reserve.h"

#include <malloc.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/wipealloc.h"

struct block {
	alignas(max_align_t) unsigned char bytes[RESERVE_BYTES];
};

static struct block blocks[RESERVE_BLOCKS];
static bool lent[RESERVE_BLOCKS];	/* guarded by lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool
is_lent(const void *p)
{
	uintptr_t at = (uintptr_t)p, first = (uintptr_t)blocks;

	return at >= first && at < first + sizeof(blocks);
}

static void *
lend(size_t n)
{
	void *p = NULL;

	if (n > RESERVE_BYTES) {
		return NULL;
	}
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < RESERVE_BLOCKS; i++) {
		if (!lent[i]) {
			lent[i] = true;
			p = blocks[i].bytes;
			break;
		}
	}
	pthread_mutex_unlock(&lock);
	return p;
}

static void
give_back(void *p)
{
	size_t i = ((uintptr_t)p - (uintptr_t)blocks) / sizeof(blocks[0]);

	explicit_bzero(p, RESERVE_BYTES);
	pthread_mutex_lock(&lock);
	lent[i] = false;
	pthread_mutex_unlock(&lock);
}

void *
reserve_malloc(size_t n)
{
	void *p = wipe_malloc(n);

	return p != NULL ? p : lend(n);
}

void *
reserve_realloc(void *p, size_t n)
{
	void *q;
	size_t have;

	if (p == NULL) {
		return reserve_malloc(n);
	}
	have = is_lent(p) ? RESERVE_BYTES : malloc_usable_size(p);
	if (n <= have && (is_lent(p) || n >= have / 2)) {
		return p;
	}
	q = reserve_malloc(n);
	if (q != NULL) {
		memcpy(q, p, have < n ? have : n);
		reserve_free(p);
	}
	return q;
}

void
reserve_free(void *p)
{
	if (is_lent(p)) {
		give_back(p);
	} else {
		wipe_free(p);
	}
}

#include "fault_malloc.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Runs and live allocations that a body may need; more is a failing test. */
enum { RUNS_MAX = 100000, SLOTS = 1 << 16 };

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);

void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *z);
char *__wrap_strndup(const char *z, size_t max);
void __wrap_free(void *p);

/* Guards all that follows. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool armed;
static unsigned fail_at, count, failed, live;
static enum fault_mode mode;

/*
 * What was allocated while armed: a table of addresses with linear probing.
 * A hole where one was taken out is marked by its own address, which no
 * allocation has.
 */
static const void *slots[SLOTS];
static const char hole;

/* Where p is, or where it may be put. */
static size_t
slot_of(const void *p)
{
	size_t at = ((uintptr_t)p >> 4) * 2654435761U % SLOTS;
	size_t free_at = SLOTS;

	for (size_t i = 0; i < SLOTS && slots[at] != NULL; i++) {
		if (slots[at] == p) {
			return at;
		}
		if (slots[at] == &hole && free_at == SLOTS) {
			free_at = at;
		}
		at = (at + 1) % SLOTS;
	}
	return free_at < SLOTS ? free_at : at;
}

static void
remember(const void *p)
{
	if (!armed || p == NULL) {
		return;
	}
	if (live >= SLOTS / 2) {
		abort();
	}
	slots[slot_of(p)] = p;
	live++;
}

static void
forget(const void *p)
{
	size_t at = slot_of(p);

	if (p != NULL && slots[at] == p) {
		slots[at] = &hole;
		live--;
	}
}

/* One more allocation: whether it has to fail. */
static bool
fails(void)
{
	if (!armed) {
		return false;
	}
	count++;
	if (fail_at == 0 || count < fail_at ||
	    (mode == FAULT_ONCE && count > fail_at)) {
		return false;
	}
	failed++;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t n)
{
	void *p = NULL;

	(void)pthread_mutex_lock(&mutex);
	if (!fails()) {
		p = __real_malloc(n);
		remember(p);
	}
	(void)pthread_mutex_unlock(&mutex);
	return p;
}

void *
__wrap_calloc(size_t n, size_t size)
{
	void *p = NULL;

	(void)pthread_mutex_lock(&mutex);
	if (!fails()) {
		p = __real_calloc(n, size);
		remember(p);
	}
	(void)pthread_mutex_unlock(&mutex);
	return p;
}

/* When it fails, p stays as it was. */
void *
__wrap_realloc(void *p, size_t n)
{
	void *q = NULL;

	(void)pthread_mutex_lock(&mutex);
	if (!fails()) {
		uintptr_t old = (uintptr_t)p;

		q = __real_realloc(p, n);
		if (q != NULL || n == 0) {
			forget((const void *)old);
			remember(q);
		}
	}
	(void)pthread_mutex_unlock(&mutex);
	return q;
}

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return __wrap_realloc(p, all);
}

char *
__wrap_strndup(const char *z, size_t max)
{
	size_t n = strnlen(z, max);
	char *copy = __wrap_malloc(n + 1);

	if (copy != NULL) {
		memcpy(copy, z, n);
		copy[n] = '\0';
	}
	return copy;
}

char *
__wrap_strdup(const char *z)
{
	return __wrap_strndup(z, strlen(z));
}

void
__wrap_free(void *p)
{
	(void)pthread_mutex_lock(&mutex);
	forget(p);
	__real_free(p);
	(void)pthread_mutex_unlock(&mutex);
}

void
fault_malloc_arm(unsigned n, enum fault_mode how)
{
	(void)pthread_mutex_lock(&mutex);
	memset(slots, 0, sizeof(slots));
	fail_at = n;
	mode = how;
	count = failed = live = 0;
	armed = true;
	(void)pthread_mutex_unlock(&mutex);
}

void
fault_malloc_disarm(void)
{
	(void)pthread_mutex_lock(&mutex);
	armed = false;
	(void)pthread_mutex_unlock(&mutex);
}

static unsigned
read_guarded(const unsigned *v)
{
	unsigned copy;

	(void)pthread_mutex_lock(&mutex);
	copy = *v;
	(void)pthread_mutex_unlock(&mutex);
	return copy;
}

unsigned
fault_malloc_count(void)
{
	return read_guarded(&count);
}

unsigned
fault_malloc_failed(void)
{
	return read_guarded(&failed);
}

unsigned
fault_malloc_live(void)
{
	return read_guarded(&live);
}

static unsigned
each(fault_body *body, void *ctx, enum fault_mode how)
{
	for (unsigned n = 1; n < RUNS_MAX; n++) {
		bool done;

		fault_malloc_arm(n, how);
		done = body(ctx);
		fault_malloc_disarm();
		if (fault_malloc_live() != 0) {
			fail_msg("allocation %u failed: %u leaked", n,
			    fault_malloc_live());
		}
		if (fault_malloc_failed() == 0) {
			if (!done) {
				fail_msg("failed without a fault, n = %u", n);
			}
			return n - 1;
		}
	}
	fail_msg("still failing after %d runs", RUNS_MAX);
	return 0;
}

unsigned
fault_malloc_each(fault_body *body, void *ctx)
{
	return each(body, ctx, FAULT_ONCE) + each(body, ctx, FAULT_ONWARDS);
}

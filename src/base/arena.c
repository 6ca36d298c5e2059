#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * A list of chunks, the newest first.  The first chunk is kept on a reset,
 * so that an arena which serves one request after another allocates once.
 */
struct chunk {
	struct chunk *next;
	size_t used;
	size_t cap;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *chunks;
	size_t used;	/* bytes handed out, padding included */
	size_t max;
};

enum { CHUNK_MIN = 2048 };

struct arena *
arena_new(size_t max)
{
	struct arena *a;

	assert(max < SIZE_MAX / 4);
	a = calloc(1, sizeof(*a));
	if (a != NULL) {
		a->max = max;
	}
	return a;
}

static void
chunk_free(struct chunk *c)
{
	explicit_bzero(c->bytes, c->used);
	free(c);
}

void
arena_reset(struct arena *a)
{
	struct chunk *c = a->chunks;

	while (c != NULL && c->next != NULL) {
		struct chunk *next = c->next;

		chunk_free(c);
		c = next;
	}
	if (c != NULL) {
		explicit_bzero(c->bytes, c->used);
		c->used = 0;
	}
	a->chunks = c;
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	if (a == NULL) {
		return;
	}
	arena_reset(a);
	free(a->chunks);
	free(a);
}

static struct chunk *
chunk_for(struct arena *a, size_t n)
{
	size_t cap = n > CHUNK_MIN ? n : CHUNK_MIN;
	struct chunk *c = a->chunks;

	if (c != NULL && c->cap - c->used >= n) {
		return c;
	}
	c = malloc(sizeof(*c) + cap);
	if (c == NULL) {
		return NULL;
	}
	c->next = a->chunks;
	c->used = 0;
	c->cap = cap;
	a->chunks = c;
	return c;
}

void *
arena_get(struct arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	struct chunk *c;
	void *p;

	if (n > a->max) {
		return NULL;
	}
	n = n == 0 ? align : (n + align - 1) / align * align;
	if (n > a->max - a->used) {
		return NULL;
	}
	c = chunk_for(a, n);
	if (c == NULL) {
		return NULL;
	}
	p = c->bytes + c->used;
	c->used += n;
	a->used += n;
	return memset(p, 0, n);
}

char *
arena_copy(struct arena *a, struct str s)
{
	char *p;

	if (s.n == SIZE_MAX) {
		return NULL;
	}
	p = arena_get(a, s.n + 1);
	if (p != NULL && s.n > 0) {
		memcpy(p, s.p, s.n);
	}
	return p;
}

bool
arena_str(struct arena *a, struct str s, struct str *ret_copy)
{
	char *p = arena_copy(a, s);

	if (p == NULL) {
		return false;
	}
	*ret_copy = (struct str){p, s.n};
	return true;
}

#include "base/wipealloc.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *
wipe_malloc(size_t n)
{
	return malloc(n);
}

void *
wipe_calloc(size_t n, size_t size)
{
	return calloc(n, size);
}

void
wipe_free(void *p)
{
	if (p != NULL) {
		explicit_bzero(p, malloc_usable_size(p));
		free(p);
	}
}

/* Never moved by the system's realloc, which would leave the old copy. */
void *
wipe_realloc(void *p, size_t n)
{
	size_t have;
	void *q;

	if (p == NULL) {
		return wipe_malloc(n);
	}
	have = malloc_usable_size(p);
	if (n <= have && n >= have / 2) {
		return p;
	}
	q = malloc(n);
	if (q == NULL) {
		return NULL;
	}
	memcpy(q, p, have < n ? have : n);
	wipe_free(p);
	return q;
}

char *
wipe_strdup(const char *z)
{
	size_t n = strlen(z) + 1;
	char *copy = malloc(n);

	return copy == NULL ? NULL : memcpy(copy, z, n);
}

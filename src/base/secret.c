#include "base/secret.h"

#include <assert.h>
#include <string.h>

void
secret_wipe(struct secret *s)
{
	explicit_bzero(s, sizeof(*s));
}

void
secret_set(struct secret *s, const void *p, size_t n)
{
	assert(n <= SECRET_MAX);
	memcpy(s->b, p, n);
	s->n = n;
}

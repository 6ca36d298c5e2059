#include "base/rng.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

static enum err
system_fill(void *ctx UNUSED, void *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = getrandom((char *)p + done, n - done, 0);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			explicit_bzero(p, n);
			return ERR_IO;
		}
		done += (size_t)got;
	}
	return ERR_NONE;
}

struct rng
rng_system(void)
{
	return (struct rng){.fill = system_fill};
}

enum err
rng_fill(const struct rng *r, void *p, size_t n)
{
	return r->fill(r->ctx, p, n);
}

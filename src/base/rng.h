/*
 * The one source of random bytes, injected like the clock.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"

struct rng {
	/* Fill p[n] with random bytes; anything but ERR_NONE: none are. */
	enum err (*fill)(void *ctx, void *p, size_t n);
	void *ctx;
};

/* rng_system(): the kernel's generator; blocks until it is seeded (S3). */
struct rng rng_system(void);

enum err rng_fill(const struct rng *r, void *p, size_t n) MUST_CHECK NONNULL;

#endif

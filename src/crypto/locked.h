/*
 * Memory for keys: locked against swapping, left out of core dumps, between
 * guard pages, wiped when it is given back (I8, S143).  By the page, so for
 * things that are few and live long.
 */
#ifndef CRYPTO_LOCKED_H
#define CRYPTO_LOCKED_H

#include <stddef.h>

#include "base/compiler.h"

/*
 * locked_new(n): n zero bytes, n at least 1; NULL when there is no memory or
 * it cannot be locked (RLIMIT_MEMLOCK): a key is never put elsewhere instead.
 */
void *locked_new(size_t n) MUST_CHECK;

/* locked_seal(p): from now on a write to p is a fault of the processor. */
void locked_seal(void *p) NONNULL;

/* locked_free(p): wiped, whether sealed or not; NULL is fine. */
void locked_free(void *p);

/* For CLEANUP() on a pointer to anything in locked memory. */
void locked_free_at(void *pointer_address) NONNULL;

#endif

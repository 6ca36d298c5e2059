/*
 * What the cryptographic libraries need once in the life of a process.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"

/*
 * crypto_init(): start libsodium, and give OpenSSL a heap of its own for
 * keys: locked, left out of core dumps, between guard pages (I8, S143).  To
 * be called at the start of the process, before any thread and before a
 * sandbox forbids mlock; later calls, from any thread, return what the first
 * one did.  ERR_CRYPTO: libsodium cannot be used; ERR_NOMEM: there is no such
 * heap.  No key may be used then.
 */
enum err crypto_init(void) MUST_CHECK;

/*
 * crypto_is_locked(): crypto_init could also lock that heap against swapping.
 * False when RLIMIT_MEMLOCK is too small; the rest of the promise still holds.
 */
bool crypto_is_locked(void) MUST_CHECK;

#endif

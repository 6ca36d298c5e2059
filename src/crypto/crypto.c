#include "crypto/crypto.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>

/*
 * Room for the private keys of TLS, a few kilobytes each.  When it is full, an
 * operation on a key fails; it never falls back on the ordinary heap.
 */
enum { KEY_HEAP_BYTES = 128 * 1024, KEY_HEAP_BLOCK = 32 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Written once, under the once above. */
static enum err result;
static bool locked;

static void
start(void)
{
	int rc;

	if (sodium_init() < 0) {
		result = ERR_CRYPTO;
		return;
	}
	rc = CRYPTO_secure_malloc_init(KEY_HEAP_BYTES, KEY_HEAP_BLOCK);
	/* 2: made, but not locked or not guarded. */
	result = rc == 0 ? ERR_NOMEM : ERR_NONE;
	locked = rc == 1;
}

enum err
crypto_init(void)
{
	(void)pthread_once(&once, start);
	return result;
}

bool
crypto_is_locked(void)
{
	return crypto_init() == ERR_NONE && locked;
}

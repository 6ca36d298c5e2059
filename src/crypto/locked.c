#include "crypto/locked.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>

#include "crypto/crypto.h"

void *
locked_new(size_t n)
{
	void *p;

	assert(n > 0);
	if (crypto_init() != ERR_NONE) {
		return NULL;
	}
	p = sodium_malloc(n);
	if (p == NULL) {
		return NULL;
	}
	/* libsodium locks as well, but goes on when it cannot. */
	if (mlock(p, n) != 0) {
		sodium_free(p);
		return NULL;
	}
	memset(p, 0, n);
	return p;
}

void
locked_seal(void *p)
{
	int rc = sodium_mprotect_readonly(p);

	assert(rc == 0);
	(void)rc;
}

void
locked_free(void *p)
{
	sodium_free(p);
}

void
locked_free_at(void *pointer_address)
{
	void *p;

	memcpy(&p, pointer_address, sizeof(p));
	locked_free(p);
}

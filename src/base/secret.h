/*
 * A secret on the stack: it wipes itself when it leaves its scope.
 *
 *	struct secret CLEANUP(secret_wipe) seed = {0};
 *
 * It has no printf conversion, and is compared with ct_equal only.  Keys
 * that live longer than a call are held by crypto/keyring.h in locked memory
 * outside core dumps.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

#define SECRET_MAX 128

struct secret {
	size_t n;
	uint8_t b[SECRET_MAX];
};

void secret_wipe(struct secret *s) NONNULL;

/* secret_set(s, p, n): copy n bytes, n at most SECRET_MAX. */
void secret_set(struct secret *s, const void *p, size_t n) NONNULL;

#endif

/*
 * What a loaded ring is made of; for the files of the ring only.
 */
#ifndef CRYPTO_KEYRING_KEYS_H
#define CRYPTO_KEYRING_KEYS_H

#include <stdint.h>

#include "base/clock.h"
#include "crypto/keyring.h"

#define KEYRING_SECRET 32	/* HMAC and AEAD */
#define KEYRING_SIGNER 64	/* Ed25519: seed, then public key */

/* What a use does not need is zero, and is never used. */
struct working_key {
	unix_ms made_at;
	uint8_t secret[KEYRING_SECRET];
	uint8_t signer[KEYRING_SIGNER];
};

/* In locked memory, read-only. */
struct keyring {
	uint32_t versions[KEY_USE_COUNT];
	struct working_key key[KEY_USE_COUNT][KEYRING_VERSIONS_MAX];
};

#endif

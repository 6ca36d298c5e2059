/*
 * Verifying a signature with a published key, as a stranger would.
 */
#ifndef CRYPTO_ED25519_H
#define CRYPTO_ED25519_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* ed25519_verify(public_key, message, signature): ERR_CRYPTO: it is not. */
enum err ed25519_verify(const uint8_t public_key[static 32],
    struct str message, const uint8_t signature[static 64])
    MUST_CHECK NONNULL;

#endif

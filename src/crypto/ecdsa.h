/*
 * ECDSA over P-256 with SHA-256, as WebCrypto signs: the key as an
 * uncompressed point, the signature as r and s, 32 bytes each (IEEE P1363).
 */
#ifndef CRYPTO_ECDSA_H
#define CRYPTO_ECDSA_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define ECDSA_PUBLIC 65
#define ECDSA_SIGNATURE 64

/* ecdsa_check(public_key): ERR_CRYPTO: it is not a point of the curve. */
enum err ecdsa_check(const uint8_t public_key[static ECDSA_PUBLIC])
    MUST_CHECK NONNULL;

/*
 * ecdsa_verify(public_key, message, signature): ERR_CRYPTO: it is not, or the
 * key is none.
 */
enum err ecdsa_verify(const uint8_t public_key[static ECDSA_PUBLIC],
    struct str message, const uint8_t signature[static ECDSA_SIGNATURE])
    MUST_CHECK NONNULL;

#endif

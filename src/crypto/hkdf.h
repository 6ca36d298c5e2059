/*
 * HKDF-Expand with SHA-256 (RFC 5869 section 2.3).
 *
 * Only the second step: what the ring stores is 32 random bytes already, which
 * is what the first step (extract) is for making.
 */
#ifndef CRYPTO_HKDF_H
#define CRYPTO_HKDF_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define HKDF_MAX ((size_t)255 * 32)

/*
 * hkdf_expand(key, label, ret_key, n): n bytes, 1 to HKDF_MAX (ERR_RANGE),
 * that say nothing about those of another label.  ERR_NOMEM and ERR_CRYPTO as
 * in crypto/hmac.h; then ret_key is all zero.
 */
enum err hkdf_expand(struct str key, struct str label, uint8_t *ret_key,
    size_t n) MUST_CHECK NONNULL;

#endif

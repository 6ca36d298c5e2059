/*
 * AES-256-GCM (NIST SP 800-38D), for formats of others and for the vault of
 * the code app; what the store seals is keyring's business.
 */
#ifndef CRYPTO_GCM_H
#define CRYPTO_GCM_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define GCM_KEY 32
#define GCM_NONCE 12
#define GCM_TAG 16

/*
 * gcm_seal(key, nonce, about, plain, out): appends the box, its tag at the
 * end.  A nonce is good for one box of a key.  ERR_CRYPTO, ERR_NOMEM, or
 * out's own failure.
 */
enum err gcm_seal(const uint8_t key[static GCM_KEY],
    const uint8_t nonce[static GCM_NONCE], struct str about, struct str plain,
    struct buf *out) MUST_CHECK NONNULL;

/* gcm_open(…, box, out): ERR_CRYPTO: not what was sealed; out is as it was. */
enum err gcm_open(const uint8_t key[static GCM_KEY],
    const uint8_t nonce[static GCM_NONCE], struct str about, struct str box,
    struct buf *out) MUST_CHECK NONNULL;

#endif

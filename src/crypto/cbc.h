/*
 * AES-CBC as XML Encryption writes it, and PBKDF2 (RFC 8018): what files of
 * RFC 6030 and of other authenticators are sealed with.  For reading them only; CBC says nothing about
 * changes, so a MAC is checked before anything is opened.
 */
#ifndef CRYPTO_CBC_H
#define CRYPTO_CBC_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "crypto/hmac.h"

#define CBC_IV 16
#define PBKDF2_ITERATIONS_MAX 2000000
#define PBKDF2_KEY_MAX 32

/*
 * cbc_open(key, box, out): appends the plain text of a box that begins with
 * its initialisation vector; key has 16, 24 or 32 bytes.  The last byte says
 * how many of the last block are padding (XML Encryption section 5.2).
 * ERR_CRYPTO: it cannot have been sealed like that; out is as it was.
 */
enum err cbc_open(struct str key, struct str box, struct buf *out)
    MUST_CHECK NONNULL;

/*
 * pbkdf2(hash, passphrase, salt, iterations, ret_key, n): n bytes, 1 to
 * PBKDF2_KEY_MAX, with HMAC of hash.  ERR_RANGE: iterations are none or more than
 * PBKDF2_ITERATIONS_MAX; ERR_CRYPTO.
 */
enum err pbkdf2(enum hmac_hash hash, struct str passphrase, struct str salt,
    unsigned iterations, uint8_t *ret_key, size_t n) MUST_CHECK NONNULL;

#endif

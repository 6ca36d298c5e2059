/*
 * The arithmetic of a DKIM signature: rsa-sha256 (RFC 8301, PKCS #1 v1.5) and
 * ed25519-sha256 (RFC 8463).  What is signed is made by channel/dkim.c.
 */
#ifndef CRYPTO_DKIM_SIGN_H
#define CRYPTO_DKIM_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Of RSA with 2048 bits; Ed25519 takes 64. */
#define DKIM_SIGNATURE_MAX 256

/*
 * dkim_sign_rsa(pem, data, ret_signature, ret_n): pem is a private key of
 * 2048 bits, PKCS #8.  ERR_CRYPTO: it is not, or the library refuses;
 * ERR_NOMEM.  dkim_sign_ed25519 signs the SHA-256 of data (RFC 8463 section
 * 3).  No copy of the key is left.
 */
enum err dkim_sign_rsa(const char *pem, struct str data,
    uint8_t ret_signature[static DKIM_SIGNATURE_MAX], size_t *ret_n)
    MUST_CHECK NONNULL;
enum err dkim_sign_ed25519(const char *pem, struct str data,
    uint8_t ret_signature[static DKIM_SIGNATURE_MAX], size_t *ret_n)
    MUST_CHECK NONNULL;

#endif

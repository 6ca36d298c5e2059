/*
 * Making a key pair for DKIM.  Who signs with it is channel/dkim.c.
 */
#ifndef CRYPTO_DKIM_PAIR_H
#define CRYPTO_DKIM_PAIR_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* The private key of RSA 2048 as PEM takes 1704 bytes. */
#define DKIM_PAIR_PEM_MAX 2048

/*
 * dkim_pair_rsa(pem, public_key): 2048 bits (S86, RFC 8301).  Appends the
 * private key as PKCS #8 in PEM, and the base64 of the public one as the
 * record's tag p wants it: a SubjectPublicKeyInfo.  The caller wipes pem.
 * ERR_CRYPTO; ERR_NOMEM; ERR_LIMIT: a buffer's maximum.
 *
 * The randomness is OpenSSL's own: its generator of primes takes no other.
 */
enum err dkim_pair_rsa(struct buf *pem, struct buf *public_key)
    MUST_CHECK NONNULL;

/*
 * dkim_pair_ed25519(pem, public_key): the same; the public key is its 32
 * bytes (RFC 8463 section 4.2).
 */
enum err dkim_pair_ed25519(struct buf *pem, struct buf *public_key)
    MUST_CHECK NONNULL;

#endif

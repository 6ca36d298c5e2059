/*
 * A key from a passphrase by scrypt (RFC 7914), which takes 128 * n * r bytes
 * of memory: for files that leave the machine.  Passwords of accounts are not
 * its business.
 */
#ifndef CRYPTO_SCRYPT_H
#define CRYPTO_SCRYPT_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define SCRYPT_KEY 32

/* 2^14 to 2^20; a power of two.  r is 8, p 1 to 4. */
#define SCRYPT_N_MIN (1 << 14)
#define SCRYPT_N_MAX (1 << 20)
#define SCRYPT_R 8
#define SCRYPT_P_MAX 4

/* OWASP's recommendation: 128 MiB for each guess. */
#define SCRYPT_N (1 << 17)

/*
 * scrypt(passphrase, salt, n, p, ret_key): ERR_RANGE: n or p are not ours;
 * ERR_NOMEM.
 */
enum err scrypt(struct str passphrase, struct str salt, uint64_t n,
    uint32_t p, uint8_t ret_key[static SCRYPT_KEY]) MUST_CHECK NONNULL;

#endif

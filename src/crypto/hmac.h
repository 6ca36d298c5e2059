/*
 * HMAC (RFC 2104) with SHA-1, SHA-256 and SHA-512, and plain SHA-256.
 *
 * The message is given in parts, which are hashed one after the other as if
 * they were one; that the whole is unambiguous is the caller's business.
 * Parts and key are borrowed for the call; the result may overlap them.
 *
 * Any thread may call; each has contexts of its own, made at its first call
 * and freed at its end.  When a call returns, no copy of the key, and nothing
 * that could stand for it, is left in the heap (I8).
 *
 * Errors, all with the result untouched: ERR_RANGE when the key is empty or
 * longer than HMAC_KEY_MAX; ERR_NOMEM and ERR_CRYPTO when the library has no
 * memory or refuses.
 */
#ifndef CRYPTO_HMAC_H
#define CRYPTO_HMAC_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define SHA1_SIZE 20
#define SHA256_SIZE 32
#define SHA512_SIZE 64

#define HMAC_SIZE_MAX SHA512_SIZE
#define HMAC_KEY_MAX 1024

enum hmac_hash { HMAC_SHA1, HMAC_SHA256, HMAC_SHA512, HMAC_HASH_COUNT };

/* hmac_size(h): the bytes of a MAC with h. */
size_t hmac_size(enum hmac_hash h);

/* hmac(h, key, parts, n, ret_mac): the first hmac_size(h) bytes are the MAC. */
enum err hmac(enum hmac_hash h, struct str key, const struct str parts[],
    size_t n, uint8_t ret_mac[static HMAC_SIZE_MAX]) MUST_CHECK;

/*
 * hmac_each(h, key, messages, n, ret_macs): the MACs of n messages under one
 * key, each as hmac has it; the key is taken in and wiped once.  On an error
 * none is usable.
 */
enum err hmac_each(enum hmac_hash h, struct str key,
    const struct str messages[], size_t n,
    uint8_t ret_macs[][HMAC_SIZE_MAX]) MUST_CHECK;

enum err hmac_sha1(struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static SHA1_SIZE]) MUST_CHECK;
enum err hmac_sha256(struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static SHA256_SIZE]) MUST_CHECK;
enum err hmac_sha512(struct str key, const struct str parts[], size_t n,
    uint8_t ret_mac[static SHA512_SIZE]) MUST_CHECK;

/* sha256(parts, n, ret_digest): FIPS 180-4. */
enum err sha256(const struct str parts[], size_t n,
    uint8_t ret_digest[static SHA256_SIZE]) MUST_CHECK;

#endif

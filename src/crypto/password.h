/*
 * Password hashes: Argon2id (RFC 9106) as a PHC string,
 * "$argon2id$v=19$m=19456,t=2,p=1$salt$tag", with a salt of 128 bits and a tag
 * of 256.  The default cost is 19 MiB and two passes (ASVS 5.0 appendix C).
 *
 * One hash takes milliseconds on purpose: flow/hashes.h has the threads for
 * it, no loop and no store thread calls this.
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"

#define PASSWORD_HASH_SIZE 128	/* with its NUL */

struct password_cost {
	uint32_t memory_kib;	/* 8 or more */
	uint32_t passes;	/* 1 or more */
};

#define PASSWORD_COST_DEFAULT ((struct password_cost){19456, 2})

/*
 * password_hash(rng, cost, password, ret_hash): ERR_NOMEM: not so much memory;
 * ERR_CRYPTO: the library refuses; or as rng.
 */
enum err password_hash(const struct rng *rng, struct password_cost cost,
    struct str password, char ret_hash[static PASSWORD_HASH_SIZE])
    MUST_CHECK NONNULL;

/*
 * password_verify(hash, password, ret_right): with the cost that the hash
 * names.  ERR_SYNTAX: not a hash of ours.
 */
enum err password_verify(struct str hash, struct str password,
    bool *ret_right) MUST_CHECK NONNULL;

#define PASSWORD_SALT 16
#define PASSWORD_TAG 32

/*
 * password_derive(cost, salt, secret, ret_tag): the bare function, for what is
 * kept otherwise than as a string.  ERR_NOMEM.
 */
enum err password_derive(struct password_cost cost,
    const uint8_t salt[static PASSWORD_SALT], struct str secret,
    uint8_t ret_tag[static PASSWORD_TAG]) MUST_CHECK;

/* password_is_weak(hash, cost): it was made at a lower cost. */
bool password_is_weak(struct str hash, struct password_cost cost);

#endif

/*
 * The key ring: the only place where keys are touched.
 *
 * One file beside the database, never in it, mode 0400, holds every key with
 * its use and version (S123; format in README.md).  In memory the keys are locked, guarded and kept out
 * of core dumps.  Nothing here returns a key: callers name a use and get a
 * MAC, a sealed cell or a signature, so that the ring can become a process of
 * its own.
 *
 * Rotation adds a version for new work; old versions stay for what was made
 * with them.  The index key has one version for ever: a blind index cannot be
 * computed again from what it hides.
 *
 * A keyring is read-only after keyring_load and may be used from any thread.
 * Every function fails closed: on an error nothing usable is written, and a
 * struct buf has the content that it had (its latched error may be new).
 * Besides the errors named, whatever computes can return ERR_NOMEM and
 * ERR_CRYPTO (crypto/hmac.h), and whatever takes an rng what that returns.
 */
#ifndef CRYPTO_KEYRING_H
#define CRYPTO_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"

enum key_use {
	KEY_CODE,	/* HMAC-SHA-256: derived codes */
	KEY_SEAL,	/* XChaCha20-Poly1305: columns */
	KEY_INDEX,	/* HMAC-SHA-256: blind indexes, message-id tags */
	KEY_RECEIPT,	/* Ed25519: receipts */
	KEY_AUDIT,	/* Ed25519 and HMAC-SHA-256: the audit log */
	KEY_USE_COUNT
};

/* Versions are 1, 2, … without a gap; there are at most so many of a use. */
#define KEYRING_VERSIONS_MAX 64

struct keyring;

/* keyring_use_name(use): "code", "seal", "index", "receipt", "audit". */
const char *keyring_use_name(enum key_use use);

/* keyring_use_parse(s, ret_use): the reverse; false when it is none. */
bool keyring_use_parse(struct str s, enum key_use *ret_use)
    MUST_CHECK NONNULL;

/*
 * keyring_create(path, rng, now): a new file with version 1 of every use,
 * synced to disk with its folder.  ERR_EXISTS when there is a file of any
 * kind, and it is left alone; ERR_MISSING: no such folder; ERR_DENIED; ERR_IO.
 * After a failure there is no file, but after a crash there can be a damaged
 * one, which keyring_load refuses.
 */
enum err keyring_create(const char *path, const struct rng *rng, unix_ms now)
    MUST_CHECK NONNULL;

/*
 * keyring_load(path, ret_ring): to be freed by keyring_free, which wipes; NULL
 * is fine.  ERR_MISSING; ERR_DENIED when the file is a link, can be read or
 * written by the group or by others, or is owned by another user than the
 * effective one (root may load anybody's); ERR_SYNTAX when it is damaged, as
 * its checksum shows, or is no key file; ERR_NOMEM, also when memory cannot be
 * locked (a RLIMIT_MEMLOCK of 256 KiB is enough for this and crypto_init);
 * ERR_IO.
 */
enum err keyring_load(const char *path, struct keyring **ret_ring)
    MUST_CHECK NONNULL;
void keyring_free(struct keyring *ring);

/*
 * keyring_rotate(path, use, rng, now): adds a version of use (not KEY_INDEX:
 * ERR_RANGE) by writing a new file, with the owner of the old one, and
 * renaming it over it.  Errors of keyring_load; ERR_BUSY: another rotation is
 * at work; ERR_LIMIT: KEYRING_VERSIONS_MAX.  After a crash or ERR_IO the file
 * is the old one or the new one, whole.  Rings that are loaded do not change.
 */
enum err keyring_rotate(const char *path, enum key_use use,
    const struct rng *rng, unix_ms now) MUST_CHECK NONNULL;

/* keyring_version(ring, use): the version that new work uses. */
uint32_t keyring_version(const struct keyring *ring, enum key_use use)
    NONNULL;

/* keyring_made_at(ring, use, version, ret): ERR_MISSING: no such version. */
enum err keyring_made_at(const struct keyring *ring, enum key_use use,
    uint32_t version, unix_ms *ret_at) MUST_CHECK NONNULL;

#define KEYRING_MAC 32

/*
 * keyring_code_mac(ring, version, message, ret_mac): the MAC from which
 * otp/code.h takes digits (S4).  ERR_MISSING: the version is not there.
 */
enum err keyring_code_mac(const struct keyring *ring, uint32_t version,
    struct str message, uint8_t ret_mac[static KEYRING_MAC]) MUST_CHECK NONNULL;

/*
 * A cell: where a sealed value stands.  It is the associated data, so a value
 * moved to another row or column does not open (S62).  The three together
 * have at most KEYRING_CELL_MAX bytes: ERR_RANGE.
 */
#define KEYRING_CELL_MAX 200

struct cell {
	const char *table;
	const char *column;
	struct str row;		/* the row's identifier bytes */
};

/* Bytes that sealing adds: version, nonce, tag. */
#define KEYRING_SEAL_EXTRA (4 + 24 + 16)

/*
 * keyring_seal(ring, rng, cell, plain, out): appends the sealed bytes, plain.n
 * and KEYRING_SEAL_EXTRA of them.  plain may not lie in out.
 */
enum err keyring_seal(const struct keyring *ring, const struct rng *rng,
    const struct cell *cell, struct str plain, struct buf *out)
    MUST_CHECK NONNULL;

/*
 * keyring_unseal(ring, cell, sealed, out): appends the plain bytes.  sealed
 * may not lie in out.  ERR_CRYPTO: not sealed for this cell, or changed;
 * ERR_MISSING: sealed by a version that the ring does not have.
 */
enum err keyring_unseal(const struct keyring *ring, const struct cell *cell,
    struct str sealed, struct buf *out) MUST_CHECK NONNULL;

#define KEYRING_INDEX 16

/*
 * keyring_index(ring, what, tenant, text, ret_index): a blind index, the first
 * 16 bytes of an HMAC over (what, tenant, text), each with its length; what
 * keeps uses apart ("recipient", "ip", "message_id").
 */
enum err keyring_index(const struct keyring *ring, const char *what,
    struct str tenant, struct str text,
    uint8_t ret_index[static KEYRING_INDEX]) MUST_CHECK NONNULL;

/*
 * keyring_digest(ring, what, tenant, text, ret_digest): the same at full
 * width, for what is compared, and may be few enough to be guessed.
 */
enum err keyring_digest(const struct keyring *ring, const char *what,
    struct str tenant, struct str text,
    uint8_t ret_digest[static KEYRING_MAC]) MUST_CHECK NONNULL;

#define KEYRING_SIGNATURE 64
#define KEYRING_PUBLIC 32

/*
 * keyring_sign(ring, use, message, ret_version, ret_signature): Ed25519 with
 * the current version; use is KEY_RECEIPT or KEY_AUDIT.
 */
enum err keyring_sign(const struct keyring *ring, enum key_use use,
    struct str message, uint32_t *ret_version,
    uint8_t ret_signature[static KEYRING_SIGNATURE]) MUST_CHECK NONNULL;

/*
 * keyring_verify(ring, use, version, message, signature): ERR_CRYPTO: the
 * signature is not right; ERR_MISSING: no such version.
 */
enum err keyring_verify(const struct keyring *ring, enum key_use use,
    uint32_t version, struct str message,
    const uint8_t signature[static KEYRING_SIGNATURE]) MUST_CHECK NONNULL;

/*
 * keyring_public(ring, use, version, ret_public): the public key of a version
 * of KEY_RECEIPT or KEY_AUDIT, to be published.  ERR_MISSING.
 */
enum err keyring_public(const struct keyring *ring, enum key_use use,
    uint32_t version, uint8_t ret_public[static KEYRING_PUBLIC])
    MUST_CHECK NONNULL;

/*
 * keyring_audit_mac(ring, version, message, ret_mac): a MAC under a version of
 * the audit key.  ERR_MISSING.
 */
enum err keyring_audit_mac(const struct keyring *ring, uint32_t version,
    struct str message, uint8_t ret_mac[static KEYRING_MAC])
    MUST_CHECK NONNULL;

#endif

/*
 * What readers of other authenticators' JSON share: members that may be
 * missing or null, and boxes that a password opens.
 *
 * A result that is a string is NULL, or says what is wrong: constant, reading
 * on after "line 3: ".
 */
#ifndef FORMAT_IMPORT_PART_H
#define FORMAT_IMPORT_PART_H

#include "base/buf.h"
#include "format/import.h"
#include "http/jsonr.h"

/* part_text(o, name, dst): a name, or "" where there is none; token_text. */
bool part_text(struct jsonr_object *o, const char *name,
    char dst[static OTPAUTH_TEXT_MAX + 1]) MUST_CHECK NONNULL;

/* part_type(o, name, otp): TOTP or HOTP, in either case. */
const char *part_type(struct jsonr_object *o, const char *name,
    struct otpauth *otp) MUST_CHECK NONNULL;

/*
 * part_numbers(o, hash_name, otp): the hash, "digits", and "period" or
 * "counter", as the type has them; what is missing stays as it is.
 */
const char *part_numbers(struct jsonr_object *o, const char *hash_name,
    struct otpauth *otp) MUST_CHECK NONNULL;

/* part_key(o, otp): "secret" in base32. */
const char *part_key(struct jsonr_object *o, struct otpauth *otp)
    MUST_CHECK NONNULL;

/* part_take(t, why): the last token, or the reason against it. */
void part_take(struct tokens *t, const char *why)
    __attribute__((nonnull(1)));

/* Reads what o says of one account. */
typedef const char *part_fill(struct jsonr_object *o, struct otpauth *otp);

/*
 * part_list(root, name, fill, no_list, t): a token for each object of the
 * array name; no_list is the flaw where there is none, or one too long.
 */
void part_list(struct jsonr_object *root, const char *name, part_fill *fill,
    const char *no_list, struct tokens *t) NONNULL;

/*
 * part_base64(text, out), part_hex(text, out): appends the bytes.  False: it
 * is not that, or does not fit.
 */
bool part_base64(struct str text, struct buf *out) MUST_CHECK NONNULL;
bool part_hex(struct str text, struct buf *out) MUST_CHECK NONNULL;

/*
 * part_java_bytes(o, name, out): a list of bytes as Java writes them, with
 * signs: [49,-3].
 */
bool part_java_bytes(struct jsonr_object *o, const char *name,
    struct buf *out) MUST_CHECK NONNULL;

/* part_locked(key, t): there is no password, which is a flaw and noted. */
bool part_locked(const struct import_key *key, struct tokens *t)
    MUST_CHECK NONNULL;

/* How a password becomes the key of a box. */
struct part_kdf {
	enum hmac_hash hash;
	unsigned iterations;
	struct str salt;
};

/*
 * part_open(kdf, password, nonce, about, box, out): AES-256-GCM under
 * PBKDF2's key.  A wrong password and a changed box look the same.
 */
const char *part_open(const struct part_kdf *kdf, struct str password,
    struct str nonce, struct str about, struct str box, struct buf *out)
    MUST_CHECK NONNULL;

/* part_unseal(key, nonce, about, box, out): under a key of GCM_KEY bytes. */
const char *part_unseal(struct str key, struct str nonce, struct str about,
    struct str box, struct buf *out) MUST_CHECK NONNULL;

#endif

/*
 * Reading what other systems write (R24).  Each reader appends what it finds
 * to a list, says what it could not take, and changes nothing else; whether
 * anything is kept is the caller's decision.
 *
 * The text is at most TOKENS_FILE_MAX; what is longer is a flaw of the whole.
 */
#ifndef FORMAT_IMPORT_H
#define FORMAT_IMPORT_H

#include "format/tokens.h"

enum import_format {
	IMPORT_OTPAUTH,		/* a list of otpauth and migration URIs */
	IMPORT_CSV,		/* OATH CSV of LinOTP and privacyIDEA */
	IMPORT_PSKC,		/* RFC 6030 */
	IMPORT_KEYCLOAK,	/* a realm's export */
	IMPORT_GOOGLE,		/* ~/.google_authenticator of the PAM module */
	IMPORT_AEGIS,		/* plain or sealed, as the next ones */
	IMPORT_TWOFAS,
	IMPORT_ANDOTP,
	IMPORT_FREEOTP,		/* 1, FreeOTP+, 2 */
	IMPORT_FORMAT_COUNT
};

/* What opens a file that is sealed; both may be empty. */
struct import_key {
	struct str key;		/* of PSKC, pre-shared: 16, 24 or 32 bytes */
	struct str passphrase;
};

/* import_format_name(f): "otpauth", "csv", …; NULL past the last. */
const char *import_format_name(enum import_format f);

/* import_format_read(s, ret_f): false: no such name. */
bool import_format_read(struct str s, enum import_format *ret_f)
    MUST_CHECK NONNULL;

/* import_guess(text, ret_f): by how it begins; false: nothing we know. */
bool import_guess(struct str text, enum import_format *ret_f)
    MUST_CHECK NONNULL;

/* import_read(f, text, key, t): the reader of f. */
void import_read(enum import_format f, struct str text,
    const struct import_key *key, struct tokens *t) NONNULL;

/* One for each format, in a file of its own. */
void import_otpauth(struct str text, struct tokens *t) NONNULL;
void import_csv(struct str text, struct tokens *t) NONNULL;
void import_pskc(struct str text, const struct import_key *key,
    struct tokens *t) NONNULL;
void import_keycloak(struct str text, struct tokens *t) NONNULL;
void import_google(struct str text, struct tokens *t) NONNULL;
void import_aegis(struct str text, const struct import_key *key,
    struct tokens *t) NONNULL;
void import_twofas(struct str text, const struct import_key *key,
    struct tokens *t) NONNULL;
void import_andotp(struct str text, const struct import_key *key,
    struct tokens *t) NONNULL;
void import_freeotp(struct str text, const struct import_key *key,
    struct tokens *t) NONNULL;

/* import_freeotp2(…): FreeOTP 2's, which import_freeotp leaves to it. */
void import_freeotp2(struct str text, const struct import_key *key,
    struct tokens *t) NONNULL;

/* import_freeotp2_is(text): it begins as a Java object stream. */
bool import_freeotp2_is(struct str text) MUST_CHECK;

/* import_andotp_is(text): it may be andOTP's sealed form. */
bool import_andotp_is(struct str text) MUST_CHECK;

/* One token of FreeOTP's JSON without its key: NULL, or why not. */
struct jsonr_object;
const char *import_freeotp_token(struct jsonr_object *o, struct otpauth *otp)
    MUST_CHECK NONNULL;

#endif

/*
 * otpauth URIs, by which an authenticator app learns a secret (S66; "Key Uri
 * Format" of the Google Authenticator project):
 *
 *	otpauth://totp/Shop:alice%40example.com?secret=…&issuer=Shop&…
 *
 * They hold the secret: treat the text as one.
 */
#ifndef OTP_OTPAUTH_H
#define OTP_OTPAUTH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"
#include "crypto/hmac.h"

#define OTPAUTH_URI_MAX 2048
#define OTPAUTH_TEXT_MAX 128

/* What apps take; what an account here may have is TOTP_PERIOD_MAX. */
#define OTPAUTH_PERIOD_MAX 86400

/* S56, RFC 4226 R6: what we give out has 128 bits at least. */
#define OTPAUTH_SECRET_MIN 16

enum otpauth_type { OTPAUTH_TOTP, OTPAUTH_HOTP };

struct otpauth {
	enum otpauth_type type;
	enum hmac_hash hash;
	unsigned digits;	/* 6 to 8 */
	unsigned period_s;	/* of TOTP, 1 to OTPAUTH_PERIOD_MAX */
	uint64_t counter;	/* of HOTP: the next one */
	char issuer[OTPAUTH_TEXT_MAX + 1];
	char account[OTPAUTH_TEXT_MAX + 1];
	struct secret secret;
};

void otpauth_wipe(struct otpauth *o) NONNULL;

/*
 * otpauth_build(o, out): append the URI, every parameter spelt out.  Issuer
 * and account are UTF-8 of 1 to OTPAUTH_TEXT_MAX bytes without controls and
 * colons: ERR_SYNTAX otherwise.  ERR_RANGE: the secret is shorter than
 * OTPAUTH_SECRET_MIN, or a number is out of range.  Then nothing is written;
 * out's own failures are latched in out as always.
 */
enum err otpauth_build(const struct otpauth *o, struct buf *out)
    MUST_CHECK NONNULL;

/*
 * otpauth_write(o, out): the same for what others made: any key, any period
 * of otpauth_parse, and issuer or account may be "".
 */
enum err otpauth_write(const struct otpauth *o, struct buf *out)
    MUST_CHECK NONNULL;

/*
 * otpauth_parse(uri, ret_o): what others made.  Scheme, type and algorithm in
 * either case, the secret with or without padding; SHA1, 6 digits and 30 s
 * where nothing is said; an issuer may be missing and is "" then; unknown
 * parameters are passed over.  Weak secrets (from 1 byte) are read: whoever
 * enrols them decides.
 *
 * ERR_SYNTAX: not such a URI, a known parameter twice, two different issuers,
 * text that otpauth_build would refuse.  ERR_RANGE: an algorithm or number
 * that we do not do.  ERR_LIMIT: longer than the maxima above, or a secret of
 * more than SECRET_MAX bytes.
 */
enum err otpauth_parse(struct str uri, struct otpauth *ret_o)
    MUST_CHECK NONNULL;

#endif

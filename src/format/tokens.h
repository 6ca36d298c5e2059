/*
 * What a file of another system holds: tokens, and why some of it could not
 * be taken.  Readers of formats append to it and change nothing else.
 */
#ifndef FORMAT_TOKENS_H
#define FORMAT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "otp/hotp.h"
#include "otp/otpauth.h"

#define TOKENS_MAX 10000
#define TOKEN_FLAWS_MAX 100
#define TOKENS_FILE_MAX ((size_t)16 << 20)

/* For a file of TOKENS_FILE_MAX, its tree and its tokens. */
#define TOKENS_ARENA_MAX ((size_t)96 << 20)

struct token {
	struct otpauth otp;	/* issuer and account may be "" */
	size_t place;		/* line or number in the file, from 1 */
	char serial[OTPAUTH_TEXT_MAX + 1];	/* of the device, or "" */
	char owner[OTPAUTH_TEXT_MAX + 1];	/* whose it is there, or "" */
};

struct token_flaw {
	size_t place;		/* 0: the file as a whole */
	const char *why;	/* constant; reads on after "line 3: " */
};

struct tokens {
	struct arena *arena;
	size_t n;
	struct token *v;	/* room for room of them */
	size_t room;
	size_t flaws;		/* found; the first TOKEN_FLAWS_MAX are kept */
	struct token_flaw flaw[TOKEN_FLAWS_MAX];
	bool locked;		/* a password was needed, and there was none */
};

/* tokens_init(t, arena): none yet.  The caller wipes by freeing the arena. */
void tokens_init(struct tokens *t, struct arena *arena) NONNULL;

/*
 * tokens_next(t, place): a new token, TOTP of SHA-1 with six digits and 30 s;
 * it counts after tokens_add.  NULL: no memory, or more than TOKENS_MAX,
 * which is a flaw.
 */
struct token *tokens_next(struct tokens *t, size_t place) MUST_CHECK NONNULL;

/*
 * tokens_add(t): takes the token of the last tokens_next, or wipes it and
 * says what is wrong with it: no key, a number that we do not do.
 */
void tokens_add(struct tokens *t) NONNULL;

/* tokens_drop(t, why): wipes it for a reason that the reader found. */
void tokens_drop(struct tokens *t, const char *why) NONNULL;

void tokens_flaw(struct tokens *t, size_t place, const char *why) NONNULL;

/*
 * token_text(s, dst): a name as it is kept: controls become blanks, colons
 * hyphens.  False: longer than OTPAUTH_TEXT_MAX, or not UTF-8.
 */
bool token_text(struct str s, char dst[static OTPAUTH_TEXT_MAX + 1])
    MUST_CHECK NONNULL;

/* token_hash(s, ret_hash): "SHA1", "sha-256", "HmacSHA512". */
bool token_hash(struct str s, enum hmac_hash *ret_hash) MUST_CHECK NONNULL;

/*
 * token_base32(s, ret): as people and programs write keys: either case,
 * blanks, hyphens and padding are passed over.
 */
bool token_base32(struct str s, struct secret *ret_secret) MUST_CHECK NONNULL;

/*
 * token_code(o, now, ret_code): the code of a moment, of a counter for HOTP.
 * Errors of crypto/hmac.h.
 */
enum err token_code(const struct otpauth *o, unix_ms now,
    char ret_code[static HOTP_CODE_SIZE]) MUST_CHECK NONNULL;

#endif

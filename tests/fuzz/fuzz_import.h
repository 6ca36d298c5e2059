/*
 * What all fuzzers of importers hold: what was taken can be made codes of,
 * written as a link and read again; what was not has a reason; the same file
 * gives the same twice.
 */
#ifndef FUZZ_IMPORT_H
#define FUZZ_IMPORT_H

#include <string.h>

#include "format/import.h"

#include "fuzz.h"

static inline void
check_token(const struct token *token)
{
	char code[HOTP_CODE_SIZE];
	struct otpauth again;
	struct buf uri;

	require(token->otp.secret.n > 0, "there is a key");
	require(token_code(&token->otp, (unix_ms){1}, code) == ERR_NONE,
	    "it makes codes");
	require(strlen(code) == token->otp.digits, "of its length");
	if (token->otp.issuer[0] == '\0' && token->otp.account[0] == '\0') {
		return;
	}
	buf_init(&uri, 4096);
	require(otpauth_write(&token->otp, &uri) == ERR_NONE,
	    "it can be written");
	require(buf_err(&uri) == ERR_NONE, "the link fits");
	require(uri.n > OTPAUTH_URI_MAX ||
	    otpauth_parse(buf_view(&uri), &again) == ERR_NONE,
	    "and read again");
	buf_done(&uri);
}

static inline int
fuzz_import(enum import_format f, const uint8_t *data, size_t size)
{
	static const char key[] = "0123456789012345";
	const struct import_key k = {{key, 16}, STR_INIT("qwerty")};
	struct str text = {(const char *)data, size};
	struct arena *arena = arena_new(TOKENS_ARENA_MAX);
	struct tokens t, again;
	enum import_format guess;

	require(arena != NULL, "there is memory");
	tokens_init(&t, arena);
	tokens_init(&again, arena);
	if (import_guess(text, &guess)) {
		require(guess < IMPORT_FORMAT_COUNT, "a guess is a format");
	}
	import_read(f, text, &k, &t);
	import_read(f, text, &k, &again);
	require(t.n == again.n && t.flaws == again.flaws, "twice the same");
	for (size_t i = 0; i < t.n; i++) {
		check_token(&t.v[i]);
	}
	for (size_t i = 0; i < t.flaws && i < TOKEN_FLAWS_MAX; i++) {
		require(t.flaw[i].why != NULL, "a flaw has a reason");
	}
	arena_free(arena);
	return 0;
}

#endif

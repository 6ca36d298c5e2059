/*
 * Tokens: 256 random bits that somebody keeps for us, "wws_…".  Here only
 * their SHA-256 is kept, so a stolen database opens no session (S111).
 */
#ifndef FLOW_TOKEN_H
#define FLOW_TOKEN_H

#include "flow/flow.h"
#include "store/sessions.h"

#define TOKEN_SESSION "wws_"
#define TOKEN_DEVICE "wwd_"

/* Prefix, 52 symbols, NUL. */
#define TOKEN_SIZE 57

struct token {
	char z[TOKEN_SIZE];
	uint8_t hash[TOKEN_HASH];
};

/* token_new(f, prefix, ret): fails as the random source does. */
enum err token_new(const struct flow *f, const char *prefix,
    struct token *ret_token) MUST_CHECK NONNULL;

/* token_read(s, prefix, ret_hash): ERR_SYNTAX: not one of these. */
enum err token_read(struct str s, const char *prefix,
    uint8_t ret_hash[static TOKEN_HASH]) MUST_CHECK NONNULL;

#endif

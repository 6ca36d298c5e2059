#include "flow/token.h"

#include <string.h>

#include "base/encode.h"
#include "crypto/hmac.h"

enum { RANDOM_BYTES = 32, PREFIX = 4 };

static enum err
hash(struct str text, uint8_t ret_hash[static TOKEN_HASH])
{
	_Static_assert(TOKEN_HASH == SHA256_SIZE, "the hash is SHA-256");

	return sha256(&text, 1, ret_hash);
}

enum err
token_new(const struct flow *f, const char *prefix, struct token *ret_token)
{
	uint8_t random[RANDOM_BYTES];
	struct token token;
	struct buf text;
	enum err e = rng_fill(&f->rng, random, sizeof(random));

	buf_fixed(&text, token.z, sizeof(token.z));
	buf_z(&text, prefix);
	crockford_encode(&text, random, sizeof(random));
	explicit_bzero(random, sizeof(random));
	if (e == ERR_NONE) {
		e = buf_err(&text);
	}
	if (e == ERR_NONE) {
		e = hash(buf_view(&text), token.hash);
	}
	if (e == ERR_NONE) {
		*ret_token = token;
	}
	explicit_bzero(&token, sizeof(token));
	return e;
}

enum err
token_read(struct str s, const char *prefix,
    uint8_t ret_hash[static TOKEN_HASH])
{
	if (s.n != TOKEN_SIZE - 1 || !str_starts(s, str_of(prefix))) {
		return ERR_SYNTAX;
	}
	for (size_t i = PREFIX; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))) {
			return ERR_SYNTAX;
		}
	}
	return hash(s, ret_hash);
}

#include "crypto/password.h"

#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/ct.h"
#include "base/encode.h"
#include "base/parse.h"

enum { SALT = crypto_pwhash_argon2id_SALTBYTES, TAG = 32, KIB = 1024 };
enum { MEMORY_MAX_KIB = 1 << 20, PASSES_MAX = 16 };

static const struct str opening = STR_INIT("$argon2id$v=19$m=");

struct parsed {
	struct password_cost cost;
	uint8_t salt[SALT];
	uint8_t tag[TAG];
};

static enum err
derive(const struct parsed *p, struct str password, uint8_t tag[static TAG])
{
	/* It has no failure but a lack of memory, and wrong parameters. */
	return crypto_pwhash_argon2id(tag, TAG, password.p, password.n,
	    p->salt, p->cost.passes, (size_t)p->cost.memory_kib * KIB,
	    crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0 ? ERR_NONE
	    : ERR_NOMEM;
}

enum err
password_derive(struct password_cost cost,
    const uint8_t salt[static PASSWORD_SALT], struct str secret,
    uint8_t ret_tag[static PASSWORD_TAG])
{
	struct parsed p = {.cost = cost};
	uint8_t tag[TAG];
	enum err e;

	_Static_assert(PASSWORD_SALT == SALT && PASSWORD_TAG == TAG,
	    "as the library has them");
	memcpy(p.salt, salt, SALT);
	e = derive(&p, secret, tag);
	if (e == ERR_NONE) {
		memcpy(ret_tag, tag, TAG);
	}
	explicit_bzero(tag, sizeof(tag));
	return e;
}

static void
print_base64(struct buf *out, const uint8_t *p, size_t n)
{
	char text[64];

	sodium_bin2base64(text, sizeof(text), p, n,
	    sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	buf_z(out, text);
}

enum err
password_hash(const struct rng *rng, struct password_cost cost,
    struct str password, char ret_hash[static PASSWORD_HASH_SIZE])
{
	struct parsed p = {.cost = cost};
	char text[PASSWORD_HASH_SIZE];
	struct buf out;
	enum err e = rng_fill(rng, p.salt, SALT);

	if (e == ERR_NONE) {
		e = derive(&p, password, p.tag);
	}
	if (e == ERR_NONE) {
		buf_fixed(&out, text, sizeof(text));
		buf_printf(&out, "%s%u,t=%u,p=1$", opening.p,
		    (unsigned)cost.memory_kib, (unsigned)cost.passes);
		print_base64(&out, p.salt, SALT);
		buf_char(&out, '$');
		print_base64(&out, p.tag, TAG);
		e = buf_err(&out);
	}
	if (e == ERR_NONE) {
		memcpy(ret_hash, text, PASSWORD_HASH_SIZE);
	}
	explicit_bzero(&p, sizeof(p));
	explicit_bzero(text, sizeof(text));
	return e;
}

/* A number up to a sign, which is skipped. */
static bool
number(struct str *rest, char end, const char *skip, int64_t max,
    uint32_t *ret_n)
{
	size_t at = str_find(*rest, end);
	struct str after = str_slice(*rest, at, rest->n);
	int64_t n;

	if (!parse_i64(str_slice(*rest, 0, at), &n) || n < 1 || n > max ||
	    !str_starts(after, str_of(skip))) {
		return false;
	}
	*ret_n = (uint32_t)n;
	*rest = str_slice(after, strlen(skip), after.n);
	return true;
}

static bool
bytes(struct str text, uint8_t *dst, size_t want)
{
	size_t n;

	return sodium_base642bin(dst, want, text.p, text.n, NULL, &n, NULL,
	    sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 && n == want;
}

static bool
parse(struct str hash, struct parsed *ret_parsed)
{
	struct str rest;
	size_t at;

	if (!str_starts(hash, opening)) {
		return false;
	}
	rest = str_slice(hash, opening.n, hash.n);
	if (!number(&rest, ',', ",t=", MEMORY_MAX_KIB,
	    &ret_parsed->cost.memory_kib) ||
	    !number(&rest, ',', ",p=1$", PASSES_MAX,
	    &ret_parsed->cost.passes)) {
		return false;
	}
	at = str_find(rest, '$');
	return at < rest.n &&
	    bytes(str_slice(rest, 0, at), ret_parsed->salt, SALT) &&
	    bytes(str_slice(rest, at + 1, rest.n), ret_parsed->tag, TAG);
}

enum err
password_verify(struct str hash, struct str password, bool *ret_right)
{
	struct parsed p;
	uint8_t tag[TAG];
	enum err e;

	if (!parse(hash, &p)) {
		return ERR_SYNTAX;
	}
	e = derive(&p, password, tag);
	if (e == ERR_NONE) {
		*ret_right = ct_equal(tag, p.tag, TAG);
	}
	explicit_bzero(tag, sizeof(tag));
	explicit_bzero(&p, sizeof(p));
	return e;
}

bool
password_is_weak(struct str hash, struct password_cost cost)
{
	struct parsed p;

	return !parse(hash, &p) || p.cost.memory_kib < cost.memory_kib ||
	    p.cost.passes < cost.passes;
}

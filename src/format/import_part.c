#include "format/import_part.h"

#include <strings.h>

#include "base/encode.h"
#include "crypto/cbc.h"
#include "crypto/gcm.h"

enum { JSON_TEXT_MAX = 4096, LIST_MAX = 8192 };

static size_t
flaws_of(const struct jsonr_object *o)
{
	return o->r->flaws.n + o->r->flaws.more;
}

/* A member that may be missing or null was read, or there is none. */
static bool
fine(bool got, const struct jsonr_object *o, size_t flaws)
{
	return got || flaws == flaws_of(o);
}

static bool
number(struct jsonr_object *o, const char *name, int64_t max, int64_t *value)
{
	size_t flaws = flaws_of(o);

	return fine(jsonr_i64(o, name, JSONR_NULL, 0, max, value), o, flaws);
}

bool
part_text(struct jsonr_object *o, const char *name,
    char dst[static OTPAUTH_TEXT_MAX + 1])
{
	size_t flaws = flaws_of(o);
	struct str s = {"", 0};

	return fine(jsonr_str(o, name, JSONR_NULL, 0, JSON_TEXT_MAX, &s), o,
	    flaws) && token_text(s, dst);
}

static bool
read_type(struct str s, enum otpauth_type *type)
{
	if (s.n != 4 || (strncasecmp(s.p, "totp", 4) != 0 &&
	    strncasecmp(s.p, "hotp", 4) != 0)) {
		return false;
	}
	*type = s.p[0] == 'h' || s.p[0] == 'H' ? OTPAUTH_HOTP : OTPAUTH_TOTP;
	return true;
}

const char *
part_type(struct jsonr_object *o, const char *name, struct otpauth *otp)
{
	struct str type;

	return jsonr_str(o, name, JSONR_REQUIRED, 1, 16, &type) &&
	    read_type(type, &otp->type) ? NULL
	    : "it makes codes neither by time nor by counter";
}

const char *
part_numbers(struct jsonr_object *o, const char *hash_name,
    struct otpauth *otp)
{
	size_t flaws = flaws_of(o);
	struct str hash = STR("SHA1");
	int64_t counter = 0, digits = otp->digits, period = otp->period_s;

	if (!fine(jsonr_str(o, hash_name, JSONR_NULL, 1, 16, &hash), o,
	    flaws) || !token_hash(hash, &otp->hash)) {
		return "its hash function is not SHA-1, SHA-256 or SHA-512";
	}
	if (!number(o, "digits", 100, &digits)) {
		return "its digits are not a number";
	}
	/* Some write a period of 0 for what goes by counter, or none. */
	if (otp->type == OTPAUTH_HOTP) {
		if (!number(o, "counter", INT64_MAX, &counter)) {
			return "its counter is not a number";
		}
	} else if (!number(o, "period", OTPAUTH_PERIOD_MAX, &period)) {
		return "its period is not a number of seconds up to a day";
	}
	otp->digits = (unsigned)digits;
	otp->counter = (uint64_t)counter;
	otp->period_s = (unsigned)period;
	return NULL;
}

const char *
part_key(struct jsonr_object *o, struct otpauth *otp)
{
	struct str secret;

	return jsonr_str(o, "secret", JSONR_REQUIRED, 1, 4 * SECRET_MAX,
	    &secret) && token_base32(secret, &otp->secret) ? NULL
	    : "its key is missing or not base32";
}

void
part_take(struct tokens *t, const char *why)
{
	if (why != NULL) {
		tokens_drop(t, why);
	} else {
		tokens_add(t);
	}
}

void
part_list(struct jsonr_object *root, const char *name, part_fill *fill,
    const char *no_list, struct tokens *t)
{
	struct jsonr_array list;
	struct jsonr_object entry;

	if (!jsonr_array(root, name, JSONR_REQUIRED, TOKENS_MAX, &list)) {
		tokens_flaw(t, 0, no_list);
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		struct token *token = tokens_next(t, i + 1);

		if (token == NULL) {
			return;
		}
		part_take(t, !jsonr_at_object(&list, i, &entry)
		    ? "it is not an object" : fill(&entry, &token->otp));
	}
}

bool
part_base64(struct str text, struct buf *out)
{
	size_t before = out->n, n;
	uint8_t *space = text.n > 0 ? buf_space(out, text.n) : NULL;

	if (space == NULL ||
	    base64_decode(text, space, text.n, &n) != ERR_NONE) {
		return false;
	}
	buf_cut(out, before + n);
	return true;
}

bool
part_hex(struct str text, struct buf *out)
{
	size_t before = out->n, n;
	uint8_t *space = text.n > 0 ? buf_space(out, text.n) : NULL;

	if (space == NULL || hex_decode(text, space, text.n, &n) != ERR_NONE) {
		return false;
	}
	buf_cut(out, before + n);
	return true;
}

/* -128 to 255: Java's are up to 127, others write them without signs. */
static bool
java_byte(struct str s, char *ret_byte)
{
	bool minus = str_starts(s, STR("-"));
	int v = 0;

	s = str_slice(s, minus ? 1 : 0, s.n);
	if (s.n < 1 || s.n > 3) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		}
		v = v * 10 + s.p[i] - '0';
	}
	*ret_byte = (char)(minus ? -v : v);
	return v <= (minus ? 128 : 255);
}

bool
part_java_bytes(struct jsonr_object *o, const char *name, struct buf *out)
{
	struct str list, part;
	char byte;

	if (!jsonr_any(o, name, JSONR_REQUIRED, LIST_MAX, &list) ||
	    list.n < 3 || list.p[0] != '[' || list.p[list.n - 1] != ']') {
		return false;
	}
	list = str_slice(list, 1, list.n - 1);
	while (str_split(&list, ',', &part)) {
		if (!java_byte(part, &byte)) {
			return false;
		}
		buf_char(out, byte);
	}
	return buf_err(out) == ERR_NONE;
}

bool
part_locked(const struct import_key *key, struct tokens *t)
{
	if (key->passphrase.n > 0) {
		return false;
	}
	t->locked = true;
	tokens_flaw(t, 0, "it is sealed: its password is needed");
	return true;
}

const char *
part_unseal(struct str key, struct str nonce, struct str about,
    struct str box, struct buf *out)
{
	enum err e;

	if (key.n != GCM_KEY || nonce.n != GCM_NONCE || box.n < GCM_TAG) {
		return "it is sealed in a way that is not read here";
	}
	e = gcm_open((const uint8_t *)key.p, (const uint8_t *)nonce.p, about,
	    box, out);
	return e == ERR_NONE ? NULL : e == ERR_CRYPTO
	    ? "the password is not right, or the file was changed"
	    : "there is not enough memory";
}

const char *
part_open(const struct part_kdf *kdf, struct str password, struct str nonce,
    struct str about, struct str box, struct buf *out)
{
	struct secret CLEANUP(secret_wipe) key = {.n = GCM_KEY};
	enum err e = pbkdf2(kdf->hash, password, kdf->salt, kdf->iterations,
	    key.b, GCM_KEY);

	if (e != ERR_NONE) {
		return e == ERR_RANGE
		    ? "its password is stretched in a way that is not read here"
		    : "there is not enough memory";
	}
	return part_unseal((struct str){(const char *)key.b, GCM_KEY}, nonce,
	    about, box, out);
}

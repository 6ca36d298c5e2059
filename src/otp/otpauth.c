#include "otp/otpauth.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/parse.h"
#include "otp/hotp.h"
#include "otp/totp.h"

static const char *const types[] = {
	[OTPAUTH_TOTP] = "totp", [OTPAUTH_HOTP] = "hotp",
};

static const char *const hashes[HMAC_HASH_COUNT] = {
	[HMAC_SHA1] = "SHA1", [HMAC_SHA256] = "SHA256", [HMAC_SHA512] = "SHA512",
};

void
otpauth_wipe(struct otpauth *o)
{
	explicit_bzero(o, sizeof(*o));
}

static bool
equal_any_case(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* Text of a label: the colon parts issuer and account. */
static bool
is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f || c == ':') {
			return false;
		}
	}
	return str_is_utf8(s);
}

static enum err
check_numbers(const struct otpauth *o)
{
	if (o->digits < HOTP_DIGITS_MIN || o->digits > HOTP_DIGITS_MAX) {
		return ERR_RANGE;
	}
	if (o->type == OTPAUTH_TOTP &&
	    (o->period_s < 1 || o->period_s > OTPAUTH_PERIOD_MAX)) {
		return ERR_RANGE;
	}
	return ERR_NONE;
}

/* RFC 3986 section 2.3: what is not unreserved becomes %XX. */
static void
put_escaped(struct buf *out, const char *z)
{
	static const char hex[] = "0123456789ABCDEF";
	static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *z != '\0'; z++) {
		unsigned char c = (unsigned char)*z;

		if (strchr(kept, *z) != NULL) {
			buf_char(out, *z);
		} else {
			buf_char(out, '%');
			buf_char(out, hex[c >> 4]);
			buf_char(out, hex[c & 15]);
		}
	}
}

enum err
otpauth_build(const struct otpauth *o, struct buf *out)
{
	if (o->secret.n < OTPAUTH_SECRET_MIN ||
	    (o->type == OTPAUTH_TOTP && o->period_s > TOTP_PERIOD_MAX)) {
		return ERR_RANGE;
	}
	if (o->issuer[0] == '\0' || o->account[0] == '\0') {
		return check_numbers(o) == ERR_NONE ? ERR_SYNTAX : ERR_RANGE;
	}
	return otpauth_write(o, out);
}

/* "Issuer:account", or the one that there is. */
static void
put_label(const struct otpauth *o, struct buf *out)
{
	put_escaped(out, o->issuer);
	if (o->issuer[0] != '\0' && o->account[0] != '\0') {
		buf_char(out, ':');
	}
	put_escaped(out, o->account);
}

enum err
otpauth_write(const struct otpauth *o, struct buf *out)
{
	struct str issuer = str_of(o->issuer), account = str_of(o->account);
	enum err e = check_numbers(o);

	if (e != ERR_NONE) {
		return e;
	}
	if (o->secret.n == 0 || o->secret.n > SECRET_MAX) {
		return ERR_RANGE;
	}
	if (issuer.n + account.n == 0 || !is_text(issuer) ||
	    !is_text(account)) {
		return ERR_SYNTAX;
	}
	buf_z(out, "otpauth://");
	buf_z(out, types[o->type]);
	buf_char(out, '/');
	put_label(o, out);
	buf_z(out, "?secret=");
	base32_encode(out, o->secret.b, o->secret.n);
	if (issuer.n > 0) {
		buf_z(out, "&issuer=");
		put_escaped(out, o->issuer);
	}
	buf_z(out, "&algorithm=");
	buf_z(out, hashes[o->hash]);
	buf_z(out, "&digits=");
	buf_u64(out, o->digits);
	if (o->type == OTPAUTH_TOTP) {
		buf_z(out, "&period=");
		buf_u64(out, o->period_s);
	} else {
		buf_z(out, "&counter=");
		buf_u64(out, o->counter);
	}
	return ERR_NONE;
}

/* Room for issuer, colon, a blank and account. */
enum { DECODED_MAX = 2 * OTPAUTH_TEXT_MAX + 2 };

/* s with %XX undone; "+" stands for itself. */
static enum err
unescape(struct str s, char dst[static DECODED_MAX], struct str *ret_text)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		uint8_t byte;
		size_t got;

		if (c == '%') {
			if (hex_decode(str_slice(s, i + 1, i + 3), &byte, 1,
			    &got) != ERR_NONE || got != 1) {
				return ERR_SYNTAX;
			}
			c = (char)byte;
			i += 2;
		}
		if (n == DECODED_MAX) {
			return ERR_LIMIT;
		}
		dst[n++] = c;
	}
	*ret_text = (struct str){dst, n};
	return ERR_NONE;
}

static enum err
copy_text(struct str s, char dst[static OTPAUTH_TEXT_MAX + 1])
{
	if (!is_text(s)) {
		return ERR_SYNTAX;
	}
	return str_copy(s, dst, OTPAUTH_TEXT_MAX + 1) ? ERR_NONE : ERR_LIMIT;
}

/* "issuer:account" or "account"; blanks may follow the colon. */
static enum err
parse_label(struct str label, struct otpauth *o)
{
	char decoded[DECODED_MAX];
	struct str text, issuer = {NULL, 0};
	size_t colon;
	enum err e = unescape(label, decoded, &text);

	if (e != ERR_NONE) {
		return e;
	}
	colon = str_find(text, ':');
	if (colon < text.n) {
		issuer = str_slice(text, 0, colon);
		text = str_slice(text, colon + 1, text.n);
		if (issuer.n == 0) {
			return ERR_SYNTAX;
		}
	}
	while (text.n > 0 && text.p[0] == ' ') {
		text = str_slice(text, 1, text.n);
	}
	if (text.n == 0) {
		return ERR_SYNTAX;
	}
	e = copy_text(issuer, o->issuer);
	return e != ERR_NONE ? e : copy_text(text, o->account);
}

static enum err
set_secret(struct otpauth *o, struct str value)
{
	enum err e = base32_decode(value, o->secret.b, SECRET_MAX,
	    &o->secret.n);

	return e == ERR_NONE && o->secret.n == 0 ? ERR_SYNTAX : e;
}

/* The issuer that a label named must be the same (S66). */
static enum err
set_issuer(struct otpauth *o, struct str value)
{
	char decoded[DECODED_MAX];
	struct str text;
	enum err e = unescape(value, decoded, &text);

	if (e != ERR_NONE) {
		return e;
	}
	if (o->issuer[0] != '\0') {
		return str_equal(text, str_of(o->issuer)) ? ERR_NONE :
		    ERR_SYNTAX;
	}
	return copy_text(text, o->issuer);
}

static enum err
set_algorithm(struct otpauth *o, struct str value)
{
	for (unsigned i = 0; i < HMAC_HASH_COUNT; i++) {
		if (equal_any_case(value, hashes[i])) {
			o->hash = (enum hmac_hash)i;
			return ERR_NONE;
		}
	}
	return ERR_RANGE;
}

/* Numbers are looked at again by check_numbers. */
static enum err
set_small(struct str value, unsigned *ret_v)
{
	uint64_t v;

	if (!parse_u64(value, &v)) {
		return ERR_SYNTAX;
	}
	*ret_v = v > 100000 ? 100000 : (unsigned)v;
	return ERR_NONE;
}

static enum err
set_digits(struct otpauth *o, struct str value)
{
	return set_small(value, &o->digits);
}

static enum err
set_period(struct otpauth *o, struct str value)
{
	return set_small(value, &o->period_s);
}

static enum err
set_counter(struct otpauth *o, struct str value)
{
	return parse_u64(value, &o->counter) ? ERR_NONE : ERR_SYNTAX;
}

enum parameter { SECRET, ISSUER, ALGORITHM, DIGITS, PERIOD, COUNTER, PARAMETERS };

static const struct {
	struct str name;
	enum err (*set)(struct otpauth *o, struct str value);
} parameters[PARAMETERS] = {
	[SECRET] = {STR_INIT("secret"), set_secret},
	[ISSUER] = {STR_INIT("issuer"), set_issuer},
	[ALGORITHM] = {STR_INIT("algorithm"), set_algorithm},
	[DIGITS] = {STR_INIT("digits"), set_digits},
	[PERIOD] = {STR_INIT("period"), set_period},
	[COUNTER] = {STR_INIT("counter"), set_counter},
};

/* One "name=value"; seen has a bit for each known name. */
static enum err
parse_parameter(struct str pair, struct otpauth *o, unsigned *seen)
{
	size_t at = str_find(pair, '=');
	struct str name = str_slice(pair, 0, at);
	struct str value = str_slice(pair, at + 1, pair.n);

	for (unsigned i = 0; i < PARAMETERS; i++) {
		if (!str_equal(name, parameters[i].name)) {
			continue;
		}
		if (at == pair.n || (*seen & 1U << i) != 0) {
			return ERR_SYNTAX;
		}
		*seen |= 1U << i;
		return parameters[i].set(o, value);
	}
	return ERR_NONE;
}

static enum err
parse_query(struct str query, struct otpauth *o)
{
	struct str pair;
	unsigned seen = 0;

	while (str_split(&query, '&', &pair)) {
		enum err e = parse_parameter(pair, o, &seen);

		if (e != ERR_NONE) {
			return e;
		}
	}
	/* A secret there must be, and HOTP has to say where it begins. */
	if (o->secret.n == 0 ||
	    (o->type == OTPAUTH_HOTP && (seen & 1U << COUNTER) == 0)) {
		return ERR_SYNTAX;
	}
	return check_numbers(o);
}

static enum err
parse_type(struct str s, enum otpauth_type *ret_type)
{
	if (equal_any_case(s, types[OTPAUTH_TOTP])) {
		*ret_type = OTPAUTH_TOTP;
	} else if (equal_any_case(s, types[OTPAUTH_HOTP])) {
		*ret_type = OTPAUTH_HOTP;
	} else {
		return ERR_SYNTAX;
	}
	return ERR_NONE;
}

enum err
otpauth_parse(struct str uri, struct otpauth *ret_o)
{
	static const struct str scheme = STR_INIT("otpauth://");
	struct otpauth CLEANUP(otpauth_wipe) o = {
		.hash = HMAC_SHA1,
		.digits = 6,
		.period_s = TOTP_PERIOD_DEFAULT,
	};
	struct str type, label;
	enum err e;

	if (uri.n > OTPAUTH_URI_MAX) {
		return ERR_LIMIT;
	}
	if (!equal_any_case(str_slice(uri, 0, scheme.n), scheme.p)) {
		return ERR_SYNTAX;
	}
	uri = str_slice(uri, scheme.n, uri.n);
	if (str_find(uri, '#') != uri.n || str_find(uri, '/') == uri.n ||
	    !str_split(&uri, '/', &type)) {
		return ERR_SYNTAX;
	}
	e = parse_type(type, &o.type);
	if (e != ERR_NONE) {
		return e;
	}
	if (str_find(uri, '?') == uri.n || !str_split(&uri, '?', &label)) {
		return ERR_SYNTAX;
	}
	e = parse_label(label, &o);
	if (e == ERR_NONE) {
		e = parse_query(uri, &o);
	}
	if (e == ERR_NONE) {
		*ret_o = o;
	}
	return e;
}

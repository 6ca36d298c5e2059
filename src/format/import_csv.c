/*
 * OATH CSV, as LinOTP and privacyIDEA document it: a line for each token,
 *
 *	serial, key, type, digits, period or counter, hash
 *
 * the key in hexadecimal (or base32, which is told by its letters), type hotp
 * where nothing is said, 6 digits, 30 s.  After a first line "# version: 2"
 * the owner stands in front: user, resolver, realm, serial, key, ….
 *
 * The hash is LinOTP's, which has the period in the fifth place for HOTP too;
 * privacyIDEA has the counter there.
 *
 * What privacyIDEA's token janitor exports differs from what it imports:
 *
 *	user@realm, serial, key, type, digits, period
 *
 * with "n/a" for a token of nobody's.  The place of the type tells which.
 */
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/parse.h"
#include "format/import.h"

enum { FIELDS_MAX = 12 };

enum field { SERIAL, KEY, TYPE, DIGITS, PERIOD, HASH, FIELDS };

/* A field without blanks and the quotes around it. */
static struct str
plain(struct str s)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"') {
		s = str_trim(str_slice(s, 1, s.n - 1));
	}
	return s;
}

static bool
read_key(struct str s, struct secret *secret)
{
	struct secret CLEANUP(secret_wipe) found = {0};

	if (s.n > 0 && hex_decode(s, found.b, SECRET_MAX, &found.n) ==
	    ERR_NONE) {
		*secret = found;
		return true;
	}
	return token_base32(s, secret);
}

static bool
is_word(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* A number that may be left out. */
static bool
read_number(struct str s, unsigned *ret_v)
{
	uint64_t v;

	if (s.n == 0) {
		return true;
	}
	if (!parse_u64(s, &v) || v > OTPAUTH_PERIOD_MAX) {
		return false;
	}
	*ret_v = (unsigned)v;
	return true;
}

static const char *
fill_type(struct str type, struct otpauth *o)
{
	if (is_word(type, "totp")) {
		o->type = OTPAUTH_TOTP;
	} else if (type.n == 0 || is_word(type, "hotp") ||
	    is_word(type, "hmac")) {
		o->type = OTPAUTH_HOTP;
	} else {
		return "it is neither of type hotp nor totp";
	}
	return NULL;
}

static const char *
fill_numbers(const struct str f[static FIELDS], struct otpauth *o)
{
	/* A key as long as a larger hash is one for it, unless it is said. */
	o->hash = o->secret.n == SHA512_SIZE ? HMAC_SHA512
	    : o->secret.n == SHA256_SIZE ? HMAC_SHA256 : HMAC_SHA1;
	if (f[HASH].n > 0 && !token_hash(f[HASH], &o->hash)) {
		return "its hash function is not known";
	}
	if (!read_number(f[DIGITS], &o->digits) ||
	    (o->type == OTPAUTH_TOTP && !read_number(f[PERIOD],
	    &o->period_s))) {
		return "digits or period is not a number";
	}
	if (o->type == OTPAUTH_HOTP && f[PERIOD].n > 0 && f[HASH].n == 0 &&
	    !parse_u64(f[PERIOD], &o->counter)) {
		return "its counter is not a number";
	}
	return NULL;
}

static const char *
fill(const struct str f[static FIELDS], struct str owner, struct token *token)
{
	struct otpauth *o = &token->otp;
	const char *why;

	if (!token_text(f[SERIAL], token->serial) || f[SERIAL].n == 0 ||
	    !token_text(owner, token->owner)) {
		return "its serial number is missing or too long";
	}
	if (!token_text(owner.n > 0 ? owner : f[SERIAL], o->account)) {
		return "its name is too long";
	}
	why = fill_type(f[TYPE], o);
	if (why != NULL) {
		return why;
	}
	if (!read_key(f[KEY], &o->secret)) {
		return "its key is missing or not hexadecimal";
	}
	return fill_numbers(f, o);
}

/* "ada@realm", where the name itself may be an address; "n/a": nobody. */
static struct str
without_realm(struct str s)
{
	size_t n = s.n;

	if (is_word(s, "n/a")) {
		return STR("");
	}
	while (n > 0 && s.p[n - 1] != '@') {
		n--;
	}
	return n == 0 ? s : str_slice(s, 0, n - 1);
}

static void
read_line(struct str line, size_t n, bool owned, struct tokens *t)
{
	struct str all[FIELDS_MAX] = {{"", 0}}, f[FIELDS], owner = {"", 0};
	struct token *token = tokens_next(t, n);
	size_t from = 0, count = 0;
	const char *why;

	if (token == NULL) {
		return;
	}
	while (count < FIELDS_MAX && str_split(&line, ',', &all[count])) {
		all[count] = plain(all[count]);
		count++;
	}
	if (owned) {
		owner = all[0];
		from = 3;
	} else if (is_word(all[TYPE + 1], "hotp") ||
	    is_word(all[TYPE + 1], "totp")) {
		owner = without_realm(all[0]);
		from = 1;
	}
	for (size_t i = 0; i < FIELDS; i++) {
		f[i] = from + i < count ? all[from + i] : STR("");
	}
	why = count < from + 2 ? "it has no key" : fill(f, owner, token);
	if (why != NULL) {
		tokens_drop(t, why);
	} else {
		tokens_add(t);
	}
}

/* "# version: 2" */
static bool
is_version_2(struct str line)
{
	static const char word[] = "version:";

	line = str_trim(str_slice(line, 1, line.n));
	return str_starts(line, STR("version:")) && str_equal(str_trim(
	    str_slice(line, sizeof(word) - 1, line.n)), STR("2"));
}

void
import_csv(struct str text, struct tokens *t)
{
	bool owned = false;
	struct str line;

	for (size_t n = 1; str_split(&text, '\n', &line); n++) {
		line = str_trim(line);
		if (line.n == 0) {
			continue;
		}
		if (line.p[0] == '#') {
			owned |= n == 1 && is_version_2(line);
			continue;
		}
		read_line(line, n, owned, t);
	}
}

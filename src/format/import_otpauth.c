/*
 * Lists of otpauth URIs, one a line, and Google Authenticator's
 * otpauth-migration URIs among them: a protocol buffer in base64, of which
 * only varints and length-prefixed fields are read.
 */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "format/import.h"

enum { SERIES_MAX = 100, DATA_MAX = 8192 };

/* ---- the wire format ---- */

struct field {
	uint64_t number;
	uint64_t value;		/* of a varint */
	struct str bytes;	/* of the others; p NULL for a varint */
};

static bool
varint(struct str *rest, uint64_t *ret_v)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 70 && rest->n > 0; shift += 7) {
		unsigned char c = (unsigned char)rest->p[0];

		*rest = str_slice(*rest, 1, rest->n);
		if (shift == 63 && c > 1) {
			return false;
		}
		v |= (uint64_t)(c & 127) << shift;
		if (c < 128) {
			*ret_v = v;
			return true;
		}
	}
	return false;
}

static bool
next_field(struct str *rest, struct field *f)
{
	uint64_t key;

	*f = (struct field){0};
	if (!varint(rest, &key)) {
		return false;
	}
	f->number = key >> 3;
	if ((key & 7) == 0) {
		return varint(rest, &f->value);
	}
	if ((key & 7) != 2 || !varint(rest, &f->value) || f->value > rest->n) {
		return false;
	}
	f->bytes = str_slice(*rest, 0, (size_t)f->value);
	*rest = str_slice(*rest, (size_t)f->value, rest->n);
	if (f->bytes.p == NULL) {
		f->bytes.p = "";
	}
	return true;
}

/* ---- an account of a series ---- */

struct account {
	struct str secret, name, issuer;
	uint64_t hash, digits, type, counter;
};

static bool
read_account(struct str bytes, struct account *a)
{
	struct field f;

	while (bytes.n > 0) {
		if (!next_field(&bytes, &f)) {
			return false;
		}
		switch (f.number) {
		case 1:
			a->secret = f.bytes;
			break;
		case 2:
			a->name = f.bytes;
			break;
		case 3:
			a->issuer = f.bytes;
			break;
		case 4:
			a->hash = f.value;
			break;
		case 5:
			a->digits = f.value;
			break;
		case 6:
			a->type = f.value;
			break;
		case 7:
			a->counter = f.value;
			break;
		default:
			break;
		}
	}
	return true;
}

/* Its numbers are enumerations; what is not said has the first of them. */
static const char *
fill(const struct account *a, struct otpauth *o)
{
	static const enum hmac_hash hashes[] = {
		HMAC_SHA1, HMAC_SHA1, HMAC_SHA256, HMAC_SHA512,
	};
	static const unsigned digits[] = {6, 6, 8};
	size_t colon = str_find(a->name, ':');
	struct str issuer = a->issuer.n > 0 || colon == a->name.n ? a->issuer
	    : str_slice(a->name, 0, colon);

	if (a->hash >= sizeof(hashes) / sizeof(hashes[0])) {
		return "its hash function is not SHA-1, SHA-256 or SHA-512";
	}
	if (a->digits >= sizeof(digits) / sizeof(digits[0])) {
		return "only codes of 6 to 8 digits can be made";
	}
	if (a->type != 1 && a->type != 2) {
		return "it makes codes neither by time nor by counter";
	}
	if (a->secret.n == 0 || a->secret.n > SECRET_MAX) {
		return "its key is missing or too long";
	}
	if (!token_text(issuer, o->issuer) || !token_text(colon < a->name.n ?
	    str_slice(a->name, colon + 1, a->name.n) : a->name, o->account) ||
	    (o->issuer[0] == '\0' && o->account[0] == '\0')) {
		return "its name is missing, too long or not UTF-8";
	}
	o->type = a->type == 1 ? OTPAUTH_HOTP : OTPAUTH_TOTP;
	o->hash = hashes[a->hash];
	o->digits = digits[a->digits];
	o->counter = o->type == OTPAUTH_HOTP ? a->counter : 0;
	secret_set(&o->secret, a->secret.p, a->secret.n);
	return NULL;
}

/* What is known of the series that is being read. */
struct series {
	uint64_t id, size;
	bool seen[SERIES_MAX];
	size_t begun;		/* line; 0: none */
};

static void
add_account(struct tokens *t, size_t line, struct str bytes)
{
	struct token *token = tokens_next(t, line);
	struct account a = {0};
	const char *why;

	if (token == NULL) {
		return;
	}
	why = !read_account(bytes, &a) ? "the link is damaged"
	    : fill(&a, &token->otp);
	if (why != NULL) {
		tokens_drop(t, why);
	} else {
		tokens_add(t);
	}
}

static bool
is_whole(const struct series *s)
{
	for (uint64_t i = 0; i < s->size; i++) {
		if (!s->seen[i]) {
			return false;
		}
	}
	return true;
}

static void
read_payload(struct str bytes, struct tokens *t, size_t line,
    struct series *s)
{
	struct str rest = bytes;
	uint64_t size = 1, index = 0, id = 0;
	struct field f;

	while (rest.n > 0) {
		if (!next_field(&rest, &f)) {
			tokens_flaw(t, line, "the link is damaged");
			return;
		}
		size = f.number == 3 ? f.value : size;
		index = f.number == 4 ? f.value : index;
		id = f.number == 5 ? f.value : id;
	}
	if (size < 1 || size > SERIES_MAX || index >= size) {
		tokens_flaw(t, line, "the link is damaged");
		return;
	}
	if (s->begun == 0 || s->id != id || s->size != size) {
		if (s->begun != 0 && !is_whole(s)) {
			tokens_flaw(t, s->begun,
			    "some QR codes of this series are missing");
		}
		*s = (struct series){.id = id, .size = size, .begun = line};
	}
	s->seen[index] = true;
	while (bytes.n > 0 && next_field(&bytes, &f)) {
		if (f.number == 1 && f.bytes.p != NULL) {
			add_account(t, line, f.bytes);
		}
	}
}

/* %XX and the other alphabet of base64 undone. */
static bool
unescape(struct str s, char *dst, size_t cap, size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		uint8_t byte;
		size_t got;

		if (c == '%') {
			if (hex_decode(str_slice(s, i + 1, i + 3), &byte, 1,
			    &got) != ERR_NONE || got != 1) {
				return false;
			}
			c = (char)byte;
			i += 2;
		}
		if (n == cap) {
			return false;
		}
		dst[n++] = c == '-' || c == ' ' ? '+' : c == '_' ? '/' : c;
	}
	*ret_n = n;
	return true;
}

static void
read_migration(struct str uri, struct tokens *t, size_t line,
    struct series *s)
{
	char text[DATA_MAX];
	uint8_t bytes[DATA_MAX];
	size_t at = str_find(uri, '='), n, got;

	uri = str_slice(uri, at + 1, uri.n);
	if (!unescape(str_slice(uri, 0, str_find(uri, '&')), text,
	    sizeof(text), &n) ||
	    base64_decode((struct str){text, n}, bytes, sizeof(bytes), &got) !=
	    ERR_NONE || got == 0) {
		tokens_flaw(t, line, "the link is damaged");
	} else {
		read_payload((struct str){(char *)bytes, got}, t, line, s);
	}
	explicit_bzero(text, sizeof(text));
	explicit_bzero(bytes, sizeof(bytes));
}

static void
read_uri(struct str uri, struct tokens *t, size_t line)
{
	struct token *token = tokens_next(t, line);
	enum err e;

	if (token == NULL) {
		return;
	}
	e = otpauth_parse(uri, &token->otp);
	if (e == ERR_NONE) {
		tokens_add(t);
	} else {
		tokens_drop(t, e == ERR_RANGE
		    ? "its hash function, digits or period cannot be done"
		    : e == ERR_LIMIT ? "its name or its key is too long"
		    : "this is no setup link");
	}
}

void
import_otpauth(struct str text, struct tokens *t)
{
	static const struct str migration =
	    STR_INIT("otpauth-migration://offline");
	struct series series = {0};
	struct str line;

	for (size_t n = 1; str_split(&text, '\n', &line); n++) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#') {
			continue;
		}
		if (line.n >= migration.n && strncasecmp(line.p, migration.p,
		    migration.n) == 0) {
			read_migration(line, t, n, &series);
		} else {
			read_uri(line, t, n);
		}
	}
	if (series.begun != 0 && !is_whole(&series)) {
		tokens_flaw(t, series.begun,
		    "some QR codes of this series are missing");
	}
}

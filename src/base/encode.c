#include "base/encode.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

/*
 * All five are one algorithm: groups of bits through an alphabet.
 */
enum { FOREIGN = -1, IGNORED = -2 };

struct alphabet {
	const char *symbols;
	unsigned bits;		/* in a symbol */
	unsigned group;		/* symbols in a padded group, 0 for no padding */
	int (*value)(char c);	/* or one of the two below */
};

static void
encode(const struct alphabet *a, struct buf *out, const void *p, size_t n)
{
	const uint8_t *bytes = p;
	const uint32_t mask = (1U << a->bits) - 1;
	uint32_t acc = 0;
	unsigned have = 0;
	size_t at = 0, symbols;
	char *text;

	assert(n <= SIZE_MAX / 16);
	symbols = (8 * n + a->bits - 1) / a->bits;
	if (a->group > 0) {
		symbols += (a->group - symbols % a->group) % a->group;
	}
	text = buf_space(out, symbols);
	if (text == NULL) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		acc = acc << 8 | bytes[i];
		have += 8;
		while (have >= a->bits) {
			have -= a->bits;
			text[at++] = a->symbols[acc >> have & mask];
		}
	}
	if (have > 0) {
		text[at++] = a->symbols[acc << (a->bits - have) & mask];
	}
	memset(text + at, '=', symbols - at);
}

/*
 * Symbols without padding.  What is left over must be less than a whole
 * symbol, and zero: otherwise two texts would give one value.
 */
static enum err
decode(const struct alphabet *a, struct str s, uint8_t *dst, size_t cap,
    size_t *ret_n)
{
	uint32_t acc = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int v = a->value(s.p[i]);

		if (v == IGNORED) {
			continue;
		}
		if (v < 0) {
			return ERR_SYNTAX;
		}
		acc = acc << a->bits | (uint32_t)v;
		have += a->bits;
		if (have >= 8) {
			have -= 8;
			if (n == cap) {
				return ERR_LIMIT;
			}
			dst[n++] = (uint8_t)(acc >> have);
			acc &= (1U << have) - 1;
		}
	}
	if (have >= a->bits || acc != 0) {
		return ERR_SYNTAX;
	}
	*ret_n = n;
	return ERR_NONE;
}

/* Cut "=" from the end when there are as many as a group needs. */
static bool
strip_padding(const struct alphabet *a, struct str *s)
{
	size_t n = s->n;

	if (n % a->group != 0) {
		return false;
	}
	while (n > 0 && s->n - n < a->group && s->p[n - 1] == '=') {
		n--;
	}
	if (s->n - n >= a->group) {
		return false;
	}
	s->n = n;
	return true;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : FOREIGN;
}

static int
letter_or_digit(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a' + 26;
	}
	return c >= '0' && c <= '9' ? c - '0' + 52 : FOREIGN;
}

static int
base64_value(char c)
{
	return c == '+' ? 62 : c == '/' ? 63 : letter_or_digit(c);
}

static int
base64url_value(char c)
{
	return c == '-' ? 62 : c == '_' ? 63 : letter_or_digit(c);
}

static int
base32_value(char c)
{
	if (c >= 'A' && c <= 'Z') {
		return c - 'A';
	}
	if (c >= 'a' && c <= 'z') {
		return c - 'a';
	}
	return c >= '2' && c <= '7' ? c - '2' + 26 : FOREIGN;
}

static int
crockford_value(char c)
{
	/* i and l are read as 1, o as 0; there is no u. */
	static const int8_t letters[26] = {
		10, 11, 12, 13, 14, 15, 16, 17, 1, 18, 19, 1, 20, 21, 0, 22,
		23, 24, 25, 26, FOREIGN, 27, 28, 29, 30, 31,
	};

	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'A' && c <= 'Z') {
		return letters[c - 'A'];
	}
	if (c >= 'a' && c <= 'z') {
		return letters[c - 'a'];
	}
	return c == '-' ? IGNORED : FOREIGN;
}

static const struct alphabet hex = {
	"0123456789abcdef", 4, 0, hex_value,
};
static const struct alphabet base64 = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	6, 4, base64_value,
};
static const struct alphabet base64url = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	6, 0, base64url_value,
};
static const struct alphabet base32 = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 0, base32_value,
};
static const struct alphabet base32_padded = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8, base32_value,
};
static const struct alphabet crockford = {
	"0123456789abcdefghjkmnpqrstvwxyz", 5, 0, crockford_value,
};

void
hex_encode(struct buf *out, const void *p, size_t n)
{
	encode(&hex, out, p, n);
}

enum err
hex_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
{
	if (s.n % 2 != 0) {
		return ERR_SYNTAX;
	}
	return decode(&hex, s, dst, cap, ret_n);
}

void
base64_encode(struct buf *out, const void *p, size_t n)
{
	encode(&base64, out, p, n);
}

enum err
base64_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
{
	if (!strip_padding(&base64, &s)) {
		return ERR_SYNTAX;
	}
	return decode(&base64, s, dst, cap, ret_n);
}

void
base64url_encode(struct buf *out, const void *p, size_t n)
{
	encode(&base64url, out, p, n);
}

enum err
base64url_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
{
	return decode(&base64url, s, dst, cap, ret_n);
}

void
base32_encode(struct buf *out, const void *p, size_t n)
{
	encode(&base32, out, p, n);
}

enum err
base32_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
{
	if (s.n > 0 && s.p[s.n - 1] == '=' &&
	    !strip_padding(&base32_padded, &s)) {
		return ERR_SYNTAX;
	}
	return decode(&base32, s, dst, cap, ret_n);
}

void
crockford_encode(struct buf *out, const void *p, size_t n)
{
	encode(&crockford, out, p, n);
}

enum err
crockford_decode(struct str s, uint8_t *dst, size_t cap, size_t *ret_n)
{
	return decode(&crockford, s, dst, cap, ret_n);
}

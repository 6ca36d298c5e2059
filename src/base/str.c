#include "base/str.h"

#include <stdint.h>
#include <string.h>

struct str
str_of(const char *z)
{
	return (struct str){z, z == NULL ? 0 : strlen(z)};
}

bool
str_equal(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_equal(str_slice(s, 0, prefix.n), prefix);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	    str_equal(str_slice(s, s.n - suffix.n, s.n), suffix);
}

size_t
str_find(struct str s, char c)
{
	const char *at = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return at == NULL ? s.n : (size_t)(at - s.p);
}

struct str
str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n) {
		to = s.n;
	}
	if (from > to) {
		from = to;
	}
	return (struct str){s.n == 0 ? s.p : s.p + from, to - from};
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s = str_slice(s, 1, s.n);
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1])) {
		s.n--;
	}
	return s;
}

bool
str_split(struct str *rest, char sep, struct str *ret_part)
{
	size_t at;

	if (rest->p == NULL) {
		return false;
	}
	at = str_find(*rest, sep);
	*ret_part = str_slice(*rest, 0, at);
	if (at == rest->n) {
		*rest = (struct str){NULL, 0};
	} else {
		*rest = str_slice(*rest, at + 1, rest->n);
	}
	return true;
}

/* Bytes that follow the lead byte c, or -1 when c cannot lead. */
static int
utf8_tail(uint8_t c)
{
	if (c < 0x80) {
		return 0;
	}
	if (c >= 0xc2 && c <= 0xdf) {
		return 1;
	}
	if (c >= 0xe0 && c <= 0xef) {
		return 2;
	}
	if (c >= 0xf0 && c <= 0xf4) {
		return 3;
	}
	return -1;
}

/* Overlong forms, surrogates and values past U+10FFFF show in byte two. */
static bool
utf8_second_ok(uint8_t lead, uint8_t second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	default:
		return true;
	}
}

bool
str_is_utf8(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		uint8_t lead = (uint8_t)s.p[i];
		int tail = utf8_tail(lead);

		if (tail < 0 || (size_t)tail >= s.n - i) {
			return false;
		}
		for (int k = 1; k <= tail; k++) {
			uint8_t c = (uint8_t)s.p[i + (size_t)k];

			if ((c & 0xc0) != 0x80 ||
			    (k == 1 && !utf8_second_ok(lead, c))) {
				return false;
			}
		}
		i += (size_t)tail + 1;
	}
	return true;
}

bool
str_copy(struct str s, char *dst, size_t cap)
{
	if (s.n >= cap || str_find(s, '\0') != s.n) {
		if (cap > 0) {
			dst[0] = '\0';
		}
		return false;
	}
	if (s.n > 0) {
		memcpy(dst, s.p, s.n);
	}
	dst[s.n] = '\0';
	return true;
}

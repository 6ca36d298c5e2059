/*
 * struct str: borrowed bytes with a length.  Not terminated, may hold any
 * byte; who made it says how long the bytes live.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

struct str {
	const char *p;
	size_t n;
};

/* A str over a string literal. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

/* The same where only a constant initializer will do: static tables. */
#define STR_INIT(literal) {"" literal, sizeof(literal) - 1}

/* For printf: "%.*s", STR_ARG(s). */
#define STR_ARG(s) (int)(s).n, (s).p

/* str_of(z): the bytes of the terminated string z; empty for NULL. */
struct str str_of(const char *z);

bool str_equal(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* str_find(s, c): index of the first byte c in s, or s.n. */
size_t str_find(struct str s, char c);

/* str_slice(s, from, to): the bytes [from, to), cut to what s has. */
struct str str_slice(struct str s, size_t from, size_t to);

/* str_trim(s): s without ASCII blanks at either end. */
struct str str_trim(struct str s);

/*
 * str_split(rest, sep, ret_part): the part of *rest before the first sep into
 * *ret_part, *rest moved behind it.  False when nothing is left.  An empty
 * last part ("a," gives "a" and "") is reported.
 */
bool str_split(struct str *rest, char sep, struct str *ret_part) NONNULL;

/* str_is_utf8(s): s is well-formed UTF-8 (no surrogates, no overlongs). */
bool str_is_utf8(struct str s);

/*
 * str_copy(s, dst, cap): s and a terminating NUL into dst[cap].  False, and
 * dst empty, when s does not fit or holds a NUL.
 */
bool str_copy(struct str s, char *dst, size_t cap) MUST_CHECK NONNULL;

#endif

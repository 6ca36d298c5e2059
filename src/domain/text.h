/*
 * Text from outside that people will read: header values, names, and the
 * facts a code is good for.
 *
 * The two types are made by their parsers only, which refuse and never
 * repair (S82): well-formed UTF-8, no control characters, nothing that hides
 * or turns text (bidirectional overrides, zero-width characters, soft
 * hyphens, noncharacters), no blank at either end.  Nothing here allocates.
 */
#ifndef DOMAIN_TEXT_H
#define DOMAIN_TEXT_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/str.h"
#include "domain/flaw.h"

/* A code point takes at most four bytes. */
#define HEADER_TEXT_CHARS 120
#define HEADER_TEXT_MAX (4 * HEADER_TEXT_CHARS)
#define DISPLAY_TEXT_CHARS 40	/* S89 */
#define DISPLAY_TEXT_MAX (4 * DISPLAY_TEXT_CHARS)

/* A header's value: a subject. */
struct header_text {
	unsigned short n;
	char z[HEADER_TEXT_MAX + 1];
};

/* A name or fact that stands in a message: brand, device, amount, payee. */
struct display_text {
	unsigned short n;
	char z[DISPLAY_TEXT_MAX + 1];
};

/*
 * text_flaw(s, max_chars): what would make s unfit for any message: empty, too
 * long, not UTF-8, controls (line breaks too), invisible signs, outer blanks.
 */
enum flaw text_flaw(struct str s, size_t max_chars) MUST_CHECK;

/* header_text_parse(s, ret_text): 1 to 120 characters. */
enum flaw header_text_parse(struct str s, struct header_text *ret_text)
    MUST_CHECK NONNULL;

/*
 * display_text_parse(s, ret_text): 1 to 40 characters, and nothing that a
 * mail program would make a link of: a stranger's spam must not travel in a
 * first-name field (S89).
 */
enum flaw display_text_parse(struct str s, struct display_text *ret_text)
    MUST_CHECK NONNULL;

struct str header_text_str(const struct header_text *t) NONNULL;
struct str display_text_str(const struct display_text *t) NONNULL;

/*
 * text_link(s): where in s the first thing stands that a mail program would
 * make a link: a scheme ("x://", "mailto:x"), "www.x", a word, a dot and at
 * least two letters ("example.com"), an "@" between words; s.n when there is
 * none.  It errs towards finding one: "St.Gallen" is a host name to a
 * program, "St. Gallen" is not.
 */
size_t text_link(struct str s);

#endif

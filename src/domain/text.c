#include "domain/text.h"

#include <stdint.h>
#include <string.h>

#include "domain/utf8.h"

static bool
is_control(uint32_t c)
{
	/* C0, DEL, C1, and the line and paragraph separators. */
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	    c == 0x2029;
}

/*
 * Zero-width joiner and non-joiner (U+200C, U+200D) are left: Persian and
 * Hindi need them, and text_link sees through them.
 */
static bool
is_invisible(uint32_t c)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{0x00ad, 0x00ad},	/* soft hyphen */
		{0x034f, 0x034f},	/* combining grapheme joiner */
		{0x061c, 0x061c},	/* Arabic letter mark */
		{0x115f, 0x1160},	/* Hangul fillers */
		{0x17b4, 0x17b5},
		{0x180b, 0x180f},
		{0x200b, 0x200b},	/* zero width space */
		{0x200e, 0x200f},	/* left-to-right, right-to-left mark */
		{0x202a, 0x202e},	/* embeddings and overrides */
		{0x2060, 0x206f},	/* word joiner, isolates */
		{0x3164, 0x3164},
		{0xfdd0, 0xfdef},	/* noncharacters */
		{0xfeff, 0xfeff},	/* byte order mark */
		{0xffa0, 0xffa0},
		{0xfff0, 0xfffb},
		{0xe0000, 0x10ffff},	/* tags, private use */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last) {
			return true;
		}
	}
	return (c & 0xfffe) == 0xfffe || (c >= 0xe000 && c <= 0xf8ff);
}

enum flaw
text_flaw(struct str s, size_t max_chars)
{
	size_t chars = 0;

	if (s.n == 0) {
		return FLAW_EMPTY;
	}
	if (s.n > 4 * max_chars) {
		return FLAW_LENGTH;
	}
	if (!str_is_utf8(s)) {
		return FLAW_UTF8;
	}
	for (size_t at = 0; at < s.n; chars++) {
		uint32_t c = utf8_next(s, &at);

		if (is_control(c)) {
			return FLAW_CONTROL;
		}
		if (is_invisible(c)) {
			return FLAW_INVISIBLE;
		}
	}
	if (chars > max_chars) {
		return FLAW_LENGTH;
	}
	return s.p[0] == ' ' || s.p[s.n - 1] == ' ' ? FLAW_BLANK : FLAW_NONE;
}

/* Also what IDNA reads as a dot (RFC 3490 section 3.1), and its relatives. */
static bool
is_dot(uint32_t c)
{
	return c == '.' || c == 0x3002 || c == 0xff0e || c == 0xff61 ||
	    c == 0x2024 || c == 0xfe52;
}

static bool
is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    /* Outside ASCII all but general punctuation and currencies. */
	    c == 0x200c || c == 0x200d || (c >= 0xc0 && c < 0x2000) ||
	    (c >= 0x2100 && !is_dot(c));
}

static bool
is_word(uint32_t c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool
has_prefix(struct str s, size_t at, const char *lower_case)
{
	for (size_t i = 0; lower_case[i] != '\0'; i++, at++) {
		if (at >= s.n) {
			return false;
		}
		if ((s.p[at] >= 'A' && s.p[at] <= 'Z' ? s.p[at] | 0x20 :
		    s.p[at]) != lower_case[i]) {
			return false;
		}
	}
	return true;
}

/* A "word.tld" or "name@host" whose dot or at sign was just read. */
static bool
joins_words(struct str s, size_t at, uint32_t before, uint32_t c)
{
	const bool at_sign = c == '@' || c == 0xff20;
	uint32_t first, second;

	if ((!at_sign && !is_dot(c)) || !is_word(before)) {
		return false;
	}
	first = utf8_next(s, &at);
	second = utf8_next(s, &at);
	return at_sign ? is_word(first)
	    : is_letter(first) && is_letter(second);
}

/* A scheme or "www." at at, with something that it could lead to. */
static bool
is_scheme(struct str s, size_t at)
{
	static const char *const schemes[] = {"www.", "mailto:"};

	/* Most characters begin none: this is asked of each. */
	if (strchr(":wWmM", s.p[at]) == NULL) {
		return false;
	}
	if (has_prefix(s, at, "://")) {
		return true;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t end = at + strlen(schemes[i]);

		if (has_prefix(s, at, schemes[i]) &&
		    is_word(utf8_next(s, &end))) {
			return true;
		}
	}
	return false;
}

size_t
text_link(struct str s)
{
	uint32_t before = 0;

	for (size_t at = 0, start = 0; at < s.n; start = at) {
		uint32_t c;

		if (is_scheme(s, at)) {
			return at;
		}
		c = utf8_next(s, &at);
		if (joins_words(s, at, before, c)) {
			return start;
		}
		before = c;
	}
	return s.n;
}

enum flaw
header_text_parse(struct str s, struct header_text *ret_text)
{
	enum flaw flaw = text_flaw(s, HEADER_TEXT_CHARS);

	if (flaw != FLAW_NONE) {
		return flaw;
	}
	*ret_text = (struct header_text){.n = (unsigned short)s.n};
	memcpy(ret_text->z, s.p, s.n);
	return FLAW_NONE;
}

enum flaw
display_text_parse(struct str s, struct display_text *ret_text)
{
	enum flaw flaw = text_flaw(s, DISPLAY_TEXT_CHARS);

	if (flaw == FLAW_NONE && text_link(s) != s.n) {
		flaw = FLAW_LINK;
	}
	if (flaw != FLAW_NONE) {
		return flaw;
	}
	*ret_text = (struct display_text){.n = (unsigned short)s.n};
	memcpy(ret_text->z, s.p, s.n);
	return FLAW_NONE;
}

struct str
header_text_str(const struct header_text *t)
{
	return (struct str){t->z, t->n};
}

struct str
display_text_str(const struct display_text *t)
{
	return (struct str){t->z, t->n};
}

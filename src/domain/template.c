#include "domain/template.h"

#include <stdint.h>

static const struct str words[TEMPLATE_WORD_COUNT] = {
	[TEMPLATE_TO] = STR_INIT("to"),
	[TEMPLATE_TO_DIGITS] = STR_INIT("to_digits"),
	[TEMPLATE_TEXT] = STR_INIT("text"),
	[TEMPLATE_SPEECH] = STR_INIT("speech"),
	[TEMPLATE_SENDER] = STR_INIT("sender"),
	[TEMPLATE_ID] = STR_INIT("id"),
	[TEMPLATE_ACCOUNT] = STR_INIT("account"),
	[TEMPLATE_SECRET] = STR_INIT("secret"),
	[TEMPLATE_BASIC] = STR_INIT("basic"),
	[TEMPLATE_CODING] = STR_INIT("coding"),
	[TEMPLATE_ALPHABET] = STR_INIT("alphabet"),
	[TEMPLATE_LOCALE] = STR_INIT("locale"),
	[TEMPLATE_LANGUAGE] = STR_INIT("language"),
	[TEMPLATE_PROMPT] = STR_INIT("prompt"),
	[TEMPLATE_CALL] = STR_INIT("call"),
	[TEMPLATE_RECEIPTS] = STR_INIT("receipts"),
};

static const struct { struct str name; enum template_place place; } filters[] = {
	{STR_INIT("json"), TEMPLATE_JSON},
	{STR_INIT("xml"), TEMPLATE_XML},
	{STR_INIT("url"), TEMPLATE_URL},
};

/* A piece of a template: bytes as they are, or a word. */
struct piece {
	struct str bytes;
	bool is_word;
	enum template_word word;
	enum template_place filter;	/* TEMPLATE_PLAIN: none */
	const char *flaw;
};

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

/* Whether c stands in a place as it is. */
static bool
stands(char c, enum template_place place)
{
	switch (place) {
	case TEMPLATE_URL:
		return is_unreserved(c);
	case TEMPLATE_JSON:
		return c != '"' && c != '\\' && (unsigned char)c >= ' ' &&
		    c != 0x7f;
	case TEMPLATE_XML:
	case TEMPLATE_MARKUP:
		return ((unsigned char)c >= ' ' || c == '\n') && c != '&' &&
		    c != '<' && c != '>' && c != '"' && c != '\'';
	case TEMPLATE_PLAIN:
	default:
		return c != '\r' && c != '\0';
	}
}

static void
escape_json(char c, struct buf *out)
{
	if (c == '"' || c == '\\') {
		buf_char(out, '\\');
		buf_char(out, c);
	} else {
		buf_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
	}
}

static void
escape_xml(char c, struct buf *out)
{
	switch (c) {
	case '&':
		buf_z(out, "&amp;");
		return;
	case '<':
		buf_z(out, "&lt;");
		return;
	case '>':
		buf_z(out, "&gt;");
		return;
	case '"':
		buf_z(out, "&quot;");
		return;
	case '\'':
		buf_z(out, "&#39;");
		return;
	default:
		/* XML 1.0 has no other controls, escaped or not. */
		buf_char(out, ' ');
		return;
	}
}

/* One that does not stand as it is. */
static void
escape(char c, enum template_place place, struct buf *out)
{
	switch (place) {
	case TEMPLATE_URL:
		buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
		break;
	case TEMPLATE_JSON:
		escape_json(c, out);
		break;
	case TEMPLATE_XML:
	case TEMPLATE_MARKUP:
		escape_xml(c, out);
		break;
	case TEMPLATE_PLAIN:
	default:
		buf_char(out, ' ');
		break;
	}
}

void
template_escape(struct str s, enum template_place place, struct buf *out)
{
	for (size_t from = 0, to; from < s.n; from = to + 1) {
		for (to = from; to < s.n && stands(s.p[to], place); to++) {
			;
		}
		buf_put(out, s.p + from, to - from);
		if (to < s.n) {
			escape(s.p[to], place, out);
		}
	}
}

static void
find_word(struct str inside, struct piece *p)
{
	size_t bar = str_find(inside, '|');
	struct str name = str_slice(inside, 0, bar);
	struct str filter = str_slice(inside, bar + 1, inside.n);
	bool known = bar == inside.n;

	p->flaw = "has a {word} that is none";
	for (int w = 0; w < TEMPLATE_WORD_COUNT; w++) {
		if (str_equal(name, words[w])) {
			p->word = (enum template_word)w;
			p->flaw = NULL;
		}
	}
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		if (!known && str_equal(filter, filters[i].name)) {
			p->filter = filters[i].place;
			known = true;
		}
	}
	if (!known) {
		p->flaw = "has a {word|filter} whose filter is none";
	}
}

/* Takes the next piece off t; false at its end. */
static bool
next(struct str *t, struct piece *ret_piece)
{
	struct piece p = {0};
	size_t n = str_find(*t, '{');

	if (t->n == 0) {
		return false;
	}
	if (n > 0 || t->n < 2 || t->p[1] < 'a' || t->p[1] > 'z') {
		n = n > 0 ? n : 1;
		p.bytes = str_slice(*t, 0, n);
	} else {
		size_t end = str_find(*t, '}');

		p.is_word = true;
		if (end == t->n) {
			p.flaw = "has a brace that is not closed";
			n = end;
		} else {
			find_word(str_slice(*t, 1, end), &p);
			n = end + 1;
		}
	}
	*t = str_slice(*t, n, t->n);
	*ret_piece = p;
	return true;
}

const char *
template_flaw(struct str t)
{
	struct piece p;

	while (next(&t, &p)) {
		if (p.flaw != NULL) {
			return p.flaw;
		}
	}
	return NULL;
}

bool
template_uses(struct str t, enum template_word word)
{
	struct piece p;

	while (next(&t, &p)) {
		if (p.is_word && p.word == word) {
			return true;
		}
	}
	return false;
}

/* Twice where the word has a filter: first the inner place, then the outer. */
static void
put_value(struct str value, const struct piece *p, enum template_place place,
    struct buf *out)
{
	struct buf inner;

	if (place == TEMPLATE_MARKUP && p->word == TEMPLATE_SPEECH) {
		place = TEMPLATE_PLAIN;
	}
	if (p->filter == TEMPLATE_PLAIN) {
		template_escape(value, place, out);
		return;
	}
	buf_init(&inner, 6 * value.n + 1);
	template_escape(value, p->filter, &inner);
	template_escape(buf_view(&inner), place, out);
	if (buf_err(&inner) != ERR_NONE && out->err == ERR_NONE) {
		out->err = buf_err(&inner);
	}
	buf_done(&inner);
}

void
template_expand(struct str t, enum template_place place,
    const struct str values[static TEMPLATE_WORD_COUNT], struct buf *out)
{
	struct piece p;

	while (next(&t, &p)) {
		if (!p.is_word) {
			buf_str(out, p.bytes);
		} else if (p.flaw == NULL) {
			put_value(values[p.word], &p, place, out);
		}
	}
}

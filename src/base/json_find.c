#include "base/json_find.h"

#include <stdint.h>

struct scan {
	struct str s;
	size_t i;
	unsigned depth;
	struct buf *out;
	bool found;
	bool bad;
};

/*
 * Where the scan stands to the pointer: rest is what of it is still ahead;
 * off the path nothing is taken.
 */
struct aim {
	bool on;
	struct str rest;
};

static const struct aim nowhere;

bool
json_pointer_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '~' && (i + 1 == s.n ||
		    (s.p[i + 1] != '0' && s.p[i + 1] != '1'))) {
			return false;
		}
	}
	return (s.n == 0 || s.p[0] == '/') && str_is_utf8(s);
}

static int
peek(const struct scan *c)
{
	return c->i < c->s.n ? (unsigned char)c->s.p[c->i] : -1;
}

static void
blanks(struct scan *c)
{
	while (peek(c) == ' ' || peek(c) == '\t' || peek(c) == '\n' ||
	    peek(c) == '\r') {
		c->i++;
	}
}

static bool
accept(struct scan *c, char want)
{
	if (peek(c) != want) {
		return false;
	}
	c->i++;
	return true;
}

static void
expect(struct scan *c, char want)
{
	c->bad = !accept(c, want) || c->bad;
}

static unsigned
hex4(struct scan *c)
{
	unsigned v = 0;

	for (int k = 0; k < 4; k++) {
		int d = peek(c);

		if (d >= '0' && d <= '9') {
			d -= '0';
		} else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f') {
			d = (d | 0x20) - 'a' + 10;
		} else {
			c->bad = true;
			return 0;
		}
		v = v * 16 + (unsigned)d;
		c->i++;
	}
	return v;
}

static void
put_utf8(struct buf *out, unsigned v)
{
	if (v < 0x80) {
		buf_char(out, (char)v);
	} else if (v < 0x800) {
		buf_char(out, (char)(0xc0 | v >> 6));
		buf_char(out, (char)(0x80 | (v & 0x3f)));
	} else if (v < 0x10000) {
		buf_char(out, (char)(0xe0 | v >> 12));
		buf_char(out, (char)(0x80 | (v >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (v & 0x3f)));
	} else {
		buf_char(out, (char)(0xf0 | v >> 18));
		buf_char(out, (char)(0x80 | (v >> 12 & 0x3f)));
		buf_char(out, (char)(0x80 | (v >> 6 & 0x3f)));
		buf_char(out, (char)(0x80 | (v & 0x3f)));
	}
}

/* Behind "\u"; a surrogate must have its pair. */
static unsigned
unicode(struct scan *c)
{
	unsigned v = hex4(c), low;

	if (v < 0xd800 || v > 0xdfff) {
		return v;
	}
	expect(c, '\\');
	expect(c, 'u');
	low = c->bad ? 0 : hex4(c);
	if (v > 0xdbff || low < 0xdc00 || low > 0xdfff) {
		c->bad = true;
		return 0;
	}
	return 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
}

static void
escape(struct scan *c, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	int e = peek(c);

	c->i++;
	if (e == 'u') {
		put_utf8(out, unicode(c));
		return;
	}
	for (size_t k = 0; k + 1 < sizeof(names); k++) {
		if (e == names[k]) {
			buf_char(out, values[k]);
			return;
		}
	}
	c->bad = true;
}

/* A string into out; the opening quote is next. */
static void
string(struct scan *c, struct buf *out)
{
	expect(c, '"');
	while (!c->bad) {
		int b = peek(c);

		if (b < 0x20) {		/* the end too */
			c->bad = true;
			return;
		}
		c->i++;
		if (b == '"') {
			return;
		}
		if (b == '\\') {
			escape(c, out);
		} else {
			buf_char(out, (char)b);
		}
	}
}

static bool
digits(struct scan *c)
{
	size_t from = c->i;

	while (peek(c) >= '0' && peek(c) <= '9') {
		c->i++;
	}
	return c->i > from;
}

static void
number(struct scan *c)
{
	(void)accept(c, '-');
	if (!accept(c, '0')) {
		c->bad = !digits(c) || c->bad;
	}
	if (accept(c, '.')) {
		c->bad = !digits(c) || c->bad;
	}
	if (accept(c, 'e') || accept(c, 'E')) {
		if (!accept(c, '+')) {
			(void)accept(c, '-');
		}
		c->bad = !digits(c) || c->bad;
	}
}

static void
literal(struct scan *c)
{
	static const struct str words[] = {
		STR_INIT("true"), STR_INIT("false"), STR_INIT("null"),
	};
	struct str rest = str_slice(c->s, c->i, c->s.n);

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		if (str_starts(rest, words[k])) {
			c->i += words[k].n;
			return;
		}
	}
	c->bad = true;
}

/* Does the next step of the pointer, its escapes undone, name this one? */
static struct aim
step(struct aim aim, struct str name)
{
	struct str rest = aim.rest, token;
	size_t k = 0;

	if (!aim.on || rest.n == 0) {
		return nowhere;
	}
	rest = str_slice(rest, 1, rest.n);
	token = str_slice(rest, 0, str_find(rest, '/'));
	for (size_t i = 0; i < token.n; i++, k++) {
		char b = token.p[i];

		if (b == '~') {
			i++;
			b = i < token.n && token.p[i] == '1' ? '/' : '~';
		}
		if (k >= name.n || name.p[k] != b) {
			return nowhere;
		}
	}
	if (k != name.n) {
		return nowhere;
	}
	return (struct aim){true, str_slice(rest, token.n, rest.n)};
}

static void value(struct scan *c, struct aim aim);

static void
members(struct scan *c, struct aim aim)
{
	struct buf name;

	buf_init(&name, c->s.n + 1);
	do {
		buf_clear(&name);
		blanks(c);
		string(c, &name);
		blanks(c);
		expect(c, ':');
		value(c, step(aim, buf_view(&name)));
		blanks(c);
	} while (!c->bad && buf_err(&name) == ERR_NONE && accept(c, ','));
	expect(c, '}');
	c->bad = c->bad || buf_err(&name) != ERR_NONE;
	buf_done(&name);
}

static void
elements(struct scan *c, struct aim aim)
{
	char text[24];
	struct buf index;

	for (uint64_t n = 0;; n++) {
		buf_fixed(&index, text, sizeof(text));
		buf_u64(&index, n);
		value(c, step(aim, buf_view(&index)));
		blanks(c);
		if (c->bad || !accept(c, ',')) {
			break;
		}
	}
	expect(c, ']');
}

static void
nested(struct scan *c, struct aim aim)
{
	bool object = c->s.p[c->i] == '{';

	c->i++;
	if (++c->depth > JSON_FIND_DEPTH_MAX) {
		c->bad = true;
		return;
	}
	blanks(c);
	if (!accept(c, object ? '}' : ']')) {
		if (object) {
			members(c, aim);
		} else {
			elements(c, aim);
		}
	}
	c->depth--;
}

static void
scalar(struct scan *c, bool wanted)
{
	size_t from = c->i;
	int b = peek(c);

	if (b == '-' || (b >= '0' && b <= '9')) {
		number(c);
	} else {
		literal(c);
	}
	if (wanted && !c->bad && b != 'n') {
		buf_str(c->out, str_slice(c->s, from, c->i));
		c->found = true;
	}
}

static void
value(struct scan *c, struct aim aim)
{
	bool wanted = aim.on && aim.rest.n == 0 && !c->found;
	char none[1];
	struct buf nothing;

	if (c->bad) {
		return;
	}
	blanks(c);
	switch (peek(c)) {
	case '{':
	case '[':
		nested(c, aim);
		return;
	case '"':
		/* What does not fit is latched there and of no interest. */
		buf_fixed(&nothing, none, sizeof(none));
		string(c, wanted ? c->out : &nothing);
		c->found = c->found || (wanted && !c->bad);
		return;
	default:
		scalar(c, wanted);
		return;
	}
}

bool
json_find(struct str text, struct str pointer, struct buf *out)
{
	struct scan c = {.s = text, .out = out};
	size_t before = out->n;

	if (!str_is_utf8(text) || !json_pointer_valid(pointer)) {
		return false;
	}
	value(&c, (struct aim){true, pointer});
	blanks(&c);
	if (c.bad || c.i != text.n || !c.found || buf_err(out) != ERR_NONE) {
		buf_cut(out, before);
		return false;
	}
	return true;
}

#include "base/json_scan.h"

int
json_scan_peek(const struct json_scan *c)
{
	return c->i < c->s.n ? (unsigned char)c->s.p[c->i] : -1;
}

void
json_scan_blanks(struct json_scan *c)
{
	while (c->i < c->s.n && (c->s.p[c->i] == ' ' ||
	    c->s.p[c->i] == '\t' || c->s.p[c->i] == '\n' ||
	    c->s.p[c->i] == '\r')) {
		c->i++;
	}
}

bool
json_scan_accept(struct json_scan *c, char want)
{
	if (json_scan_peek(c) != want) {
		return false;
	}
	c->i++;
	return true;
}

void
json_scan_expect(struct json_scan *c, char want)
{
	c->bad = !json_scan_accept(c, want) || c->bad;
}

static unsigned
hex4(struct json_scan *c)
{
	unsigned v = 0;

	for (int k = 0; k < 4; k++) {
		int d = json_scan_peek(c);

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
unicode(struct json_scan *c)
{
	unsigned v = hex4(c), low;

	if (v < 0xd800 || v > 0xdfff) {
		return v;
	}
	json_scan_expect(c, '\\');
	json_scan_expect(c, 'u');
	low = c->bad ? 0 : hex4(c);
	if (v > 0xdbff || low < 0xdc00 || low > 0xdfff) {
		c->bad = true;
		return 0;
	}
	return 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
}

static void
escape(struct json_scan *c, struct buf *out)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	int e = json_scan_peek(c);

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
void
json_scan_string(struct json_scan *c, struct buf *out)
{
	json_scan_expect(c, '"');
	while (!c->bad) {
		int b = json_scan_peek(c);

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
digits(struct json_scan *c)
{
	size_t from = c->i;

	while (json_scan_peek(c) >= '0' && json_scan_peek(c) <= '9') {
		c->i++;
	}
	return c->i > from;
}

struct str
json_scan_number(struct json_scan *c)
{
	size_t from = c->i;

	(void)json_scan_accept(c, '-');
	if (!json_scan_accept(c, '0')) {
		c->bad = !digits(c) || c->bad;
	}
	if (json_scan_accept(c, '.')) {
		c->bad = !digits(c) || c->bad;
	}
	if (json_scan_accept(c, 'e') || json_scan_accept(c, 'E')) {
		if (!json_scan_accept(c, '+')) {
			(void)json_scan_accept(c, '-');
		}
		c->bad = !digits(c) || c->bad;
	}
	return str_slice(c->s, from, c->i);
}

struct str
json_scan_literal(struct json_scan *c)
{
	static const struct str words[] = {
		STR_INIT("true"), STR_INIT("false"), STR_INIT("null"),
	};
	struct str rest = str_slice(c->s, c->i, c->s.n);

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		if (str_starts(rest, words[k])) {
			c->i += words[k].n;
			return words[k];
		}
	}
	c->bad = true;
	return (struct str){"", 0};
}

int
json_scan_next(struct json_scan *c)
{
	json_scan_blanks(c);
	return c->bad ? -1 : json_scan_peek(c);
}

bool
json_scan_member(struct json_scan *c, bool first, struct buf *name)
{
	buf_clear(name);
	json_scan_blanks(c);
	if (json_scan_accept(c, '}')) {
		return false;
	}
	if (!first) {
		json_scan_expect(c, ',');
		json_scan_blanks(c);
	}
	json_scan_string(c, name);
	json_scan_blanks(c);
	json_scan_expect(c, ':');
	return !c->bad;
}

bool
json_scan_element(struct json_scan *c, bool first)
{
	json_scan_blanks(c);
	if (json_scan_accept(c, ']')) {
		return false;
	}
	if (!first) {
		json_scan_expect(c, ',');
	}
	return !c->bad;
}

/* What is passed over is of no interest: it does not fit here. */
static void
skip_string(struct json_scan *c)
{
	char none[1];
	struct buf nothing;

	buf_fixed(&nothing, none, sizeof(none));
	json_scan_string(c, &nothing);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the caller says */
static void
skip_nested(struct json_scan *c, unsigned depth)
{
	bool object = json_scan_peek(c) == '{';
	bool first = true;
	char none[1];
	struct buf name;

	buf_fixed(&name, none, sizeof(none));
	c->i++;
	while (object ? json_scan_member(c, first, &name) :
	    json_scan_element(c, first)) {
		json_scan_skip(c, depth);
		first = false;
	}
}

void
json_scan_skip(struct json_scan *c, unsigned depth)
{
	int b = json_scan_next(c);

	switch (b) {
	case '{':
	case '[':
		if (depth == 0) {
			c->bad = true;
			return;
		}
		skip_nested(c, depth - 1);
		return;
	case '"':
		skip_string(c);
		return;
	default:
		if (b == '-' || (b >= '0' && b <= '9')) {
			(void)json_scan_number(c);
		} else {
			(void)json_scan_literal(c);
		}
		return;
	}
}

/* NOLINTEND(misc-no-recursion) */

unsigned
json_scan_line(const struct json_scan *c)
{
	unsigned line = 1;

	for (size_t i = 0; i < c->i && i < c->s.n; i++) {
		line += c->s.p[i] == '\n';
	}
	return line;
}

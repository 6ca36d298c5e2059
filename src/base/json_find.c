#include "base/json_find.h"

#include <stdint.h>

#include "base/json_scan.h"

struct find {
	struct json_scan scan;
	unsigned depth;
	struct buf *out;
	bool found;
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

static void value(struct find *f, struct aim aim);

/* NOLINTBEGIN(misc-no-recursion): at most JSON_FIND_DEPTH_MAX deep */

static void
members(struct find *f, struct aim aim)
{
	bool first = true;
	struct buf name;

	buf_init(&name, f->scan.s.n + 1);
	while (json_scan_member(&f->scan, first, &name) &&
	    buf_err(&name) == ERR_NONE) {
		value(f, step(aim, buf_view(&name)));
		first = false;
	}
	f->scan.bad = f->scan.bad || buf_err(&name) != ERR_NONE;
	buf_done(&name);
}

static void
elements(struct find *f, struct aim aim)
{
	char text[24];
	struct buf index;

	for (uint64_t n = 0; json_scan_element(&f->scan, n == 0); n++) {
		buf_fixed(&index, text, sizeof(text));
		buf_u64(&index, n);
		value(f, step(aim, buf_view(&index)));
	}
}

static void
nested(struct find *f, struct aim aim, bool object)
{
	f->scan.i++;
	if (++f->depth > JSON_FIND_DEPTH_MAX) {
		f->scan.bad = true;
	} else if (object) {
		members(f, aim);
	} else {
		elements(f, aim);
	}
	f->depth--;
}

static void
scalar(struct find *f, bool wanted, int b)
{
	struct str word = b == '-' || (b >= '0' && b <= '9')
	    ? json_scan_number(&f->scan) : json_scan_literal(&f->scan);

	if (wanted && !f->scan.bad && b != 'n') {
		buf_str(f->out, word);
		f->found = true;
	}
}

static void
value(struct find *f, struct aim aim)
{
	bool wanted = aim.on && aim.rest.n == 0 && !f->found;
	int b = json_scan_next(&f->scan);
	char none[1];
	struct buf nothing;

	if (f->scan.bad) {
		return;
	}
	switch (b) {
	case '{':
	case '[':
		nested(f, aim, b == '{');
		return;
	case '"':
		/* What does not fit is latched there and of no interest. */
		buf_fixed(&nothing, none, sizeof(none));
		json_scan_string(&f->scan, wanted ? f->out : &nothing);
		f->found = f->found || (wanted && !f->scan.bad);
		return;
	default:
		scalar(f, wanted, b);
		return;
	}
}

/* NOLINTEND(misc-no-recursion) */

bool
json_find(struct str text, struct str pointer, struct buf *out)
{
	struct find f = {.scan.s = text, .out = out};
	size_t before = out->n;

	if (!str_is_utf8(text) || !json_pointer_valid(pointer)) {
		return false;
	}
	value(&f, (struct aim){true, pointer});
	json_scan_blanks(&f.scan);
	if (f.scan.bad || f.scan.i != text.n || !f.found ||
	    buf_err(out) != ERR_NONE) {
		buf_cut(out, before);
		return false;
	}
	return true;
}

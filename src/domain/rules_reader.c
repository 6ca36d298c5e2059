#include "domain/rules_reader.h"

#include <string.h>

void
rules_reader_flaw(struct rules_reader *r, const char *reason)
{
	r->fn(r->ctx, json_scan_line(&r->scan), buf_view(&r->place), reason);
	r->flawed = true;
}

size_t
rules_reader_enter(struct rules_reader *r, struct str name)
{
	size_t back = r->place.n;

	if (back > 0) {
		buf_char(&r->place, '.');
	}
	buf_str(&r->place, str_slice(name, 0, RULES_KEY_MAX));
	return back;
}

void
rules_reader_leave(struct rules_reader *r, size_t back)
{
	buf_cut(&r->place, back);
	r->place.err = ERR_NONE;
}

void
rules_reader_unknown(struct rules_reader *r, struct str name)
{
	size_t back = rules_reader_enter(r, name);

	rules_reader_flaw(r, "is not known");
	rules_reader_leave(r, back);
	json_scan_skip(&r->scan, RULES_DEPTH_MAX);
}

bool
rules_reader_is_new(struct rules_reader *r, unsigned *seen, unsigned bit,
    struct str name)
{
	size_t back;

	if ((*seen & bit) == 0) {
		*seen |= bit;
		return true;
	}
	back = rules_reader_enter(r, name);
	rules_reader_flaw(r, "is there twice");
	rules_reader_leave(r, back);
	json_scan_skip(&r->scan, RULES_DEPTH_MAX);
	return false;
}

bool
rules_reader_open_object(struct rules_reader *r)
{
	if (json_scan_next(&r->scan) == '{') {
		json_scan_expect(&r->scan, '{');
		return true;
	}
	rules_reader_flaw(r, "must be an object");
	json_scan_skip(&r->scan, RULES_DEPTH_MAX);
	return false;
}

bool
rules_reader_take_string(struct rules_reader *r,
    char text[static RULES_STRING_MAX], struct str *ret)
{
	struct buf b;

	if (json_scan_next(&r->scan) != '"') {
		rules_reader_flaw(r, "must be a string");
		json_scan_skip(&r->scan, RULES_DEPTH_MAX);
		return false;
	}
	buf_fixed(&b, text, RULES_STRING_MAX);
	json_scan_string(&r->scan, &b);
	if (buf_err(&b) != ERR_NONE) {
		rules_reader_flaw(r, "is too long");
		return false;
	}
	*ret = buf_view(&b);
	return !r->scan.bad;
}

bool
rules_reader_keep(struct rules_reader *r, struct str s, struct str *ret)
{
	struct rule_book *book = r->book;

	if (s.n > RULES_TEXT_MAX - book->n_text) {
		rules_reader_flaw(r, "is too much text in all rules together");
		return false;
	}
	memcpy(book->text + book->n_text, s.p, s.n);
	*ret = (struct str){book->text + book->n_text, s.n};
	book->n_text += s.n;
	return true;
}

bool
rules_reader_take_bool(struct rules_reader *r, bool *ret)
{
	int b = json_scan_next(&r->scan);

	if (b != 't' && b != 'f') {
		rules_reader_flaw(r, "must be true or false");
		json_scan_skip(&r->scan, RULES_DEPTH_MAX);
		return false;
	}
	*ret = b == 't';
	(void)json_scan_literal(&r->scan);
	return !r->scan.bad;
}

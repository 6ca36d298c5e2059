#include "domain/signals.h"

#include <assert.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/parse.h"

enum { MEMBER_MAX = 80, TEXT_MAX = 256, DEPTH_MAX = 8 };

struct reader {
	struct json_scan scan;
	signals_flaw_fn *fn;
	void *ctx;
	struct signals *to;
	uint64_t seen;		/* bit s: signal s was there */
	bool flawed;
};

static void
flaw(struct reader *r, const char *within, struct str member,
    const char *reason)
{
	char text[MEMBER_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	buf_z(&b, within);
	buf_str(&b, str_slice(member, 0, SIGNAL_NAME_MAX));
	r->fn(r->ctx, buf_view(&b), reason);
	r->flawed = true;
}

/* A string into out; false, and passed over, when something else is next. */
static bool
take_string(struct reader *r, struct buf *out)
{
	if (json_scan_next(&r->scan) != '"') {
		json_scan_skip(&r->scan, DEPTH_MAX);
		return false;
	}
	json_scan_string(&r->scan, out);
	return !r->scan.bad;
}

/* A number as it is written; empty when something else is next. */
static struct str
take_number(struct reader *r)
{
	int b = json_scan_next(&r->scan);

	if (b == '-' || (b >= '0' && b <= '9')) {
		return json_scan_number(&r->scan);
	}
	json_scan_skip(&r->scan, DEPTH_MAX);
	return (struct str){"", 0};
}

static bool
take_bool(struct reader *r, bool *ret)
{
	int b = json_scan_next(&r->scan);

	if (b != 't' && b != 'f') {
		json_scan_skip(&r->scan, DEPTH_MAX);
		return false;
	}
	*ret = b == 't';
	(void)json_scan_literal(&r->scan);
	return !r->scan.bad;
}

static void
read_switch(struct reader *r, const char *within, enum signal s, bool *to)
{
	if (!take_bool(r, to) && !r->scan.bad) {
		flaw(r, within, str_of(signal_name(s)),
		    "must be true or false");
	}
}

static void
read_number(struct reader *r, enum signal s, bool *has, int64_t *to)
{
	struct str text = take_number(r);
	uint64_t v;

	if (r->scan.bad) {
		return;
	}
	if (text.n == 0 || !parse_u64(text, &v) || v > SIGNAL_NUMBER_MAX) {
		flaw(r, "", str_of(signal_name(s)),
		    "must be a whole number from 0 to 1000000000");
		return;
	}
	*has = true;
	*to = (int64_t)v;
}

static void
read_word(struct reader *r, const char *within, enum signal s)
{
	char text[TEXT_MAX];
	struct buf b;

	buf_fixed(&b, text, sizeof(text));
	if (!take_string(r, &b) || buf_err(&b) != ERR_NONE ||
	    !signal_word(r->to, s, buf_view(&b))) {
		flaw(r, within, str_of(signal_name(s)),
		    "is not of the form that this signal has");
	}
}

static void
read_amount_member(struct reader *r, struct str name)
{
	char text[TEXT_MAX];
	struct buf b;

	if (str_equal(name, STR("currency"))) {
		read_word(r, "amount.", SIGNAL_currency);
		return;
	}
	if (!str_equal(name, STR("amount"))) {
		flaw(r, "amount.", name, "is not known");
		json_scan_skip(&r->scan, DEPTH_MAX);
		return;
	}
	buf_fixed(&b, text, sizeof(text));
	if (take_string(r, &b) && buf_err(&b) == ERR_NONE && !r->to->has_amount &&
	    money_parse(buf_view(&b), &r->to->amount)) {
		r->to->has_amount = true;
	} else if (!r->scan.bad) {
		flaw(r, "amount.", name,
		    "must be a decimal number such as 129.00");
	}
}

/* {"amount": "129.00", "currency": "EUR"} */
static void
read_amount(struct reader *r)
{
	char text[SIGNAL_NAME_MAX + 1];
	bool first = true;
	struct buf name;

	if (json_scan_next(&r->scan) != '{') {
		flaw(r, "", STR("amount"), "must be an object");
		json_scan_skip(&r->scan, DEPTH_MAX);
		return;
	}
	json_scan_expect(&r->scan, '{');
	buf_fixed(&name, text, sizeof(text));
	while (json_scan_member(&r->scan, first, &name)) {
		read_amount_member(r, buf_view(&name));
		first = false;
	}
	if (r->scan.bad || r->flawed) {
		return;
	}
	if (!r->to->has_amount) {
		flaw(r, "amount.", STR("amount"), "is required");
	}
	if (r->to->currency[0] == '\0') {
		flaw(r, "amount.", STR("currency"), "is required");
	}
}

static bool
is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) {
			return false;
		}
	}
	return s.n <= SIGNAL_WORD_MAX;
}

/* What type it has is seen by its first byte. */
static bool
read_custom_value(struct reader *r, struct signal_custom *c)
{
	int first = json_scan_next(&r->scan);
	char text[TEXT_MAX];
	struct buf b;
	struct str number;
	bool on;

	if (first == '"') {
		buf_fixed(&b, text, sizeof(text));
		c->type = SIGNAL_WORD;
		json_scan_string(&r->scan, &b);
		return buf_err(&b) == ERR_NONE && is_word(buf_view(&b)) &&
		    str_copy(buf_view(&b), c->word, sizeof(c->word));
	}
	if (first == 't' || first == 'f') {
		c->type = SIGNAL_SWITCH;
		if (!take_bool(r, &on)) {
			return false;
		}
		c->n = on;
		return true;
	}
	c->type = SIGNAL_MONEY;
	number = take_number(r);
	if (number.n > 0 && number.p[0] == '-') {
		number = str_slice(number, 1, number.n);
		if (!money_parse(number, &c->n)) {
			return false;
		}
		c->n = -c->n;
		return true;
	}
	return money_parse(number, &c->n);
}

static void
read_custom_member(struct reader *r, struct str name)
{
	struct signal_custom c = {.type = SIGNAL_SWITCH};

	if (!signal_name_valid(name) || signal_custom_get(r->to, name) != NULL) {
		flaw(r, "custom.", name, "must be a name of a-z, 0-9 and _, "
		    "of at most 32 bytes, and stand there once");
		json_scan_skip(&r->scan, DEPTH_MAX);
		return;
	}
	if (!str_copy(name, c.name, sizeof(c.name))) {
		assert(!"a valid name fits");
	}
	if (!read_custom_value(r, &c)) {
		if (!r->scan.bad) {
			flaw(r, "custom.", name, "must be true or false, a "
			    "decimal number, or a text of at most 64 bytes");
		}
		return;
	}
	if (r->to->n_custom == SIGNALS_CUSTOM_MAX) {
		flaw(r, "custom.", name, "is one too many");
		return;
	}
	r->to->custom[r->to->n_custom++] = c;
}

static void
read_custom(struct reader *r)
{
	char text[SIGNAL_NAME_MAX + 2];
	bool first = true;
	struct buf name;

	if (json_scan_next(&r->scan) != '{') {
		flaw(r, "", STR("custom"), "must be an object");
		json_scan_skip(&r->scan, DEPTH_MAX);
		return;
	}
	json_scan_expect(&r->scan, '{');
	buf_fixed(&name, text, sizeof(text));
	while (json_scan_member(&r->scan, first, &name)) {
		/* One that does not fit is cut: too long to be valid. */
		read_custom_member(r, buf_view(&name));
		first = false;
	}
}

static void
read_signal(struct reader *r, enum signal s)
{
	struct signals *to = r->to;
	bool known;

	switch ((int)s) {
#define SWITCH(name, about) case SIGNAL_##name: \
	read_switch(r, "", s, &to->name); break;
#define COUNT(name, about) case SIGNAL_##name: \
	read_number(r, s, &known, &to->name); break;
#define NUMBER(name, about) case SIGNAL_##name: \
	read_number(r, s, &to->has_##name, &to->name); break;
#define MONEY(name, about) case SIGNAL_##name: read_amount(r); break;
/* The last rows of the table. */
#define WORD(name, max, about) case SIGNAL_##name:
#include "domain/signal.def"
		read_word(r, "", s);
		break;
#undef SWITCH
#undef COUNT
#undef NUMBER
#undef MONEY
#undef WORD
	default:
		assert(!"a signal");
	}
}

static void
read_member(struct reader *r, struct str name)
{
	enum signal s = SIGNAL_CUSTOM;

	if (!str_equal(name, STR("custom")) &&
	    (!signal_find(name, &s) || s == SIGNAL_currency)) {
		flaw(r, "", name, "is not known");
		json_scan_skip(&r->scan, DEPTH_MAX);
		return;
	}
	if ((r->seen >> s & 1) != 0) {
		flaw(r, "", name, "is there twice");
	}
	r->seen |= UINT64_C(1) << s;
	if (s == SIGNAL_CUSTOM) {
		read_custom(r);
	} else {
		read_signal(r, s);
	}
}

bool
signals_read(struct str json, signals_flaw_fn *fn, void *ctx,
    struct signals *ret)
{
	struct signals to = {0};
	struct reader r = {.scan.s = json, .fn = fn, .ctx = ctx, .to = &to};
	char text[SIGNAL_NAME_MAX + 2];
	bool first = true;
	struct buf name;

	if (json.n > SIGNALS_JSON_MAX || !str_is_utf8(json) ||
	    json_scan_next(&r.scan) != '{') {
		flaw(&r, "", STR(""), "must be an object of at most 4096 bytes");
		return false;
	}
	json_scan_expect(&r.scan, '{');
	buf_fixed(&name, text, sizeof(text));
	while (json_scan_member(&r.scan, first, &name)) {
		read_member(&r, buf_view(&name));
		first = false;
	}
	json_scan_blanks(&r.scan);
	if (r.scan.bad || r.scan.i != json.n) {
		flaw(&r, "", STR(""), "is not JSON");
	}
	if (!r.flawed) {
		*ret = to;
	}
	return !r.flawed;
}

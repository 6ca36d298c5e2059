/*
 * What stands in "when" and "unless".
 */
#include "domain/rules_reader.h"

#include "base/parse.h"

/* The next free condition, as a copy of one; NULL with a flaw: too many. */
static struct condition *
add_condition(struct rules_reader *r, const struct condition *like)
{
	struct rule_book *book = r->book;

	if (book->n_conditions == RULES_CONDITIONS_MAX) {
		rules_reader_flaw(r, "is one condition too many in all rules together");
		return NULL;
	}
	book->conditions[book->n_conditions] = *like;
	return &book->conditions[book->n_conditions++];
}

static bool
word_fits(struct rules_reader *r, const struct condition *c, struct str s)
{
	struct signals scratch = {0};

	if (c->signal == SIGNAL_CUSTOM ? s.n <= SIGNAL_WORD_MAX
	    : signal_word(&scratch, c->signal, s)) {
		return true;
	}
	rules_reader_flaw(r, "is not of the form that this signal has");
	return false;
}

static void
add_word(struct rules_reader *r, struct condition *c)
{
	struct rule_book *book = r->book;
	char text[RULES_STRING_MAX];
	struct str s, kept;

	if (!rules_reader_take_string(r, text, &s) || !word_fits(r, c, s) ||
	    !rules_reader_keep(r, s, &kept)) {
		return;
	}
	if (book->n_words == RULES_WORDS_MAX) {
		rules_reader_flaw(r, "is one word too many in all rules together");
		return;
	}
	book->words[book->n_words++] = kept;
	c->n_words++;
}

/* "DE", or ["DE", "AT"]. */
static void
read_words(struct rules_reader *r, const struct condition *like)
{
	struct condition *c = add_condition(r, like);
	bool first = true;

	if (c == NULL) {
		json_scan_skip(&r->scan, RULES_DEPTH_MAX);
		return;
	}
	c->test = CONDITION_ONE_OF;
	c->words = &r->book->words[r->book->n_words];
	if (json_scan_next(&r->scan) != '[') {
		add_word(r, c);
		return;
	}
	json_scan_expect(&r->scan, '[');
	while (json_scan_element(&r->scan, first)) {
		add_word(r, c);
		first = false;
	}
	if (c->n_words == 0 && !r->flawed && !r->scan.bad) {
		rules_reader_flaw(r, "must name one at least");
	}
}

static void
read_bool(struct rules_reader *r, const struct condition *like,
    enum condition_test test)
{
	struct condition *c;
	bool on;

	if (rules_reader_take_bool(r, &on) && (c = add_condition(r, like)) != NULL) {
		c->test = test;
		c->number = on;
	}
}

static bool
read_limit(struct str s, struct condition *c)
{
	if (str_equal(s, STR("transaction_from"))) {
		c->limit = LIMIT_TRANSACTION_FROM;
		return true;
	}
	if (str_equal(s, STR("delivery_always_from"))) {
		c->limit = LIMIT_DELIVERY_ALWAYS_FROM;
		return true;
	}
	c->limit = LIMIT_DELIVERY_FROM;
	return str_equal(s, STR("delivery_from"));
}

/* A decimal as money is written; a custom one may be negative. */
static bool
read_decimal(struct str s, struct condition *c)
{
	bool minus = c->signal == SIGNAL_CUSTOM && s.n > 0 && s.p[0] == '-';

	if (!money_parse(minus ? str_slice(s, 1, s.n) : s, &c->number)) {
		return false;
	}
	c->number = minus ? -c->number : c->number;
	return true;
}

/* 3, "129.00", "transaction_from": what the signal's type allows. */
static bool
take_bound(struct rules_reader *r, struct condition *c)
{
	bool whole = c->signal != SIGNAL_CUSTOM &&
	    signal_type(c->signal) != SIGNAL_MONEY;
	int b = json_scan_next(&r->scan);
	char text[RULES_STRING_MAX];
	struct str s;
	uint64_t v;

	if (b == '"' && !whole) {
		if (!rules_reader_take_string(r, text, &s)) {
			return false;
		}
		if (read_decimal(s, c) || (c->signal == SIGNAL_amount &&
		    read_limit(s, c))) {
			return true;
		}
	} else if (b == '-' || (b >= '0' && b <= '9')) {
		s = json_scan_number(&r->scan);
		if (!whole && read_decimal(s, c)) {
			return true;
		}
		if (whole && parse_u64(s, &v) && v <= SIGNAL_NUMBER_MAX) {
			c->number = (int64_t)v;
			return true;
		}
	} else {
		json_scan_skip(&r->scan, RULES_DEPTH_MAX);
	}
	rules_reader_flaw(r, whole ? "must be a whole number from 0 to 1000000000" :
	    "must be a decimal number such as 129.00, or for amount one of "
	    "transaction_from and delivery_from");
	return false;
}

static void
read_bound(struct rules_reader *r, const struct condition *like,
    enum condition_test test)
{
	struct condition c = *like, *added;

	c.test = test;
	if (take_bound(r, &c) && (added = add_condition(r, &c)) != NULL) {
		*added = c;
	}
}

/* {"at_least": …, "below": …} or {"known": …} */
static void
read_test_object(struct rules_reader *r, const struct condition *like)
{
	enum { AT_LEAST = 1, BELOW = 2, IS_KNOWN = 4 };
	bool word = like->signal != SIGNAL_CUSTOM &&
	    signal_type(like->signal) == SIGNAL_WORD;
	char key[RULES_KEY_MAX];
	unsigned seen = 0;
	bool first = true;
	struct buf name;

	buf_fixed(&name, key, sizeof(key));
	while (json_scan_member(&r->scan, first, &name)) {
		struct str s = buf_view(&name);

		first = false;
		if (str_equal(s, STR("known"))) {
			if (rules_reader_is_new(r, &seen, IS_KNOWN, s)) {
				read_bool(r, like, CONDITION_KNOWN);
			}
		} else if (str_equal(s, STR("at_least")) && !word) {
			if (rules_reader_is_new(r, &seen, AT_LEAST, s)) {
				read_bound(r, like, CONDITION_AT_LEAST);
			}
		} else if (str_equal(s, STR("below")) && !word) {
			if (rules_reader_is_new(r, &seen, BELOW, s)) {
				read_bound(r, like, CONDITION_BELOW);
			}
		} else {
			rules_reader_unknown(r, s);
		}
	}
	if (!r->scan.bad && !r->flawed && (seen == 0 ||
	    (seen & IS_KNOWN && seen != IS_KNOWN))) {
		rules_reader_flaw(r, "must have at_least, below or both, or known alone");
	}
}

static void
read_test(struct rules_reader *r, const struct condition *like)
{
	bool custom = like->signal == SIGNAL_CUSTOM;
	enum signal_type type = custom ? SIGNAL_SWITCH
	    : signal_type(like->signal);
	int b = json_scan_next(&r->scan);

	if (b == '{' && (custom || type != SIGNAL_SWITCH)) {
		json_scan_expect(&r->scan, '{');
		read_test_object(r, like);
	} else if ((b == '"' || b == '[') && (custom || type == SIGNAL_WORD)) {
		read_words(r, like);
	} else if (type == SIGNAL_SWITCH) {
		read_bool(r, like, CONDITION_IS);
	} else {
		rules_reader_flaw(r, type == SIGNAL_WORD ?
		    "must be a word, an array of words or {\"known\": …}" :
		    "must be {\"at_least\": …, \"below\": …} or "
		    "{\"known\": …}");
		json_scan_skip(&r->scan, RULES_DEPTH_MAX);
	}
}

/* "amount", or "custom.vip", whose name is kept. */
static bool
read_signal(struct rules_reader *r, struct str name, struct condition *c)
{
	struct str own = STR("custom.");

	if (signal_find(name, &c->signal)) {
		return true;
	}
	c->signal = SIGNAL_CUSTOM;
	return str_starts(name, own) &&
	    signal_name_valid(str_slice(name, own.n, name.n)) &&
	    rules_reader_keep(r, str_slice(name, own.n, name.n), &c->custom);
}

static bool
is_asked(const struct rule_book *book, size_t from, const struct condition *c)
{
	for (size_t i = from; i < book->n_conditions; i++) {
		if (book->conditions[i].signal == c->signal &&
		    str_equal(book->conditions[i].custom, c->custom)) {
			return true;
		}
	}
	return false;
}

void
rules_reader_conditions(struct rules_reader *r,
    const struct condition **ret, size_t *ret_n)
{
	size_t from = r->book->n_conditions, back;
	char key[RULES_KEY_MAX];
	bool first = true;
	struct buf name;

	if (!rules_reader_open_object(r)) {
		return;
	}
	buf_fixed(&name, key, sizeof(key));
	while (json_scan_member(&r->scan, first, &name)) {
		struct condition c = {.custom = {"", 0}};

		first = false;
		if (!read_signal(r, buf_view(&name), &c)) {
			rules_reader_unknown(r, buf_view(&name));
			continue;
		}
		back = rules_reader_enter(r, buf_view(&name));
		if (is_asked(r->book, from, &c)) {
			rules_reader_flaw(r, "is there twice");
			json_scan_skip(&r->scan, RULES_DEPTH_MAX);
		} else {
			read_test(r, &c);
		}
		rules_reader_leave(r, back);
	}
	*ret = &r->book->conditions[from];
	*ret_n = r->book->n_conditions - from;
}

#include "domain/rules_reader.h"

#include <string.h>

enum { PLACE_MAX = 160 };

/* Members of an object that were seen, by bit. */
enum {
	HAS_NAME = 1 << 0, HAS_EVENT = 1 << 1, HAS_CODE = 1 << 2,
	HAS_REASON = 1 << 3, HAS_WHEN = 1 << 4, HAS_UNLESS = 1 << 5,
	HAS_MODE = 1 << 6, HAS_RULES = 1 << 7
};

static bool
is_rule_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '_' &&
		    s.p[i] != '.' && s.p[i] != '-') {
			return false;
		}
	}
	return s.n > 0 && s.n <= RULE_NAME_MAX;
}

static void
read_name(struct rules_reader *r, struct rule *rule)
{
	struct rule_book *book = r->book;
	char text[RULES_STRING_MAX];
	struct str s;

	if (!rules_reader_take_string(r, text, &s)) {
		return;
	}
	if (!is_rule_name(s)) {
		rules_reader_flaw(r, "must be 1 to 64 of a-z, 0-9, _, . and -");
		return;
	}
	for (size_t i = 0; i < book->set.n; i++) {
		if (str_equal(book->rules[i].name, s)) {
			rules_reader_flaw(r, "is the name of a rule before it, too");
			return;
		}
	}
	(void)rules_reader_keep(r, s, &rule->name);
}

static void
read_reason(struct rules_reader *r, struct rule *rule)
{
	char text[RULES_STRING_MAX];
	struct str s;

	if (!rules_reader_take_string(r, text, &s)) {
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) {
			rules_reader_flaw(r, "has a control character");
			return;
		}
	}
	if (s.n == 0 || s.n > RULE_REASON_MAX) {
		rules_reader_flaw(r, "must have 1 to 200 bytes");
		return;
	}
	(void)rules_reader_keep(r, s, &rule->reason);
}

static void
read_one_event(struct rules_reader *r, struct rule *rule)
{
	enum decision_event event;
	char text[RULES_STRING_MAX];
	struct str s;

	if (!rules_reader_take_string(r, text, &s)) {
		return;
	}
	if (!decision_event_parse(s, &event)) {
		rules_reader_flaw(r, "must be sign_in, transaction, account_change or "
		    "delivery");
		return;
	}
	rule->events |= UINT32_C(1) << event;
}

/* One, or an array of some. */
static void
read_events(struct rules_reader *r, struct rule *rule)
{
	bool first = true;

	if (json_scan_next(&r->scan) != '[') {
		read_one_event(r, rule);
		return;
	}
	json_scan_expect(&r->scan, '[');
	while (json_scan_element(&r->scan, first)) {
		read_one_event(r, rule);
		first = false;
	}
	if (rule->events == 0 && !r->scan.bad && !r->flawed) {
		rules_reader_flaw(r, "must name one event at least");
	}
}

static void
read_code(struct rules_reader *r, struct rule *rule)
{
	char text[RULES_STRING_MAX];
	struct str s;

	if (rules_reader_take_string(r, text, &s) &&
	    !decision_code_parse(s, &rule->code)) {
		rules_reader_flaw(r, "must be required, not_required or deny");
	}
}

static unsigned
rule_member(struct str name)
{
	static const struct { struct str name; unsigned bit; } members[] = {
		{STR_INIT("name"), HAS_NAME}, {STR_INIT("event"), HAS_EVENT},
		{STR_INIT("code"), HAS_CODE}, {STR_INIT("when"), HAS_WHEN},
		{STR_INIT("reason"), HAS_REASON},
		{STR_INIT("unless"), HAS_UNLESS},
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (str_equal(name, members[i].name)) {
			return members[i].bit;
		}
	}
	return 0;
}

static void
read_rule_member(struct rules_reader *r, unsigned bit, struct rule *rule)
{
	switch (bit) {
	case HAS_NAME:
		read_name(r, rule);
		break;
	case HAS_EVENT:
		read_events(r, rule);
		break;
	case HAS_CODE:
		read_code(r, rule);
		break;
	case HAS_REASON:
		read_reason(r, rule);
		break;
	case HAS_WHEN:
		rules_reader_conditions(r, &rule->when, &rule->n_when);
		break;
	default:
		rules_reader_conditions(r, &rule->unless, &rule->n_unless);
		break;
	}
}

/* Does a rule before it always hold for all its events? */
static bool
is_reached(const struct rule_book *book, const struct rule *rule)
{
	uint32_t left = rule->events;

	for (size_t i = 0; i < book->set.n; i++) {
		if (book->rules[i].n_when == 0 &&
		    book->rules[i].n_unless == 0) {
			left &= ~book->rules[i].events;
		}
	}
	return left != 0;
}

static void
check_rule(struct rules_reader *r, const struct rule *rule, unsigned seen)
{
	if ((seen & HAS_NAME) == 0) {
		rules_reader_flaw(r, "must have a name");
	}
	if ((seen & HAS_EVENT) == 0) {
		rules_reader_flaw(r, "must have an event");
	}
	if ((seen & HAS_CODE) == 0) {
		rules_reader_flaw(r, "must have a code: required, not_required or deny");
	}
	if (r->flawed) {
		return;
	}
	if ((rule->events >> DECISION_ACCOUNT_CHANGE & 1) != 0 &&
	    rule->code == DECISION_NOT_REQUIRED) {
		rules_reader_flaw(r, "would change accounts without a code, which no "
		    "rule may");
	}
	if (!is_reached(r->book, rule)) {
		rules_reader_flaw(r, "is never asked: a rule before it always holds");
	}
}

static void
read_rule(struct rules_reader *r)
{
	struct rule_book *book = r->book;
	struct rule rule = {.name = {"", 0}, .reason = {"", 0}};
	char key[RULES_KEY_MAX];
	unsigned seen = 0, bit;
	bool first = true;
	struct buf name;
	size_t back;

	if (!rules_reader_open_object(r)) {
		return;
	}
	buf_fixed(&name, key, sizeof(key));
	while (json_scan_member(&r->scan, first, &name)) {
		first = false;
		bit = rule_member(buf_view(&name));
		if (bit == 0) {
			rules_reader_unknown(r, buf_view(&name));
		} else if (rules_reader_is_new(r, &seen, bit, buf_view(&name))) {
			back = rules_reader_enter(r, buf_view(&name));
			read_rule_member(r, bit, &rule);
			rules_reader_leave(r, back);
		}
	}
	if (r->scan.bad) {
		return;
	}
	check_rule(r, &rule, seen);
	book->rules[book->set.n++] = rule;
}

static void
read_rules(struct rules_reader *r)
{
	bool first = true;

	if (json_scan_next(&r->scan) != '[') {
		rules_reader_flaw(r, "must be an array of rules");
		json_scan_skip(&r->scan, RULES_DEPTH_MAX);
		return;
	}
	json_scan_expect(&r->scan, '[');
	while (json_scan_element(&r->scan, first)) {
		size_t back = r->place.n;

		if (r->book->set.n == RULES_MAX) {
			rules_reader_flaw(r, "are more than 64 rules");
			r->scan.bad = true;
			return;
		}
		buf_printf(&r->place, "[%zu]", r->book->set.n);
		read_rule(r);
		rules_reader_leave(r, back);
		first = false;
	}
}

static void
read_mode(struct rules_reader *r)
{
	char text[RULES_STRING_MAX];
	struct str s;

	if (!rules_reader_take_string(r, text, &s)) {
		return;
	}
	if (str_equal(s, STR("monitor"))) {
		r->book->mode = RULES_MONITOR;
	} else if (!str_equal(s, STR("enforce"))) {
		rules_reader_flaw(r, "must be enforce or monitor");
	}
}

static void
read_root_member(struct rules_reader *r, struct str name, unsigned *seen)
{
	size_t back;

	if (str_equal(name, STR("mode"))) {
		if (rules_reader_is_new(r, seen, HAS_MODE, name)) {
			back = rules_reader_enter(r, name);
			read_mode(r);
			rules_reader_leave(r, back);
		}
	} else if (str_equal(name, STR("rules"))) {
		if (rules_reader_is_new(r, seen, HAS_RULES, name)) {
			back = rules_reader_enter(r, name);
			read_rules(r);
			rules_reader_leave(r, back);
		}
	} else {
		rules_reader_unknown(r, name);
	}
}

bool
rules_read(struct str json, rules_flaw_fn *fn, void *ctx,
    struct rule_book *ret_book)
{
	struct rules_reader r = {.scan.s = json, .fn = fn, .ctx = ctx,
	    .book = ret_book};
	char place[PLACE_MAX], key[RULES_KEY_MAX];
	unsigned seen = 0;
	bool first = true;
	struct buf name;

	memset(ret_book, 0, sizeof(*ret_book));
	ret_book->set.rule = ret_book->rules;
	buf_fixed(&r.place, place, sizeof(place));
	buf_fixed(&name, key, sizeof(key));
	if (json.n > RULES_JSON_MAX || !str_is_utf8(json)) {
		rules_reader_flaw(&r, "must be UTF-8 of at most 32768 bytes");
		return false;
	}
	if (!rules_reader_open_object(&r)) {
		return false;
	}
	while (json_scan_member(&r.scan, first, &name)) {
		read_root_member(&r, buf_view(&name), &seen);
		first = false;
	}
	json_scan_blanks(&r.scan);
	if (r.scan.bad || r.scan.i != json.n) {
		rules_reader_leave(&r, 0);
		rules_reader_flaw(&r, "is not JSON from here on");
	} else if ((seen & HAS_RULES) == 0) {
		rules_reader_flaw(&r, "must have rules");
	}
	return !r.flawed;
}

struct report {
	const char *name;
	struct buf *out;
};

static void
report_flaw(void *ctx, unsigned line, struct str place, const char *reason)
{
	struct report *to = ctx;

	buf_printf(to->out, "%s:%u: %.*s%s%s\n", to->name, line,
	    STR_ARG(place), place.n > 0 ? " " : "", reason);
}

bool
rules_check(struct str json, const char *name, struct rule_book *book,
    struct buf *report)
{
	return rules_read(json, report_flaw,
	    &(struct report){name, report}, book);
}

/*
 * domain/rules and domain/signals: "RULES\0SIGNALS".  What is read is written
 * so that it reads as the same, every decision names a rule, and no rules
 * change an account without a code.
 */
#include <string.h>

#include "domain/decision.h"

#include "fuzz.h"

static struct rule_book book, again;

static void
on_rules_flaw(void *ctx, unsigned line, struct str place, const char *reason)
{
	unsigned *flaws = ctx;

	require(line >= 1 && reason[0] != '\0' && place.n < 200, "a reason");
	++*flaws;
}

static void
on_signals_flaw(void *ctx, struct str member, const char *reason)
{
	unsigned *flaws = ctx;

	require(reason[0] != '\0' && member.n < 200, "a reason");
	++*flaws;
}

static void
twice(struct buf *first, struct buf *second)
{
	unsigned flaws = 0;
	struct jsonw w;

	jsonw_init(&w, first);
	rules_write(&book.set, book.mode, &w);
	if (buf_err(first) != ERR_NONE || first->n > RULES_JSON_MAX) {
		return;
	}
	require(rules_read(buf_view(first), on_rules_flaw, &flaws, &again),
	    "what was written is read");
	jsonw_init(&w, second);
	rules_write(&again.set, again.mode, &w);
	require(str_equal(buf_view(first), buf_view(second)), "the same");
}

static void
decide_all(const struct signals *s)
{
	struct policy policy = policy_default();

	for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
		struct decision d = decision_make((enum decision_event)e, s,
		    &policy, &book.set);

		require(d.rule.n > 0, "a rule decides");
		require(e != DECISION_ACCOUNT_CHANGE ||
		    d.code != DECISION_NOT_REQUIRED, "R55");
	}
}

static void
signals_twice(const struct signals *s)
{
	struct signals same = {0};
	unsigned flaws = 0;
	struct buf text, back;
	struct jsonw w;

	buf_init(&text, 4 * SIGNALS_JSON_MAX);
	buf_init(&back, 4 * SIGNALS_JSON_MAX);
	jsonw_init(&w, &text);
	signals_write(s, &w);
	require(buf_err(&text) == ERR_NONE, "it is bounded");
	if (text.n <= SIGNALS_JSON_MAX) {
		require(signals_read(buf_view(&text), on_signals_flaw, &flaws,
		    &same), "what was written is read");
		jsonw_init(&w, &back);
		signals_write(&same, &w);
		require(str_equal(buf_view(&back), buf_view(&text)),
		    "the same");
	}
	buf_done(&back);
	buf_done(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = {(const char *)data, size};
	size_t end = str_find(input, '\0');
	struct signals s = {0};
	unsigned rule_flaws = 0, flaws = 0;
	struct buf first, second;
	bool good = rules_read(str_slice(input, 0, end), on_rules_flaw,
	    &rule_flaws, &book);

	require(good == (rule_flaws == 0), "a flaw is told");
	good = signals_read(str_slice(input, end + 1, size), on_signals_flaw,
	    &flaws, &s);
	require(good == (flaws == 0), "a flaw is told");
	if (good) {
		signals_twice(&s);
	}
	if (rule_flaws > 0) {
		return 0;
	}
	buf_init(&first, 4 * RULES_JSON_MAX);
	buf_init(&second, 4 * RULES_JSON_MAX);
	twice(&first, &second);
	buf_done(&first);
	buf_done(&second);
	decide_all(&s);
	return 0;
}

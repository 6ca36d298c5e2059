#include "domain/decision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "domain/policy.h"

/* In the order of signals_switch. */
static const struct { const char *word; size_t at; } switches[] = {
	{"known_device", offsetof(struct signals, known_device)},
	{"new_device", offsetof(struct signals, new_device)},
	{"new_place", offsetof(struct signals, new_place)},
	{"two_step", offsetof(struct signals, two_step)},
	{"recent_change", offsetof(struct signals, recent_change)},
	{"suspicious", offsetof(struct signals, suspicious)},
	{"new_payee", offsetof(struct signals, new_payee)},
	{"risky_place", offsetof(struct signals, risky_place)},
	{"unattended", offsetof(struct signals, unattended)},
	{"region_off", offsetof(struct signals, region_off)},
	{"blocked", offsetof(struct signals, blocked)},
};

enum { SWITCHES = sizeof(switches) / sizeof(switches[0]) };

static void
switch_on(struct signals *s, struct str word)
{
	const char *name = "";
	size_t i = 0;
	bool *field;

	do {
		field = signals_switch(s, i++, &name);
		assert_non_null(field);
	} while (!str_equal(word, str_of(name)));
	*field = true;
}

/* words: switches between blanks, "amount=N" in units, "failures=N" */
static struct signals
signals(const char *words)
{
	struct signals s = {0};
	struct str rest = str_of(words);
	struct str word;

	while (words[0] != '\0' && str_split(&rest, ' ', &word)) {
		struct str number = str_slice(word, str_find(word, '=') + 1,
		    word.n);

		if (str_starts(word, STR("amount="))) {
			s.has_amount = true;
			assert_true(money_parse(number, &s.amount));
		} else if (str_starts(word, STR("failures="))) {
			s.failures = number.p[0] - '0';
		} else {
			switch_on(&s, word);
		}
	}
	return s;
}

static const struct row {
	enum decision_event event;
	const char *signals;
	enum decision_code code;
	const char *rule;
} rows[] = {
	/* R49, R50: unless the device is known, and nothing else speaks */
	{DECISION_SIGN_IN, "", DECISION_REQUIRED, "sign_in.default"},
	{DECISION_SIGN_IN, "known_device", DECISION_NOT_REQUIRED,
	    "sign_in.known_device"},
	{DECISION_SIGN_IN, "known_device new_device", DECISION_REQUIRED,
	    "sign_in.new_device"},
	{DECISION_SIGN_IN, "known_device new_place", DECISION_REQUIRED,
	    "sign_in.new_place"},
	{DECISION_SIGN_IN, "known_device two_step", DECISION_REQUIRED,
	    "sign_in.two_step"},
	{DECISION_SIGN_IN, "known_device recent_change", DECISION_REQUIRED,
	    "sign_in.recent_change"},
	/* R54 */
	{DECISION_SIGN_IN, "known_device suspicious", DECISION_REQUIRED,
	    "sign_in.suspicious"},
	{DECISION_SIGN_IN, "known_device failures=2", DECISION_NOT_REQUIRED,
	    "sign_in.known_device"},
	{DECISION_SIGN_IN, "known_device failures=3", DECISION_REQUIRED,
	    "sign_in.failures"},
	{DECISION_SIGN_IN, "known_device region_off", DECISION_NOT_REQUIRED,
	    "sign_in.known_device"},
	{DECISION_SIGN_IN, "suspicious new_device blocked", DECISION_DENY,
	    "sign_in.blocked"},
	/* R53 */
	{DECISION_TRANSACTION, "", DECISION_REQUIRED,
	    "transaction.no_amount"},
	{DECISION_TRANSACTION, "amount=29.9999", DECISION_NOT_REQUIRED,
	    "transaction.default"},
	{DECISION_TRANSACTION, "amount=30", DECISION_REQUIRED,
	    "transaction.amount"},
	{DECISION_TRANSACTION, "amount=999999999999.9999", DECISION_REQUIRED,
	    "transaction.amount"},
	{DECISION_TRANSACTION, "amount=0 new_payee", DECISION_REQUIRED,
	    "transaction.new_payee"},
	{DECISION_TRANSACTION, "amount=1 recent_change", DECISION_REQUIRED,
	    "transaction.recent_change"},
	{DECISION_TRANSACTION, "amount=1 known_device", DECISION_NOT_REQUIRED,
	    "transaction.default"},
	/* R54: a small sum from a stranger's device is how cards are tried */
	{DECISION_TRANSACTION, "amount=1 suspicious", DECISION_REQUIRED,
	    "transaction.suspicious"},
	{DECISION_TRANSACTION, "amount=1 new_device", DECISION_REQUIRED,
	    "transaction.new_device"},
	{DECISION_TRANSACTION, "amount=1 new_place", DECISION_REQUIRED,
	    "transaction.new_place"},
	{DECISION_TRANSACTION, "amount=1 failures=3", DECISION_REQUIRED,
	    "transaction.failures"},
	{DECISION_TRANSACTION, "amount=1 blocked", DECISION_DENY,
	    "transaction.blocked"},
	/* R51, R55 */
	{DECISION_ACCOUNT_CHANGE, "", DECISION_REQUIRED,
	    "account_change.always"},
	{DECISION_ACCOUNT_CHANGE, "known_device region_off",
	    DECISION_REQUIRED, "account_change.always"},
	{DECISION_ACCOUNT_CHANGE, "blocked", DECISION_DENY,
	    "account_change.blocked"},
	/* R2 */
	{DECISION_DELIVERY, "", DECISION_NOT_REQUIRED, "delivery.default"},
	/* R3 */
	{DECISION_DELIVERY, "amount=99.99", DECISION_NOT_REQUIRED,
	    "delivery.default"},
	{DECISION_DELIVERY, "amount=100", DECISION_REQUIRED,
	    "delivery.value"},
	/* R4 */
	{DECISION_DELIVERY, "risky_place", DECISION_REQUIRED,
	    "delivery.place"},
	/* R5 */
	{DECISION_DELIVERY, "unattended", DECISION_REQUIRED,
	    "delivery.method"},
	/* R6 */
	{DECISION_DELIVERY, "suspicious amount=1", DECISION_REQUIRED,
	    "delivery.suspicious"},
	/* R7 */
	{DECISION_DELIVERY, "region_off amount=100 suspicious risky_place",
	    DECISION_NOT_REQUIRED, "delivery.region_off"},
	{DECISION_DELIVERY, "blocked region_off", DECISION_DENY,
	    "delivery.blocked"},
};

static void
each_rule(void **state UNUSED)
{
	const struct policy policy = policy_default();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct signals s = signals(r->signals);
		struct decision d = decision_make(r->event, &s, &policy);

		if (d.code != r->code || strcmp(d.rule, r->rule) != 0) {
			fail_msg("%s with \"%s\": %s, not %s",
			    decision_event_name(r->event), r->signals,
			    d.rule, r->rule);
		}
		assert_true(strlen(d.reason) > 10);
		assert_int_equal(d.reason[strlen(d.reason) - 1], '.');
	}
}

static void
amounts_of_the_tenant(void **state UNUSED)
{
	struct policy policy = policy_default();
	struct signals s = signals("amount=0");

	policy.transaction_from = 0;
	assert_string_equal(decision_make(DECISION_TRANSACTION, &s,
	    &policy).rule, "transaction.amount");
	policy.delivery_from = 1000000;
	s = signals("amount=999999.9999");
	assert_string_equal(decision_make(DECISION_DELIVERY, &s,
	    &policy).rule, "delivery.default");
	s = signals("amount=1000000");
	assert_string_equal(decision_make(DECISION_DELIVERY, &s,
	    &policy).rule, "delivery.value");
}

static void
each_switch(void **state UNUSED)
{
	struct signals s = {0};
	const char *name = "";

	for (size_t i = 0; i < SWITCHES; i++) {
		assert_ptr_equal(signals_switch(&s, i, &name),
		    (char *)&s + switches[i].at);
		assert_string_equal(name, switches[i].word);
	}
	assert_null(signals_switch(&s, SWITCHES, &name));
	assert_null(signals_switch(&s, SIZE_MAX, &name));
}

/*
 * Over all combinations of the switches: what the shop wants refused is
 * refused, an account change is never free (R55), and one more ground for
 * suspicion never makes a code needless.
 */
static void
all_combinations(void **state UNUSED)
{
	const struct policy policy = policy_default();

	for (unsigned bits = 0; bits < 1U << SWITCHES; bits++) {
		struct signals s = {.has_amount = true};

		for (unsigned i = 0; i < SWITCHES; i++) {
			const char *name;

			*signals_switch(&s, i, &name) = bits >> i & 1;
		}
		for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
			struct decision d = decision_make(
			    (enum decision_event)e, &s, &policy);

			assert_true((d.code == DECISION_DENY) == s.blocked);
			assert_true(e != DECISION_ACCOUNT_CHANGE ||
			    d.code != DECISION_NOT_REQUIRED);
			assert_true(!s.suspicious || s.region_off ||
			    d.code != DECISION_NOT_REQUIRED);
		}
	}
}

static void
names(void **state UNUSED)
{
	enum decision_event event;

	for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
		assert_true(decision_event_parse(str_of(decision_event_name(
		    (enum decision_event)e)), &event));
		assert_int_equal(event, e);
	}
	assert_false(decision_event_parse(STR("sign-in"), &event));
	assert_false(decision_event_parse(STR(""), &event));
	assert_string_equal(decision_code_name(DECISION_REQUIRED),
	    "required");
	assert_string_equal(decision_code_name(DECISION_NOT_REQUIRED),
	    "not_required");
	assert_string_equal(decision_code_name(DECISION_DENY), "deny");
}

static void
money(void **state UNUSED)
{
	static const struct { const char *text; int64_t amount; } good[] = {
		{"129.00", 1290000}, {"0", 0}, {"0.0001", 1}, {"7", 70000},
		{"1.5", 15000}, {"999999999999.9999", 9999999999999999},
		{"007", 70000},
	};
	static const char *const bad[] = {"", ".", ".5", "5.", "-1", "+1",
	    "1,00", "1.00000", "1000000000000", "1.2.3", " 1", "1 ", "1e3",
	    "0x1", "EUR 1", "1.-1", "1.\xd9\xa1"};
	int64_t v = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(money_parse(str_of(bad[i]), &v));
	}
	assert_false(money_parse(STR("1\0"), &v));
	assert_false(money_parse((struct str){NULL, 0}, &v));
	assert_int_equal(v, 77);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(money_parse(str_of(good[i].text), &v));
		assert_int_equal(v, good[i].amount);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule),
		cmocka_unit_test(amounts_of_the_tenant),
		cmocka_unit_test(each_switch),
		cmocka_unit_test(all_combinations),
		cmocka_unit_test(names),
		cmocka_unit_test(money),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "domain/decision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/policy.h"
#include "old_decision.h"

/* The switches that the rules had when they were code. */
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
	{"opted_out", offsetof(struct signals, opted_out)},
	{"blocked", offsetof(struct signals, blocked)},
};

enum { SWITCHES = sizeof(switches) / sizeof(switches[0]) };

static bool *
switch_at(struct signals *s, size_t i)
{
	return (bool *)(void *)((char *)s + switches[i].at);
}

static void
switch_on(struct signals *s, struct str word)
{
	size_t i = 0;

	while (!str_equal(word, str_of(switches[i].word))) {
		i++;
		assert_true(i < SWITCHES);
	}
	*switch_at(s, i) = true;
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
	const char *signals;
	const char *rule;
	enum decision_event event;
	enum decision_code code;
} rows[] = {
	/* R49, R50: unless the device is known, and nothing else speaks */
	{"", "sign_in.default",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	{"known_device", "sign_in.known_device",
	    DECISION_SIGN_IN, DECISION_NOT_REQUIRED},
	{"known_device new_device", "sign_in.new_device",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	{"known_device new_place", "sign_in.new_place",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	{"known_device two_step", "sign_in.two_step",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	{"known_device recent_change", "sign_in.recent_change",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	/* R54 */
	{"known_device suspicious", "sign_in.suspicious",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	{"known_device failures=2", "sign_in.known_device",
	    DECISION_SIGN_IN, DECISION_NOT_REQUIRED},
	{"known_device failures=3", "sign_in.failures",
	    DECISION_SIGN_IN, DECISION_REQUIRED},
	{"known_device region_off", "sign_in.known_device",
	    DECISION_SIGN_IN, DECISION_NOT_REQUIRED},
	{"suspicious new_device blocked", "sign_in.blocked",
	    DECISION_SIGN_IN, DECISION_DENY},
	/* R53 */
	{"", "transaction.no_amount",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=29.9999", "transaction.default",
	    DECISION_TRANSACTION, DECISION_NOT_REQUIRED},
	{"amount=30", "transaction.amount",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=999999999999.9999", "transaction.amount",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=0 new_payee", "transaction.new_payee",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=1 recent_change", "transaction.recent_change",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=1 known_device", "transaction.default",
	    DECISION_TRANSACTION, DECISION_NOT_REQUIRED},
	/* R54: a small sum from a stranger's device is how cards are tried */
	{"amount=1 suspicious", "transaction.suspicious",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=1 new_device", "transaction.new_device",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=1 new_place", "transaction.new_place",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=1 failures=3", "transaction.failures",
	    DECISION_TRANSACTION, DECISION_REQUIRED},
	{"amount=1 blocked", "transaction.blocked",
	    DECISION_TRANSACTION, DECISION_DENY},
	/* R51, R55 */
	{"", "account_change.always",
	    DECISION_ACCOUNT_CHANGE, DECISION_REQUIRED},
	{"known_device region_off", "account_change.always",
	    DECISION_ACCOUNT_CHANGE, DECISION_REQUIRED},
	{"blocked", "account_change.blocked",
	    DECISION_ACCOUNT_CHANGE, DECISION_DENY},
	/* R2 */
	{"", "delivery.default",
	    DECISION_DELIVERY, DECISION_NOT_REQUIRED},
	/* R3 */
	{"amount=99.99", "delivery.default",
	    DECISION_DELIVERY, DECISION_NOT_REQUIRED},
	{"amount=100", "delivery.value",
	    DECISION_DELIVERY, DECISION_REQUIRED},
	/* R4 */
	{"risky_place", "delivery.place",
	    DECISION_DELIVERY, DECISION_REQUIRED},
	/* R5 */
	{"unattended", "delivery.method",
	    DECISION_DELIVERY, DECISION_REQUIRED},
	/* R6 */
	{"suspicious amount=1", "delivery.suspicious",
	    DECISION_DELIVERY, DECISION_REQUIRED},
	/* R7 */
	{"region_off amount=100 suspicious risky_place", "delivery.region_off",
	    DECISION_DELIVERY, DECISION_NOT_REQUIRED},
	/* R41: a preference, up to a value, and not against an alarm */
	{"opted_out amount=499.99 risky_place", "delivery.opted_out",
	    DECISION_DELIVERY, DECISION_NOT_REQUIRED},
	{"opted_out amount=500", "delivery.value",
	    DECISION_DELIVERY, DECISION_REQUIRED},
	{"opted_out amount=1 suspicious", "delivery.suspicious",
	    DECISION_DELIVERY, DECISION_REQUIRED},
	{"blocked region_off", "delivery.blocked",
	    DECISION_DELIVERY, DECISION_DENY},
};

static void
each_rule(void **state UNUSED)
{
	const struct policy policy = policy_default();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct signals s = signals(r->signals);
		struct decision d = decision_make(r->event, &s, &policy,
		    NULL);

		if (d.code != r->code ||
		    !str_equal(d.rule, str_of(r->rule))) {
			fail_msg("%s with \"%s\": %.*s, not %s",
			    decision_event_name(r->event), r->signals,
			    STR_ARG(d.rule), r->rule);
		}
		assert_true(d.by->reason.n > 10);
		assert_true(str_ends(d.by->reason, STR(".")));
	}
}

static void
assert_rule(enum decision_event event, const struct signals *s,
    const struct policy *policy, const char *rule)
{
	struct decision d = decision_make(event, s, policy, NULL);

	assert_true(str_equal(d.rule, str_of(rule)));
}

static void
amounts_of_the_tenant(void **state UNUSED)
{
	struct policy policy = policy_default();
	struct signals s = signals("amount=0");

	policy.transaction_from = 0;
	assert_rule(DECISION_TRANSACTION, &s, &policy, "transaction.amount");
	policy.delivery_from = 1000000;
	s = signals("amount=999999.9999");
	assert_rule(DECISION_DELIVERY, &s, &policy, "delivery.default");
	s = signals("amount=1000000");
	assert_rule(DECISION_DELIVERY, &s, &policy, "delivery.value");
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
			*switch_at(&s, i) = bits >> i & 1;
		}
		for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
			struct decision d = decision_make(
			    (enum decision_event)e, &s, &policy, NULL);

			assert_true((d.code == DECISION_DENY) == s.blocked);
			assert_true(e != DECISION_ACCOUNT_CHANGE ||
			    d.code != DECISION_NOT_REQUIRED);
			assert_true(!s.suspicious || s.region_off ||
			    d.code != DECISION_NOT_REQUIRED);
		}
	}
}

/* The rules are what they were when they were code. */
static void
nothing_has_changed(void **state UNUSED)
{
	static const int64_t amounts[] = {-1, 0, 299999, 300000, 1000000};
	const struct policy policy = policy_default();

	for (unsigned bits = 0; bits < 1U << SWITCHES; bits++) {
		struct signals s = {.failures = bits % 5};

		s.amount = amounts[bits % 7 % 5];
		s.has_amount = s.amount >= 0;
		for (unsigned i = 0; i < SWITCHES; i++) {
			*switch_at(&s, i) = bits >> i & 1;
		}
		for (int e = 0; e < DECISION_EVENT_COUNT; e++) {
			enum decision_event event = (enum decision_event)e;
			struct decision d = decision_make(event, &s, &policy,
			    NULL);
			struct old_decision was = old_decision_make(event, &s,
			    &policy);

			assert_int_equal(d.code, was.code);
			assert_true(str_equal(d.rule, str_of(was.rule)));
			assert_true(str_equal(d.by->reason,
			    str_of(was.reason)));
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule),
		cmocka_unit_test(amounts_of_the_tenant),
		cmocka_unit_test(all_combinations),
		cmocka_unit_test(nothing_has_changed),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "domain/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* docs/requirements.md, "Defaults": the value and the range of each setting. */
static const struct row {
	enum purpose purpose;
	const char *key;
	int64_t initial, min, max;
} purposes[] = {
	/* S1: six digits or more */
	{PURPOSE_SIGN_IN, "length", 6, 6, 10},
	{PURPOSE_ACCOUNT_CHANGE, "length", 6, 6, 10},
	{PURPOSE_PASSWORD_RESET, "length", 6, 6, 10},
	{PURPOSE_TRANSACTION, "length", 6, 6, 10},
	{PURPOSE_CONTACT_VERIFICATION, "length", 6, 6, 10},
	/* R10; four only as policy_valid allows it */
	{PURPOSE_DELIVERY, "length", 6, 4, 8},
	{PURPOSE_RETURN_PICKUP, "length", 6, 4, 8},
	/* S11 */
	{PURPOSE_SIGN_IN, "attempts", 5, 1, 10},
	{PURPOSE_ACCOUNT_CHANGE, "attempts", 5, 1, 10},
	{PURPOSE_PASSWORD_RESET, "attempts", 5, 1, 10},
	{PURPOSE_TRANSACTION, "attempts", 3, 1, 10},
	{PURPOSE_CONTACT_VERIFICATION, "attempts", 5, 1, 10},
	{PURPOSE_DELIVERY, "attempts", 5, 1, 10},
	{PURPOSE_RETURN_PICKUP, "attempts", 5, 1, 10},
	/* S25: ten minutes at most; payments five */
	{PURPOSE_SIGN_IN, "ttl_s", 300, 60, 600},
	{PURPOSE_SIGN_IN, "ttl_email_s", 600, 60, 600},
	{PURPOSE_ACCOUNT_CHANGE, "ttl_s", 300, 60, 600},
	{PURPOSE_ACCOUNT_CHANGE, "ttl_email_s", 300, 60, 600},
	{PURPOSE_TRANSACTION, "ttl_s", 180, 60, 300},
	{PURPOSE_TRANSACTION, "ttl_email_s", 180, 60, 300},
	/* S26: recovery by e-mail at most a day */
	{PURPOSE_PASSWORD_RESET, "ttl_s", 600, 60, 600},
	{PURPOSE_PASSWORD_RESET, "ttl_email_s", 900, 60, 86400},
	{PURPOSE_CONTACT_VERIFICATION, "ttl_s", 300, 60, 600},
	{PURPOSE_CONTACT_VERIFICATION, "ttl_email_s", 1800, 60, 86400},
	/* R14 */
	{PURPOSE_DELIVERY, "ttl_s", 86400, 60, 259200},
	{PURPOSE_DELIVERY, "ttl_email_s", 86400, 60, 259200},
	{PURPOSE_RETURN_PICKUP, "ttl_s", 86400, 60, 259200},
	{PURPOSE_RETURN_PICKUP, "ttl_email_s", 86400, 60, 259200},
};

static const struct limit {
	const char *key;
	int64_t initial, min, max;
} limits[] = {
	{"free_failures", 5, 0, 10},			/* S16 */
	{"failures_per_day", 20, 5, 64},		/* S14, soft */
	{"failures_in_a_row", 100, 5, 100},		/* S14, hard */
	{"psd2", 0, 0, 1},				/* S15 */
	{"psd2_failures", 5, 2, 5},			/* RTS 4(3)(b): five at most */
	{"psd2_block_s", 1800, 300, 86400},
	{"sends_per_10_minutes", 5, 1, 64},		/* S36 */
	{"sends_per_hour", 10, 1, 64},			/* S36 */
	{"sends_per_day", 20, 1, 64},			/* S36 */
	{"creates_per_hour", 10, 1, 64},
	{"address_creates_per_hour", 60, 1, 64},
	{"address_failures_per_hour", 50, 1, 64},	/* S20 */
	{"spraying_failures", 200, 10, 1000000},		/* S20 */
	{"spraying_percent", 60, 1, 99},		/* S20 */
	{"notice_failures", 5, 1, 20},			/* S22 */
	{"notice_after", 3, 1, 20},			/* S22 */
	{"transaction_from", 30, 0, 1000000},
	{"delivery_from", 100, 0, 1000000},
	{"delivery_always_from", 500, 0, 1000000},
	{"delivery_visits", 3, 1, 5},
	{"delivery_release_at_arrival", 0, 0, 1},
	{"delivery_code_on_track", 0, 0, 1},
	{"delivery_distance_m", 500, 0, 100000},
	{"agent_failures_per_day", 25, 5, 64},
};

/* S39 to S42. */
static const struct limit guards[] = {
	{"monitor", 0, 0, 1},
	{"block_per_10_minutes", 10, 1, 1000000},
	{"neighbours", 5, 2, 50},
	{"prefix_per_hour", 300, 1, 1000000},
	{"country_per_hour", 3000, 1, 1000000},
	{"network_per_hour", 60, 1, 1000000},
	{"tenant_per_hour", 10000, 1, 1000000},
	{"conversion_percent", 20, 0, 90},
	{"conversion_sample", 50, 10, 1000000},
	{"budget_per_day", 0, 0, 10000000},
	{"budget_per_month", 0, 0, 10000000},
	{"budget_per_country_day", 0, 0, 10000000},
};

struct wanted {
	const char *section, *key;
	int64_t value;
	int found;
};

static void
compare(void *ctx, const char *section, const char *key, int64_t value)
{
	struct wanted *w = ctx;

	if (strcmp(section, w->section) == 0 && strcmp(key, w->key) == 0) {
		assert_int_equal(value, w->value);
		w->found++;
	}
}

static void
has(const struct policy *p, const char *section, const char *key,
    int64_t value)
{
	struct wanted w = {section, key, value, 0};

	policy_each(p, compare, &w);
	assert_int_equal(w.found, 1);
}

static bool
set(struct policy *p, const char *section, const char *key, int64_t value,
    struct buf *reason)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	return policy_set(p, str_of(section), str_of(key), str_of(text),
	    reason);
}

/* Default, both ends, and refused with its reason past either. */
static void
one_setting(const char *section, const char *key, int64_t initial,
    int64_t min, int64_t max)
{
	struct policy p = policy_default();
	const int64_t outside[] = {min - 1, max + 1, INT64_MIN, INT64_MAX};
	char expected[160];
	struct buf reason;

	buf_init(&reason, 400);
	has(&p, section, key, initial);
	assert_true(set(&p, section, key, min, &reason));
	has(&p, section, key, min);
	assert_true(set(&p, section, key, max, &reason));
	has(&p, section, key, max);
	assert_string_equal(buf_c(&reason), "");
	(void)snprintf(expected, sizeof(expected),
	    "%s.%s must be from %lld to %lld", section, key, (long long)min,
	    (long long)max);
	for (size_t i = 0; i < 4; i++) {
		buf_clear(&reason);
		assert_false(set(&p, section, key, outside[i], &reason));
		assert_string_equal(buf_c(&reason), expected);
		has(&p, section, key, max);
	}
	buf_done(&reason);
}

static void
count(void *ctx, const char *section UNUSED, const char *key UNUSED,
    int64_t value UNUSED)
{
	++*(size_t *)ctx;
}

static void
defaults_and_ranges(void **state UNUSED)
{
	const struct policy p = policy_default();
	size_t n_rows = sizeof(purposes) / sizeof(purposes[0]);
	size_t n_limits = sizeof(limits) / sizeof(limits[0]);
	size_t n_guards = sizeof(guards) / sizeof(guards[0]);
	size_t n = 0;

	for (size_t i = 0; i < n_rows; i++) {
		const struct row *r = &purposes[i];

		one_setting(purpose_name(r->purpose), r->key, r->initial,
		    r->min, r->max);
	}
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		const char *section = purpose_name((enum purpose)i);

		one_setting(section, "sends", 5, 1, 5);		/* S35 */
		one_setting(section, "cooldown_s", 30, 15, 3600);	/* S34 */
	}
	for (size_t i = 0; i < n_limits; i++) {
		one_setting("limits", limits[i].key, limits[i].initial,
		    limits[i].min, limits[i].max);
	}
	for (size_t i = 0; i < n_guards; i++) {
		one_setting("guard", guards[i].key, guards[i].initial,
		    guards[i].min, guards[i].max);
	}
	/* None was forgotten here. */
	policy_each(&p, count, &n);
	assert_int_equal(n, n_rows + n_limits + n_guards +
	    2 * PURPOSE_COUNT);
}

struct texts {
	const char *section, *key;
	char value[PLAN_TEXT_MAX];
	int n;
};

static void
see_text(void *ctx, const char *section, const char *key, struct str value)
{
	struct texts *t = ctx;

	t->n++;
	if (strcmp(section, t->section) == 0 && strcmp(key, t->key) == 0) {
		assert_true(str_copy(value, t->value, sizeof(t->value)));
	}
}

static void
texts(void **state UNUSED)
{
	struct policy p = policy_default();
	struct texts t = {.section = "sign_in", .key = "plan"};
	struct buf reason;

	buf_init(&reason, 8192);
	assert_true(policy_set(&p, STR("sign_in"), STR("plan"),
	    STR("sms:a  20s>voice"), &reason));
	assert_int_equal(0, reason.n);
	policy_each_text(&p, see_text, &t);
	assert_int_equal(PURPOSE_COUNT + 3, t.n);
	assert_string_equal("sms:a 20s > voice", t.value);
	assert_false(policy_set(&p, STR("sign_in"), STR("plan"),
	    STR("sms > pigeon"), &reason));
	assert_string_equal("sign_in.plan step 2 must begin with email, sms "
	    "or voice", buf_c(&reason));
	buf_clear(&reason);
	assert_true(policy_set(&p, STR("guard"), STR("countries"),
	    STR("DE +43"), &reason));
	assert_false(policy_set(&p, STR("guard"), STR("countries"),
	    STR("49"), &reason));
	assert_string_equal("DE +43", p.guard.countries);
	buf_clear(&reason);
	policy_report(&p, &reason);
	assert_non_null(strstr(buf_c(&reason),
	    "sign_in               goes sms:a 20s > voice\n"));
	assert_true(policy_set(&p, STR("sign_in"), STR("plan"), STR(""),
	    &reason));
	assert_int_equal(0, p.plan[PURPOSE_SIGN_IN].n);
	buf_done(&reason);
}

static void
windows(void **state UNUSED)
{
	const struct policy p = policy_default();

	assert_int_equal(p.sends[0].window.v, 600000);
	assert_int_equal(p.sends[1].window.v, 3600000);
	assert_int_equal(p.sends[2].window.v, 86400000);
	assert_int_equal(p.creates.window.v, 3600000);
	assert_int_equal(p.address_creates.window.v, 3600000);
	assert_int_equal(p.address_failures.window.v, 3600000);
}

static void
refused(const char *section, const char *key, const char *value,
    const char *why)
{
	const struct policy before = policy_default();
	struct policy p = before;
	struct buf reason;

	buf_init(&reason, 400);
	assert_false(policy_set(&p, str_of(section), str_of(key),
	    str_of(value), &reason));
	assert_string_equal(buf_c(&reason), why);
	assert_memory_equal(&p, &before, sizeof(p));
	buf_done(&reason);
}

static void
unknown_and_malformed(void **state UNUSED)
{
	refused("sign_in", "tries", "5", "there is no setting sign_in.tries");
	refused("limits", "length", "6", "there is no setting limits.length");
	refused("signin", "length", "6", "there is no setting signin.length");
	refused("", "", "", "there is no setting .");
	refused("sign_in", "length", "six",
	    "sign_in.length must be a whole number");
	refused("sign_in", "length", "", "sign_in.length must be a whole "
	    "number");
	refused("sign_in", "length", "6.0",
	    "sign_in.length must be a whole number");
	refused("sign_in", "length", "99999999999999999999",
	    "sign_in.length must be a whole number");
}

static bool
valid(const struct policy *p, const char *why)
{
	struct buf reason;
	bool is;

	buf_init(&reason, 1000);
	is = policy_valid(p, &reason);
	assert_string_equal(buf_c(&reason), why);
	buf_done(&reason);
	return is;
}

/* Four digits and three tries: 3e-4, at a door; not one try more. */
static void
odds(void **state UNUSED)
{
	struct policy p = policy_default();
	struct purpose_policy *q = &p.purpose[PURPOSE_DELIVERY];

	assert_true(valid(&p, ""));
	q->length = 4;
	q->attempts = 3;
	assert_true(valid(&p, ""));
	q->attempts = 4;
	assert_false(valid(&p, "delivery: 4 digits with 4 tries would be "
	    "guessed once in 2500 challenges; at least 3333 is asked"));
	q->length = 5;
	q->attempts = 10;
	assert_true(valid(&p, ""));
	/* Six digits and ten tries are in range, and so is every account. */
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		p.purpose[i].attempts = 10;
	}
	assert_true(valid(&p, ""));
	/* Not to be had by policy_set, which starts at six. */
	p.purpose[PURPOSE_SIGN_IN].length = 5;
	p.purpose[PURPOSE_SIGN_IN].attempts = 1;
	assert_true(valid(&p, ""));
	p.purpose[PURPOSE_SIGN_IN].attempts = 2;
	assert_false(valid(&p, "sign_in: 5 digits with 2 tries would be "
	    "guessed once in 50000 challenges; at least 100000 is asked"));
}

static void
every_combination_is_named(void **state UNUSED)
{
	struct policy p = policy_default();

	p.purpose[PURPOSE_DELIVERY].length = 4;
	p.purpose[PURPOSE_RETURN_PICKUP].length = 4;
	p.throttle.hard_stop = 19;
	assert_false(valid(&p,
	    "delivery: 4 digits with 5 tries would be guessed once in 2000 "
	    "challenges; at least 3333 is asked\n"
	    "return_pickup: 4 digits with 5 tries would be guessed once in "
	    "2000 challenges; at least 3333 is asked\n"
	    "limits: failures_per_day must not be above failures_in_a_row"));
	p = policy_default();
	p.throttle.hard_stop = 20;
	assert_true(valid(&p, ""));
}

static void
odds_in_numbers(void **state UNUSED)
{
	assert_int_equal(policy_odds(6, 5), 200000);	/* 5e-6 */
	assert_int_equal(policy_odds(6, 1), 1000000);
	assert_int_equal(policy_odds(10, 10), 1000000000);
	assert_int_equal(policy_odds(4, 3), 3333);
	assert_int_equal(policy_odds(1, 64), 0);
}

static void
report(void **state UNUSED)
{
	const struct policy p = policy_default();
	struct buf out;

	buf_init(&out, 4096);
	policy_report(&p, &out);
	assert_int_equal(buf_err(&out), ERR_NONE);
	assert_true(str_starts(buf_view(&out), STR(
	    "sign_in                6 digits,  5 tries: one challenge is "
	    "guessed once in 200000; one subject once in 50000 days of 20 "
	    "failures each\n")));
	assert_non_null(strstr(buf_c(&out),
	    "\ntransaction            6 digits,  3 tries: one challenge is "
	    "guessed once in 333333;"));
	buf_done(&out);
}

/* S25, S26: what a request may ask for. */
static void
lifetimes(void **state UNUSED)
{
	const struct policy p = policy_default();
	struct policy_range r;

	assert_int_equal(policy_ttl(&p, PURPOSE_SIGN_IN, CHANNEL_SMS).v,
	    300000);
	assert_int_equal(policy_ttl(&p, PURPOSE_SIGN_IN, CHANNEL_VOICE).v,
	    300000);
	assert_int_equal(policy_ttl(&p, PURPOSE_SIGN_IN, CHANNEL_EMAIL).v,
	    600000);
	r = policy_ttl_range(PURPOSE_SIGN_IN, CHANNEL_EMAIL);
	assert_int_equal(r.min, 60);
	assert_int_equal(r.max, 600);
	r = policy_ttl_range(PURPOSE_PASSWORD_RESET, CHANNEL_SMS);
	assert_int_equal(r.max, 600);
	r = policy_ttl_range(PURPOSE_PASSWORD_RESET, CHANNEL_EMAIL);
	assert_int_equal(r.max, 86400);
}

/* A request may ask for a longer code than the tenant's, not a shorter. */
static void
lengths(void **state UNUSED)
{
	struct policy p = policy_default();
	struct policy_range r;

	p.purpose[PURPOSE_SIGN_IN].length = 8;
	r = policy_length_range(&p, PURPOSE_SIGN_IN);
	assert_int_equal(r.min, 8);
	assert_int_equal(r.max, 10);
	r = policy_length_range(&p, PURPOSE_DELIVERY);
	assert_int_equal(r.min, 6);
	assert_int_equal(r.max, 8);
}

/* The last lines of a text cannot be forged by a setting (S82, S91). */
static void
test_sms(void **state)
{
	static const struct { const char *key, *value; bool good; } tries[] = {
		{"host", "shop.example", true}, {"host", "", true},
		{"host", "SHOP.example", true}, {"host", "shop", false},
		{"host", "shop.example #123456", false},
		{"host", "shop.example\n@evil.example", false},
		{"host", "https://shop.example", false},
		{"host", "shop.example/x", false}, {"host", "a@b.example", false},
		{"host", "sh\xd0\xbep.example", false},
		{"app_hash", "FA+9qCX9VSu", true}, {"app_hash", "", true},
		{"app_hash", "FA+9qCX9VS", false},
		{"app_hash", "FA+9qCX9VSuu", false},
		{"app_hash", "FA+9qCX9VS=", false},
		{"app_hash", "FA+9qCX9V\nS", false},
		{"app_hash", "shop.exampl", false},
	};
	struct policy p = policy_default();
	struct buf reason;

	(void)state;
	buf_init(&reason, 512);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		assert_int_equal(tries[i].good, policy_set(&p, STR("sms"),
		    str_of(tries[i].key), str_of(tries[i].value), &reason));
		assert_true(tries[i].good == (reason.n == 0));
		buf_clear(&reason);
	}
	assert_true(policy_set(&p, STR("sms"), STR("host"),
	    STR("SHOP.example"), &reason));
	assert_string_equal("shop.example", p.sms.host);
	assert_false(policy_set(&p, STR("sms"), STR("more"), STR(""),
	    &reason));
	buf_done(&reason);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sms),
		cmocka_unit_test(defaults_and_ranges),
		cmocka_unit_test(texts),
		cmocka_unit_test(windows),
		cmocka_unit_test(unknown_and_malformed),
		cmocka_unit_test(odds),
		cmocka_unit_test(every_combination_is_named),
		cmocka_unit_test(odds_in_numbers),
		cmocka_unit_test(report),
		cmocka_unit_test(lifetimes),
		cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The guard: 200 neighbouring numbers from 50 addresses are stopped within
 * its limits, and other countries go on; money is not spent twice; monitor
 * mode only tells (S39 to S42, I6).
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ip.h"
#include "flow/guard.h"
#include "flow/road.h"

static void
add_way(struct world *w, const char *countries, const char *prices)
{
	w->flow.ways[0] = (struct way){.channel = CHANNEL_SMS, .name = "one",
	    .countries = countries, .prices = prices};
	w->flow.n_ways = 1;
	w->flow.channels |= 1U << CHANNEL_SMS;
}

static struct start
ask_from(struct world *w, const char *phone, const char *address)
{
	struct start s = {
		.flow = &w->flow, .tenant = &w->tenant,
		.arena = arena_new(1 << 16),
		.request = {
			.purpose = PURPOSE_SIGN_IN,
			.recipient.channel = CHANNEL_SMS,
			.locale = STR("en"),
		},
	};
	struct ip ip, key;

	assert_int_equal(FLAW_NONE, e164_parse(str_of(phone),
	    &s.request.recipient.phone));
	if (address != NULL) {
		assert_true(ip_parse(str_of(address), &ip));
		key = ip_key(&ip);
		s.request.network = (struct str){(const char *)key.b,
		    sizeof(key.b)};
	}
	OK(start_prepare(&s));
	world_do(w, start_run, &s);
	arena_free(s.arena);
	return s;
}

static const char *
refused(const struct start *s)
{
	return s->verdict == START_LIMITED ? s->limited.rule : "no";
}

/* Whoever earns on the messages has the numbers in a row. */
static void
test_pumping(void **state)
{
	struct world *w = *state;
	char phone[24], address[24];
	unsigned sent = 0;
	struct start s;

	w->tenant.policy.guard.neighbours = 50;
	for (int i = 0; i < 200; i++) {
		(void)snprintf(phone, sizeof(phone), "+49151123%05d",
		    40000 + i);
		(void)snprintf(address, sizeof(address), "198.51.%d.7",
		    i % 50);
		s = ask_from(w, phone, address);
		sent += s.verdict == START_CREATED;
		if (s.verdict != START_CREATED) {
			assert_string_equal("number_block", s.limited.rule);
			assert_string_equal("number_block: 10 messages went "
			    "there, and 10 may in 600 s", s.limited.why);
			assert_string_equal("DE", s.limited.country);
			assert_in_range(s.limited.wait.v, 1, 900 * 1000);
			/* Without the number. */
			assert_null(strstr(s.limited.why, "49151"));
		}
	}
	assert_int_equal(10, sent);
	assert_int_equal(190, world_events(w, AUDIT_CHALLENGE_REFUSED, NULL));
	/* Other countries, and other blocks of this one, go on. */
	s = ask_from(w, "+33612345678", "198.51.3.9");
	assert_int_equal(START_CREATED, s.verdict);
	s = ask_from(w, "+4917012345678", NULL);
	assert_int_equal(START_CREATED, s.verdict);
	/* It ends by itself. */
	world_advance(w, MINUTES(15));
	s = ask_from(w, "+4915112340999", NULL);
	assert_int_equal(START_CREATED, s.verdict);
}

/*
 * S40: the fifth in a row is refused, and who goes on counting gets none of
 * the rest, also over the edge of a block and downwards.
 */
static void
test_neighbours(void **state)
{
	struct world *w = *state;
	char phone[24];
	unsigned sent = 0;
	struct start s;

	for (int i = 0; i < 12; i++) {
		(void)snprintf(phone, sizeof(phone), "+491511234%04d",
		    997 + i);
		s = ask_from(w, phone, NULL);
		sent += s.verdict == START_CREATED;
		assert_string_equal(i < 4 ? "no" : "neighbours", refused(&s));
	}
	assert_int_equal(4, sent);
	assert_string_equal("neighbours: with this one 5 numbers in a row "
	    "were asked for, and 4 may be in 600 s", s.limited.why);
	assert_in_range(s.limited.wait.v, 1, 900 * 1000);
	assert_false(s.limited.lasts);
	assert_int_equal(8, world_events(w, AUDIT_CHALLENGE_REFUSED, NULL));
	s = ask_from(w, "+4915112340996", NULL);
	assert_string_equal("neighbours", refused(&s));
	/* The one that would join two halves is the fifth too. */
	(void)ask_from(w, "+33612345671", NULL);
	(void)ask_from(w, "+33612345672", NULL);
	(void)ask_from(w, "+33612345675", NULL);
	s = ask_from(w, "+33612345674", NULL);
	assert_string_equal("no", refused(&s));
	s = ask_from(w, "+33612345673", NULL);
	assert_string_equal("neighbours", refused(&s));
	/* Beside none of them, and after a while. */
	s = ask_from(w, "+33612345679", NULL);
	assert_string_equal("no", refused(&s));
	world_advance(w, MINUTES(15));
	s = ask_from(w, "+33612345673", NULL);
	assert_string_equal("no", refused(&s));
}

/* Spread over blocks: the prefix, the network and the tenant say stop. */
static void
test_scopes(void **state)
{
	struct world *w = *state;
	struct guard_policy *p = &w->tenant.policy.guard;
	struct start s;

	p->most[GUARD_PREFIX] = 2;
	(void)ask_from(w, "+4915112341111", NULL);
	(void)ask_from(w, "+4915112342111", NULL);
	s = ask_from(w, "+4915112343111", NULL);
	assert_string_equal("prefix", refused(&s));
	p->most[GUARD_NETWORK] = 2;
	(void)ask_from(w, "+4917012341111", "203.0.113.4");
	(void)ask_from(w, "+33612341111", "203.0.113.5");
	s = ask_from(w, "+33712341111", "203.0.113.200");
	assert_string_equal("network", refused(&s));
	(void)ask_from(w, "+33712341111", "203.0.112.1");
	p->most[GUARD_COUNTRY] = 2;
	s = ask_from(w, "+33652341111", NULL);
	assert_string_equal("country", refused(&s));
	p->most[GUARD_TENANT] = 5;
	s = ask_from(w, "+34612345678", NULL);
	assert_string_equal("tenant", refused(&s));
}

/* Sixty asked for, none used: no more there, and a fifth is enough. */
static void
test_conversion(void **state)
{
	struct world *w = *state;
	struct guard_policy *p = &w->tenant.policy.guard;
	struct id ids[60];
	char phone[24];
	struct start s;

	p->most[GUARD_BLOCK] = 1000;
	for (int i = 0; i < 60; i++) {
		(void)snprintf(phone, sizeof(phone), "+4477001%05d",
		    i * 1000);
		s = ask_from(w, phone, NULL);
		assert_int_equal(START_CREATED, s.verdict);
		ids[i] = s.row.id;
	}
	/* Not before they had the time. */
	s = ask_from(w, "+447700990001", NULL);
	assert_int_equal(START_CREATED, s.verdict);
	for (int i = 0; i < 11; i++) {
		assert_int_equal(CHECK_APPROVED, world_right(w, ids[i]));
	}
	world_advance(w, (duration_ms){TALLY_BUCKET.v - 1});
	world_advance(w, (duration_ms){1});
	s = ask_from(w, "+447700990002", NULL);
	assert_string_equal("prefix_conversion", refused(&s));
	assert_string_equal("prefix_conversion: of 61 codes of an hour 11 "
	    "were used, fewer than 20 in a hundred", s.limited.why);
	p->conversion_percent = 18;
	s = ask_from(w, "+447700990002", NULL);
	assert_int_equal(START_CREATED, s.verdict);
	/* An hour later nobody remembers. */
	p->conversion_percent = 90;
	world_advance(w, MINUTES(66));
	s = ask_from(w, "+447700990003", NULL);
	assert_int_equal(START_CREATED, s.verdict);
}

static void
test_listed(void **state)
{
	struct world *w = *state;
	struct start s;

	add_way(w, "DE FR", NULL);
	s = ask_from(w, "+4915112345678", NULL);
	assert_int_equal(START_CREATED, s.verdict);
	s = ask_from(w, "+34612345678", NULL);
	assert_string_equal("country_not_listed", refused(&s));
	assert_true(s.limited.lasts);
	assert_true(str_copy(STR("FR"), w->tenant.policy.guard.countries,
	    POLICY_COUNTRIES_MAX));
	s = ask_from(w, "+4915112345678", NULL);
	assert_string_equal("country_not_listed", refused(&s));
	s = ask_from(w, "+33899123456", NULL);
	assert_string_equal("premium_number", refused(&s));
	assert_int_equal(3, world_events(w, AUDIT_CHALLENGE_REFUSED, NULL));
}

/* 1.00 a day at 0.30: three, whoever asks at once. */
static void
test_budget(void **state)
{
	enum { ASKED = 24 };
	struct world *w = *state;
	struct start *s = calloc(ASKED, sizeof(*s)), one;
	unsigned sent = 0;
	char phone[24];

	assert_non_null(s);
	add_way(w, "*", "DE 0.30, FR 0.10");
	w->tenant.policy.guard.budget_day = 1;
	for (int i = 0; i < ASKED; i++) {
		(void)snprintf(phone, sizeof(phone), "+4915112%06d",
		    i * 1000);
		s[i] = (struct start){.flow = &w->flow, .tenant = &w->tenant,
		    .arena = arena_new(1 << 16), .request = {
		    .purpose = PURPOSE_SIGN_IN, .locale = STR("en"),
		    .recipient.channel = CHANNEL_SMS}};
		assert_int_equal(FLAW_NONE, e164_parse(str_of(phone),
		    &s[i].request.recipient.phone));
		OK(start_prepare(&s[i]));
	}
	fan_out(w, start_run, s, sizeof(*s), ASKED, NULL);
	for (int i = 0; i < ASKED; i++) {
		sent += s[i].verdict == START_CREATED;
		if (s[i].verdict == START_LIMITED) {
			assert_string_equal("budget_day: with this message "
			    "1.20 would be spent, and 1.00 may be",
			    s[i].limited.why);
		}
		arena_free(s[i].arena);
	}
	free(s);
	assert_int_equal(3, sent);
	/* What is cheaper still fits; what has no price does not go. */
	one = ask_from(w, "+33612345678", NULL);
	assert_int_equal(START_CREATED, one.verdict);
	one = ask_from(w, "+33612999678", NULL);
	assert_string_equal("budget_day", refused(&one));
	one = ask_from(w, "+34612345678", NULL);
	assert_string_equal("no_price", refused(&one));
	/* The month's and the country's know of it too. */
	w->tenant.policy.guard.budget_day = 0;
	w->tenant.policy.guard.budget_country = 1;
	one = ask_from(w, "+4917012345678", NULL);
	assert_string_equal("budget_country", refused(&one));
	w->tenant.policy.guard.budget_month = 1;
	one = ask_from(w, "+33712345678", NULL);
	assert_string_equal("budget_month", refused(&one));
	world_advance(w, HOURS(24));
	one = ask_from(w, "+33712345678", NULL);
	assert_string_equal("budget_month", refused(&one));
	w->tenant.policy.guard.budget_month = 0;
	one = ask_from(w, "+4917012345678", NULL);
	assert_int_equal(START_CREATED, one.verdict);
}

/* It says what it would have done, and does not do it. */
static void
test_monitor(void **state)
{
	struct world *w = *state;
	char phone[24];
	struct start s;

	add_way(w, "*", "DE 0.30");
	w->tenant.policy.guard.monitor = 1;
	w->tenant.policy.guard.budget_day = 1;
	for (int i = 0; i < 20; i++) {
		(void)snprintf(phone, sizeof(phone), "+49151123%05d",
		    40000 + i);
		s = ask_from(w, phone, NULL);
		assert_int_equal(START_CREATED, s.verdict);
	}
	assert_int_equal(17, world_events(w, AUDIT_GUARD_REPORTED, NULL));
	w->tenant.policy.guard.budget_day = 0;
	world_advance(w, MINUTES(15));
	for (int i = 0; i < 6; i++) {
		(void)snprintf(phone, sizeof(phone), "+4915112344%03d", i);
		s = ask_from(w, phone, NULL);
		assert_int_equal(START_CREATED, s.verdict);
	}
	assert_int_equal(19, world_events(w, AUDIT_GUARD_REPORTED, NULL));
	/* But never a number that is dear, or not listed. */
	s = ask_from(w, "+499001234567", NULL);
	assert_string_equal("premium_number", refused(&s));
}

/* A resend goes through it too, and is no second code. */
static void
test_resend_counts(void **state)
{
	struct world *w = *state;
	struct start s;
	struct resend r;

	w->tenant.policy.guard.most[GUARD_BLOCK] = 2;
	s = ask_from(w, "+4915112345678", NULL);
	world_advance(w, SECONDS(30));
	assert_int_equal(RESEND_QUEUED,
	    world_resend(w, s.row.id, false).verdict);
	world_advance(w, SECONDS(60));
	r = world_resend(w, s.row.id, false);
	assert_int_equal(RESEND_LIMITED, r.verdict);
	assert_string_equal("number_block", r.limited.rule);
	/* The challenge is as it was: nothing is spent by a refusal. */
	assert_int_equal(3, world_row(w, s.row.id).state.sends_left);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_pumping),
		WORLD_TEST(test_neighbours),
		WORLD_TEST(test_scopes),
		WORLD_TEST(test_conversion),
		WORLD_TEST(test_listed),
		WORLD_TEST(test_budget),
		WORLD_TEST(test_monitor),
		WORLD_TEST(test_resend_counts),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

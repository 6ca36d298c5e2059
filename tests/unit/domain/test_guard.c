/*
 * The guard: tallies and their windows, prices, and each rule at its limit
 * and one before it (S39 to S42).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "domain/guard.h"
#include "domain/price.h"

static const unix_ms start = {INT64_C(1795000200000)};	/* a bucket's first */

static unix_ms
after(int64_t s)
{
	return unix_ms_add(start, SECONDS(s));
}

static struct e164
number(const char *text)
{
	struct e164 n;

	assert_int_equal(FLAW_NONE, e164_parse(str_of(text), &n));
	return n;
}

static void
test_windows(void **state)
{
	struct tally t = {0};

	(void)state;
	assert_int_equal(0, start.v % TALLY_BUCKET.v);
	for (int i = 0; i < 10; i++) {
		tally_send(&t, true, after(i * 60));
	}
	assert_int_equal(2, t.n);
	assert_int_equal(10, tally_sent(&t, MINUTES(10), after(600)));
	/* Rounded up: never fewer than were sent in ten minutes. */
	assert_int_equal(10, tally_sent(&t, MINUTES(10), after(899)));
	assert_int_equal(5, tally_sent(&t, MINUTES(10), after(900)));
	assert_int_equal(0, tally_sent(&t, MINUTES(10), after(1200)));
	assert_int_equal(10, tally_sent(&t, HOURS(1), after(3899)));
	assert_int_equal(300 * 1000, tally_wait(&t, MINUTES(10), 10,
	    after(600)).v);
	assert_int_equal(600 * 1000, tally_wait(&t, MINUTES(10), 5,
	    after(600)).v);
	assert_int_equal(0, tally_wait(&t, MINUTES(10), 11, after(600)).v);
}

static void
test_buckets_are_few(void **state)
{
	struct tally t = {0}, again;
	uint8_t bytes[TALLY_BYTES];
	size_t n;

	(void)state;
	for (int i = 0; i < 100; i++) {
		tally_send(&t, i % 2 == 0, after(i * 300));
	}
	assert_int_equal(TALLY_BUCKETS, t.n);
	assert_int_equal(13, tally_sent(&t, HOURS(1), after(99 * 300)));
	n = tally_pack(&t, bytes);
	assert_true(tally_unpack((struct str){(char *)bytes, n}, &again));
	assert_memory_equal(&t, &again, sizeof(t));
	assert_false(tally_unpack((struct str){(char *)bytes, n - 1},
	    &again));
	/* Out of order. */
	memcpy(bytes, bytes + TALLY_BUCKET_BYTES, TALLY_BUCKET_BYTES);
	assert_false(tally_unpack((struct str){(char *)bytes, n}, &again));
}

/* S31: what lies in the future counts now, and leaves the window in time. */
static void
test_clock_put_back(void **state)
{
	struct tally t = {0};

	(void)state;
	for (int i = 0; i < 5; i++) {
		tally_send(&t, true, after(86400 + i * 300));
	}
	assert_int_equal(5, tally_sent(&t, MINUTES(10), after(0)));
	tally_send(&t, true, after(0));
	assert_int_equal(1, t.n);
	assert_int_equal(6, tally_sent(&t, MINUTES(10), after(0)));
	assert_int_equal(0, tally_sent(&t, MINUTES(10), after(900)));
}

static void
test_conversion_counts(void **state)
{
	struct tally t = {0};
	struct tally_bucket c;

	(void)state;
	for (int i = 0; i < 10; i++) {
		tally_send(&t, true, after(i * 60));
		tally_send(&t, false, after(i * 60));	/* a resend */
	}
	tally_use(&t, after(0), after(600));
	tally_use(&t, after(60), after(600));
	tally_use(&t, after(540), after(600));
	/* Those of the present bucket have had no time. */
	c = tally_conversion(&t, after(540));
	assert_int_equal(5, c.asked);
	assert_int_equal(2, c.used);
	c = tally_conversion(&t, after(600));
	assert_int_equal(10, c.asked);
	assert_int_equal(3, c.used);
	tally_use(&t, after(-90000), after(600));
	c = tally_conversion(&t, after(600));
	assert_int_equal(3, c.used);
}

/* Each scope at its limit: named, with figures and an end. */
static void
test_scopes(void **state)
{
	static const char *const names[GUARD_SCOPES] = {
		"number_block", "prefix", "country", "network", "tenant",
	};

	(void)state;
	for (int s = 0; s < GUARD_SCOPES; s++) {
		struct guard_policy p = {.conversion_sample = 10};
		struct tally t[GUARD_SCOPES] = {0};
		struct guard_verdict v;

		for (int i = 0; i < GUARD_SCOPES; i++) {
			p.most[i] = 1000;
		}
		p.most[s] = 3;
		for (int i = 0; i < 3; i++) {
			v = guard_tallies(&p, t, 31, start);
			assert_int_equal(GUARD_RULE_NONE, v.rule);
			tally_send(&t[s], true, start);
		}
		v = guard_tallies(&p, t, 31, start);
		assert_string_equal(names[s], guard_rule_name(v.rule));
		assert_int_equal(3, v.seen);
		assert_int_equal(3, v.limit);
		assert_true(v.wait.v > 0);
		assert_false(guard_rule_lasts(v.rule));
		v = guard_tallies(&p, t, 31, unix_ms_add(start, v.wait));
		assert_int_equal(GUARD_RULE_NONE, v.rule);
		/* Unknown: not looked at. */
		v = guard_tallies(&p, t, 31U & ~(1U << s), start);
		assert_int_equal(GUARD_RULE_NONE, v.rule);
	}
}

static void
beside(const char *text, int step, const char *wanted)
{
	struct e164 n = number(text);

	assert_int_equal(wanted != NULL, number_beside(&n, step, &n));
	assert_string_equal(wanted != NULL ? wanted : text, n.z);
}

/* S40 */
static void
test_neighbours(void **state)
{
	struct guard_policy p = {.neighbours = 5};

	(void)state;
	beside("+4915112345678", 1, "+4915112345679");
	beside("+4915112345999", 1, "+4915112346000");
	beside("+4915112346000", -1, "+4915112345999");
	beside("+19999999999", 1, NULL);
	beside("+10000000000", -1, NULL);
	assert_int_equal(GUARD_RULE_NONE,
	    guard_neighbours(&p, 4, MINUTES(1)).rule);
	assert_int_equal(GUARD_RULE_NEIGHBOURS,
	    guard_neighbours(&p, 5, MINUTES(1)).rule);
	assert_int_equal(4, guard_neighbours(&p, 5, MINUTES(1)).limit);
}

static void
test_conversion(void **state)
{
	struct guard_policy p = {.conversion_percent = 20,
	    .conversion_sample = 50};
	struct tally t[GUARD_SCOPES] = {0};
	struct guard_verdict v;
	struct buf text;

	(void)state;
	for (int s = 0; s < GUARD_SCOPES; s++) {
		p.most[s] = 1000;
	}
	for (int i = 0; i < 49; i++) {
		tally_send(&t[GUARD_COUNTRY], true, after(0));
	}
	v = guard_tallies(&p, t, 31, after(300));
	assert_int_equal(GUARD_RULE_NONE, v.rule);	/* too few to tell */
	tally_send(&t[GUARD_COUNTRY], true, after(0));
	for (int i = 0; i < 9; i++) {
		tally_use(&t[GUARD_COUNTRY], after(0), after(10));
	}
	v = guard_tallies(&p, t, 31, after(300));
	assert_int_equal(GUARD_RULE_COUNTRY_UNUSED, v.rule);
	buf_init(&text, 256);
	guard_say(&v, &text);
	assert_string_equal("country_conversion: of 50 codes of an hour 9 "
	    "were used, fewer than 20 in a hundred", buf_c(&text));
	buf_done(&text);
	tally_use(&t[GUARD_COUNTRY], after(0), after(10));
	v = guard_tallies(&p, t, 31, after(300));
	assert_int_equal(GUARD_RULE_NONE, v.rule);	/* a fifth */
}

static void
judge(const char *text, const char *countries, const char *rule)
{
	struct guard_policy p = {0};
	struct e164 n = number(text);
	struct number facts = number_of(&n);

	assert_true(str_copy(str_of(countries), p.countries,
	    sizeof(p.countries)));
	assert_string_equal(rule, guard_rule_name(guard_number(&p, &n,
	    &facts).rule));
}

static void
test_numbers(void **state)
{
	(void)state;
	judge("+4915112345678", "", "none");
	judge("+4915112345678", "DE", "none");
	judge("+4915112345678", "AT +4915", "none");
	judge("+4915112345678", "AT", "country_not_listed");
	judge("+1212555012", "", "impossible_number");
	judge("+121255501234", "", "impossible_number");
	judge("+9991234567", "*", "impossible_number");
	/* Whatever is listed: premium, satellite, shared cost, personal. */
	judge("+499001234567", "DE", "premium_number");
	judge("+881612345678", "* +881", "premium_number");
	judge("+97912345678", "*", "premium_number");
	judge("+447012345678", "GB", "premium_number");
	judge("+19002345678", "US", "premium_number");
}

static void
price(const char *list, const char *text, int64_t wanted)
{
	struct e164 n = number(text);
	int64_t p = -1;

	assert_int_equal(wanted >= 0, price_of(str_of(list), &n, &p));
	assert_int_equal(wanted, p);
}

static void
prints(int64_t p, const char *text)
{
	struct buf b;
	char room[32];

	buf_fixed(&b, room, sizeof(room));
	price_print(p, &b);
	assert_string_equal(text, buf_c(&b));
}

static void
test_prices(void **state)
{
	static const char list[] = "DE 0.0745, +49151 0.08,* 0.12 ,US 0.0079";
	struct buf reason;
	int64_t p;

	(void)state;
	buf_init(&reason, 256);
	price(list, "+4917012345678", 74500);
	price(list, "+4915112345678", 80000);
	price(list, "+12125550123", 7900);
	price(list, "+33612345678", 120000);
	price("DE 1", "+33612345678", -1);
	price("", "+33612345678", -1);
	assert_true(price_list_check(str_of(list), &reason));
	assert_true(price_list_check(STR(""), &reason));
	assert_false(price_list_check(STR("DE"), &reason));
	assert_false(price_list_check(STR("DE 0,07"), &reason));
	assert_false(price_list_check(STR("XX 0.07"), &reason));
	assert_false(price_parse(STR("0.1234567"), &p));
	assert_false(price_parse(STR("1001"), &p));
	assert_false(price_parse(STR("-1"), &p));
	prints(74500, "0.0745");
	prints(1000000, "1.00");
	prints(50, "0.00005");
	buf_done(&reason);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_buckets_are_few),
		cmocka_unit_test(test_clock_put_back),
		cmocka_unit_test(test_conversion_counts),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_conversion),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_prices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "domain/signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* The last flaw as "member: reason". */
static char told[256];

static void
tell(void *ctx UNUSED, struct str member, const char *reason)
{
	(void)snprintf(told, sizeof(told), "%.*s: %s", STR_ARG(member),
	    reason);
}

static bool
reads(const char *json, struct signals *s)
{
	told[0] = '\0';
	return signals_read(str_of(json), tell, NULL, s);
}

static void
each_signal_is_read(void **state UNUSED)
{
	struct signals s = {0};
	struct signal_value v;

	assert_true(reads(" { \"known_device\" : true, \"failures\": 4,"
	    "\"contact_age_s\":0,\"travel_kmh\":901,"
	    "\"amount\":{\"amount\":\"129.5\",\"currency\":\"EUR\"},"
	    "\"country\":\"DE\",\"region\":\"DE-BY\",\"method\":\"van\","
	    "\"kind\":\"seller\",\"blocked\":false,\"custom\":{\"vip\":true,"
	    "\"basket\":12.5,\"debt\":-3,\"campaign\":\"spring \\u00fc\"}}",
	    &s));
	assert_true(s.known_device);
	assert_false(s.blocked);
	assert_int_equal(s.failures, 4);
	v = signal_get(&s, SIGNAL_contact_age_s);
	assert_true(v.known && v.n == 0);
	assert_false(signal_get(&s, SIGNAL_account_age_s).known);
	assert_int_equal(s.amount, 1295000);
	assert_string_equal(s.currency, "EUR");
	assert_string_equal(s.region, "DE-BY");
	assert_int_equal(s.n_custom, 4);
	assert_int_equal(signal_custom_get(&s, STR("basket"))->n, 125000);
	assert_int_equal(signal_custom_get(&s, STR("debt"))->n, -30000);
	assert_string_equal(signal_custom_get(&s, STR("campaign"))->word,
	    "spring \xc3\xbc");
	assert_null(signal_custom_get(&s, STR("vi")));
	assert_true(reads("{}", &s));
	assert_int_equal(s.n_custom, 0);
	assert_false(s.has_amount);
}

static void
what_is_wrong_is_named(void **state UNUSED)
{
	static const struct { const char *json, *wanted; } flawed[] = {
		{"[]", ": must be an object"},
		{"{", ": is not JSON"},
		{"{} x", ": is not JSON"},
		{"{\"a\":1}", "a: is not known"},
		{"{\"currency\":\"EUR\"}", "currency: is not known"},
		{"{\"blocked\":1}", "blocked: must be true or false"},
		{"{\"blocked\":\"true\"}", "blocked: must be true or false"},
		{"{\"failures\":-1}", "failures: must be a whole"},
		{"{\"failures\":1.0}", "failures: must be a whole"},
		{"{\"failures\":1000000001}", "failures: must be a whole"},
		{"{\"amount\":5}", "amount: must be an object"},
		{"{\"amount\":{\"amount\":\"1\"}}",
		    "amount.currency: is required"},
		{"{\"amount\":{\"currency\":\"EUR\"}}",
		    "amount.amount: is required"},
		{"{\"amount\":{\"amount\":1,\"currency\":\"EUR\"}}",
		    "amount.amount: must be a decimal"},
		{"{\"amount\":{\"amount\":\"1\",\"currency\":\"eur\"}}",
		    "amount.currency: is not of the form"},
		{"{\"country\":\"Germany\"}", "country: is not of the form"},
		{"{\"country\":\"\"}", "country: is not of the form"},
		{"{\"kind\":\"king\"}", "kind: is not of the form"},
		{"{\"region\":\"12345678901234567\"}", "region: is not of"},
		{"{\"method\":\"by van\"}", "method: is not of the form"},
		{"{\"blocked\":true,\"blocked\":true}",
		    "blocked: is there twice"},
		{"{\"custom\":[]}", "custom: must be an object"},
		{"{\"custom\":{\"A\":1}}", "custom.A: must be a name"},
		{"{\"custom\":{\"a\":1,\"a\":2}}", "custom.a: must be a name"},
		{"{\"custom\":{\"a\":null}}", "custom.a: must be true"},
		{"{\"custom\":{\"a\":{}}}", "custom.a: must be true"},
		{"{\"custom\":{\"a\":1e3}}", "custom.a: must be true"},
		{"{\"custom\":{\"a\":\"\\n\"}}", "custom.a: must be true"},
		{"{\"blocked\":\"\xff\"}", ": must be an object"},
	};
	struct signals s = {.failures = 77};

	for (size_t i = 0; i < sizeof(flawed) / sizeof(flawed[0]); i++) {
		if (reads(flawed[i].json, &s) ||
		    strstr(told, flawed[i].wanted) != told) {
			fail_msg("%s: \"%s\", not \"%s\"", flawed[i].json,
			    told, flawed[i].wanted);
		}
		assert_int_equal(s.failures, 77);
	}
}

static void
a_bound_for_everything(void **state UNUSED)
{
	char json[SIGNALS_JSON_MAX + 64];
	struct signals s;
	struct buf b;

	buf_fixed(&b, json, sizeof(json));
	buf_z(&b, "{\"custom\":{\"a0\":1");
	for (unsigned i = 1; i <= SIGNALS_CUSTOM_MAX; i++) {
		buf_printf(&b, ",\"a%u\":1", i);
	}
	buf_z(&b, "}}");
	assert_false(reads(json, &s));
	assert_string_equal(told, "custom.a16: is one too many");
	memset(json, ' ', sizeof(json));
	json[0] = '{';
	json[SIGNALS_JSON_MAX] = '}';
	json[SIGNALS_JSON_MAX + 1] = '\0';
	assert_false(reads(json, &s));
	json[SIGNALS_JSON_MAX - 1] = '}';
	json[SIGNALS_JSON_MAX] = '\0';
	assert_true(reads(json, &s));
}

/* What is kept of a decision is what the decision was made of. */
static void
written_and_read_again(void **state UNUSED)
{
	static const char json[] = "{\"known_device\":true,\"failures\":4,"
	    "\"travel_kmh\":0,\"amount\":{\"amount\":\"0.5\","
	    "\"currency\":\"EUR\"},\"country\":\"DE\","
	    "\"custom\":{\"vip\":false,\"x\":-0.0001,\"y\":\"\"}}";
	struct signals s, again;
	struct buf out;
	struct jsonw w;

	assert_true(reads(json, &s));
	buf_init(&out, SIGNALS_JSON_MAX);
	jsonw_init(&w, &out);
	signals_write(&s, &w);
	assert_int_equal(buf_err(&out), ERR_NONE);
	assert_string_equal(buf_c(&out), json);
	assert_true(reads(buf_c(&out), &again));
	assert_memory_equal(&s, &again, sizeof(s));
	buf_done(&out);
}

static void
names_and_texts(void **state UNUSED)
{
	enum signal s;

	for (int i = 0; i < SIGNAL_KINDS; i++) {
		assert_true(signal_find(str_of(signal_name((enum signal)i)),
		    &s));
		assert_int_equal(s, i);
		assert_true(strlen(signal_about(s)) > 5);
	}
	assert_false(signal_find(STR("custom"), &s));
	assert_false(signal_name_valid(STR("")));
	assert_false(signal_name_valid(STR("a-b")));
	assert_true(signal_name_valid(STR("a_9")));
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

static void
money_back(void **state UNUSED)
{
	static const struct { int64_t v; const char *text; } rows[] = {
		{0, "0"}, {1290000, "129"}, {1295000, "129.5"}, {1, "0.0001"},
		{-30000, "-3"}, {10, "0.001"}, {9999999999999999,
		    "999999999999.9999"},
	};
	char text[32];
	struct buf b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_fixed(&b, text, sizeof(text));
		money_write(rows[i].v, &b);
		assert_string_equal(text, rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_signal_is_read),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_bound_for_everything),
		cmocka_unit_test(written_and_read_again),
		cmocka_unit_test(names_and_texts),
		cmocka_unit_test(money),
		cmocka_unit_test(money_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

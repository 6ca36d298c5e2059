/*
 * Rules as data: read, refused with line and reason, asked, written (R6, R7).
 */
#include "domain/decision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { REPORT_MAX = 16384 };

static struct rule_book book;
static struct policy policy;

static bool
reads(const char *json, struct buf *report)
{
	buf_clear(report);
	return rules_check(str_of(json), "r", &book, report);
}

static void
must_read(const char *json)
{
	struct buf report;

	buf_init(&report, REPORT_MAX);
	if (!reads(json, &report)) {
		fail_msg("%s", buf_c(&report));
	}
	buf_done(&report);
}

static void
no_flaw(void *ctx UNUSED, struct str member, const char *reason)
{
	fail_msg("%.*s %s", STR_ARG(member), reason);
}

/* The name of the rule that decides. */
static const char *
decides(enum decision_event event, const char *json)
{
	static char name[RULE_NAME_MAX + 1];
	struct signals s;
	struct decision d;

	assert_true(signals_read(str_of(json), no_flaw, NULL, &s));
	d = decision_make(event, &s, &policy, &book.set);
	assert_true(str_copy(d.rule, name, sizeof(name)));
	return name;
}

#define ONE(when) "{\"rules\":[{\"name\":\"r\",\"event\":\"delivery\"," \
    "\"code\":\"required\"," when "}]}"

static void
holds(const char *rules, const char *signals, bool wanted)
{
	bool held;

	must_read(rules);
	held = strcmp(decides(DECISION_DELIVERY, signals), "r") == 0;
	if (held != wanted) {
		fail_msg("%s with %s: %d", rules, signals, held);
	}
}

/* Every condition, at its edges. */
static const struct { const char *when, *signals; bool holds; } edges[] = {
	{"\"when\":{}", "{}", true},
	{"\"when\":{\"known_device\":true}", "{}", false},
	{"\"when\":{\"known_device\":false}", "{}", true},
	{"\"when\":{\"known_device\":true}",
	    "{\"known_device\":true}", true},
	{"\"when\":{\"failures\":{\"at_least\":3}}",
	    "{\"failures\":3}", true},
	{"\"when\":{\"failures\":{\"at_least\":3}}",
	    "{\"failures\":2}", false},
	{"\"when\":{\"failures\":{\"below\":3}}", "{}", true},
	{"\"when\":{\"contact_age_s\":{\"below\":3}}", "{}", false},
	{"\"when\":{\"contact_age_s\":{\"below\":3}}",
	    "{\"contact_age_s\":2}", true},
	{"\"when\":{\"contact_age_s\":{\"below\":3}}",
	    "{\"contact_age_s\":3}", false},
	{"\"when\":{\"contact_age_s\":{\"known\":false}}", "{}", true},
	{"\"when\":{\"contact_age_s\":{\"known\":true}}",
	    "{\"contact_age_s\":0}", true},
	{"\"when\":{\"amount\":{\"at_least\":\"5.5\",\"below\":7}}",
	    "{\"amount\":{\"amount\":\"5.5\",\"currency\":\"EUR\"}}",
	    true},
	{"\"when\":{\"amount\":{\"at_least\":\"5.5\",\"below\":7}}",
	    "{\"amount\":{\"amount\":\"5.4999\",\"currency\":\"EUR\"}}",
	    false},
	{"\"when\":{\"amount\":{\"at_least\":\"5.5\",\"below\":7}}",
	    "{\"amount\":{\"amount\":\"7\",\"currency\":\"EUR\"}}",
	    false},
	{"\"when\":{\"amount\":{\"at_least\":\"transaction_from\"},"
	    "\"currency\":\"EUR\"}",
	    "{\"amount\":{\"amount\":\"30\",\"currency\":\"EUR\"}}",
	    true},
	{"\"when\":{\"amount\":{\"at_least\":\"transaction_from\"},"
	    "\"currency\":\"EUR\"}",
	    "{\"amount\":{\"amount\":\"30\",\"currency\":\"USD\"}}",
	    false},
	{"\"when\":{\"country\":[\"DE\",\"AT\"]}",
	    "{\"country\":\"AT\"}", true},
	{"\"when\":{\"country\":[\"DE\",\"AT\"]}",
	    "{\"country\":\"CH\"}", false},
	{"\"when\":{\"country\":\"DE\"}", "{}", false},
	{"\"when\":{\"country\":{\"known\":false}}", "{}", true},
	{"\"when\":{\"custom.vip\":true}",
	    "{\"custom\":{\"vip\":true}}", true},
	{"\"when\":{\"custom.vip\":false}", "{}", true},
	{"\"when\":{\"custom.vip\":\"yes\"}",
	    "{\"custom\":{\"vip\":true}}", false},
	{"\"when\":{\"custom.x\":{\"at_least\":-2}}",
	    "{\"custom\":{\"x\":-1.5}}", true},
	{"\"when\":{\"custom.x\":{\"below\":-2}}",
	    "{\"custom\":{\"x\":-1.5}}", false},
	{"\"when\":{\"custom.x\":{\"below\":9}}",
	    "{\"custom\":{\"x\":\"1\"}}", false},
	{"\"when\":{\"custom.x\":{\"known\":true}}",
	    "{\"custom\":{\"x\":\"1\"}}", true},
	/* all of when, and not all of unless */
	{"\"when\":{\"country\":\"DE\",\"method\":\"van\"}",
	    "{\"country\":\"DE\"}", false},
	{"\"unless\":{\"country\":\"DE\",\"method\":\"van\"}",
	    "{\"country\":\"DE\"}", true},
	{"\"unless\":{\"country\":\"DE\",\"method\":\"van\"}",
	    "{\"country\":\"DE\",\"method\":\"van\"}", false},
};

static void
conditions(void **state UNUSED)
{
	char json[512];

	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		(void)snprintf(json, sizeof(json), ONE("%s"), edges[i].when);
		holds(json, edges[i].signals, edges[i].holds);
	}
}

static void
first_match_wins(void **state UNUSED)
{
	must_read("{\"rules\":["
	    "{\"name\":\"islands\",\"event\":[\"delivery\",\"transaction\"],"
	    "\"code\":\"deny\",\"when\":{\"region\":\"GR-M\"}},"
	    "{\"name\":\"greece\",\"event\":\"delivery\","
	    "\"code\":\"not_required\",\"when\":{\"country\":\"GR\"}}]}");
	assert_string_equal(decides(DECISION_DELIVERY,
	    "{\"country\":\"GR\",\"region\":\"GR-M\"}"), "islands");
	assert_string_equal(decides(DECISION_DELIVERY,
	    "{\"country\":\"GR\",\"suspicious\":true}"), "greece");
	assert_string_equal(decides(DECISION_TRANSACTION,
	    "{\"region\":\"GR-M\"}"), "islands");
	/* where they say nothing, the built-in ones do */
	assert_string_equal(decides(DECISION_TRANSACTION,
	    "{\"country\":\"GR\"}"), "transaction.no_amount");
	assert_string_equal(decides(DECISION_SIGN_IN, "{}"),
	    "sign_in.default");
}

/* R55, R59, and the customer's own wish: no rule takes these away. */
static void
the_floor(void **state UNUSED)
{
	must_read("{\"rules\":[{\"name\":\"open\",\"event\":\"sign_in\","
	    "\"code\":\"not_required\"}]}");
	assert_string_equal(decides(DECISION_SIGN_IN, "{}"), "open");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"kind\":\"customer\"}"), "open");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"kind\":\"seller\",\"trusted_device\":true}"), "sign_in.kind");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"kind\":\"operator\"}"), "sign_in.kind");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"two_step\":true}"), "sign_in.two_step");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"two_step\":true,\"trusted_device\":true}"), "open");
}

static void
speed_and_trust(void **state UNUSED)
{
	must_read("{\"rules\":[]}");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"known_device\":true,\"travel_kmh\":1000}"), "sign_in.travel");
	assert_string_equal(decides(DECISION_SIGN_IN,
	    "{\"known_device\":true,\"travel_kmh\":999}"),
	    "sign_in.known_device");
	assert_string_equal(decides(DECISION_SIGN_IN, "{\"two_step\":true,"
	    "\"trusted_device\":true}"), "sign_in.trusted_device");
	assert_string_equal(decides(DECISION_SIGN_IN, "{\"new_place\":true,"
	    "\"trusted_device\":true}"), "sign_in.new_place");
}

static const struct { const char *json, *wanted; } flawed[] = {
	{"", "r:1: must be an object\n"},
	{"{\n\"rules\": [\n{,}]}", "r:3: is not JSON from here on\n"},
	{"{}", "r:1: must have rules\n"},
	{"{\"rules\":[],\n\"x\":1}", "r:2: x is not known\n"},
	{"{\"mode\":\"off\",\"rules\":[]}",
	    "r:1: mode must be enforce or monitor\n"},
	{"{\"rules\":[],\"rules\":[]}", "r:1: rules is there twice\n"},
	{"{\"rules\":{}}", "r:1: rules must be an array of rules\n"},
	{"{\"rules\":[\n1]}", "r:2: rules[0] must be an object\n"},
	{"{\"rules\":[{\"name\":\"a\",\"code\":\"deny\"}]}",
	    "r:1: rules[0] must have an event\n"},
	{ONE("\"when\":{\"colour\":\"red\"}"),
	    "r:1: rules[0].when.colour is not known\n"},
	{ONE("\"when\":{\"custom.Red\":true}"),
	    "r:1: rules[0].when.custom.Red is not known\n"},
	{ONE("\"when\":{\n\"amount\":true}"),
	    "r:2: rules[0].when.amount must be {\"at_least\": …, "
	    "\"below\": …} or {\"known\": …}\n"},
	{ONE("\"when\":{\"amount\":{\"at_least\":\"much\"}}"),
	    "r:1: rules[0].when.amount must be a decimal number such "
	    "as 129.00, or for amount one of transaction_from and "
	    "delivery_from\n"},
	{ONE("\"when\":{\"amount\":{}}"),
	    "r:1: rules[0].when.amount must have at_least, below or "
	    "both, or known alone\n"},
	{ONE("\"when\":{\"failures\":{\"below\":1.5}}"),
	    "r:1: rules[0].when.failures must be a whole number from "
	    "0 to 1000000000\n"},
	{ONE("\"when\":{\"country\":\"Germany\"}"),
	    "r:1: rules[0].when.country is not of the form that this "
	    "signal has\n"},
	{ONE("\"when\":{\"country\":[]}"),
	    "r:1: rules[0].when.country must name one at least\n"},
	{ONE("\"when\":{\"country\":{\"below\":1}}"),
	    "r:1: rules[0].when.country.below is not known\n"},
	{ONE("\"when\":{\"blocked\":1}"),
	    "r:1: rules[0].when.blocked must be true or false\n"},
	{ONE("\"when\":{\"blocked\":true,\"blocked\":true}"),
	    "r:1: rules[0].when.blocked is there twice\n"},
	{ONE("\"reason\":\"\""),
	    "r:1: rules[0].reason must have 1 to 200 bytes\n"},
	{ONE("\"reason\":\"a\\u0007\""),
	    "r:1: rules[0].reason has a control character\n"},
	{"{\"rules\":[{\"name\":\"A\",\"event\":\"delivery\","
	    "\"code\":\"deny\"}]}",
	    "r:1: rules[0].name must be 1 to 64 of a-z, 0-9, _, . "
	    "and -\n"},
	{"{\"rules\":[{\"name\":\"a\",\"event\":\"account_change\","
	    "\"code\":\"not_required\"}]}",
	    "r:1: rules[0] would change accounts without a code, "
	    "which no rule may\n"},
	{"{\"rules\":[\n{\"name\":\"a\",\"event\":[\"delivery\","
	    "\"sign_in\"],\"code\":\"deny\"},\n"
	    "{\"name\":\"b\",\"event\":\"delivery\","
	    "\"code\":\"required\"}]}",
	    "r:3: rules[1] is never asked: a rule before it always "
	    "holds\n"},
	{"{\"rules\":[\n{\"name\":\"a\",\"event\":\"delivery\","
	    "\"code\":\"deny\",\"when\":{\"blocked\":true}},\n"
	    "{\"name\":\"a\",\"event\":\"delivery\","
	    "\"code\":\"required\"}]}",
	    "r:3: rules[1].name is the name of a rule before it, "
	    "too\n"},
	/* several at once */
	{"{\"rules\":[{\"name\":\"a\",\n\"event\":\"party\",\n"
	    "\"code\":\"maybe\"}]}",
	    "r:2: rules[0].event must be sign_in, transaction, "
	    "account_change or delivery\n"
	    "r:3: rules[0].code must be required, not_required or "
	    "deny\n"},
};

static void
line_and_reason(void **state UNUSED)
{
	struct buf report;

	buf_init(&report, REPORT_MAX);
	for (size_t i = 0; i < sizeof(flawed) / sizeof(flawed[0]); i++) {
		if (reads(flawed[i].json, &report) ||
		    strcmp(buf_c(&report), flawed[i].wanted) != 0) {
			fail_msg("%s\nsays\n%s\nnot\n%s", flawed[i].json,
			    buf_c(&report), flawed[i].wanted);
		}
	}
	buf_done(&report);
}

static void
no_more_than_fits(void **state UNUSED)
{
	struct buf json, report;

	buf_init(&json, RULES_JSON_MAX + 1);
	buf_init(&report, REPORT_MAX);
	buf_z(&json, "{\"rules\":[");
	for (unsigned i = 0; i <= RULES_MAX; i++) {
		buf_printf(&json, "%s{\"name\":\"r%u\",\"event\":\"delivery\","
		    "\"code\":\"deny\",\"when\":{\"blocked\":true}}",
		    i > 0 ? "," : "", i);
	}
	buf_z(&json, "]}");
	assert_false(reads(buf_c(&json), &report));
	assert_non_null(strstr(buf_c(&report), "rules are more than 64"));

	buf_clear(&json);
	buf_z(&json, "{\"rules\":[{\"name\":\"r\",\"event\":\"delivery\","
	    "\"code\":\"deny\",\"when\":{\"country\":[\"DE\"");
	for (unsigned i = 0; i < RULES_WORDS_MAX; i++) {
		buf_z(&json, ",\"DE\"");
	}
	buf_z(&json, "]}}]}");
	assert_false(reads(buf_c(&json), &report));
	assert_non_null(strstr(buf_c(&report), "one word too many"));

	buf_clear(&json);
	assert_non_null(buf_space(&json, RULES_JSON_MAX + 1));
	memset(json.p, ' ', json.n);
	assert_false(rules_check(buf_view(&json), "r", &book, &report));
	buf_done(&json);
	buf_done(&report);
}

/* What is kept is what was put, and the built-in ones can be copied. */
static void
written_and_read_again(void **state UNUSED)
{
	struct buf first, second;
	struct jsonw w;

	buf_init(&first, RULES_JSON_MAX);
	buf_init(&second, RULES_JSON_MAX);
	jsonw_init(&w, &first);
	rules_write(&rules_builtin, RULES_MONITOR, &w);
	assert_int_equal(buf_err(&first), ERR_NONE);
	must_read(buf_c(&first));
	assert_int_equal(book.mode, RULES_MONITOR);
	assert_int_equal(book.set.n, rules_builtin.n);
	jsonw_init(&w, &second);
	rules_write(&book.set, book.mode, &w);
	assert_string_equal(buf_c(&first), buf_c(&second));
	buf_done(&first);
	buf_done(&second);
}

static void
reasons(void **state UNUSED)
{
	struct signals s = {.has_amount = true, .amount = 5000000};
	char text[1024];
	struct decision d;
	struct buf b;
	struct jsonw w;

	must_read(ONE("\"when\":{\"amount\":{\"at_least\":\"delivery_from\","
	    "\"below\":\"999.50\"},\"blocked\":false,"
	    "\"country\":{\"known\":false},\"custom.x\":{\"known\":false}}"));
	d = decision_make(DECISION_DELIVERY, &s, &policy, &book.set);
	buf_fixed(&b, text, sizeof(text));
	jsonw_init(&w, &b);
	decision_reasons(&d, &policy, &w);
	assert_string_equal(text, "[\"amount is at least delivery_from (100)\","
	    "\"amount is below 999.5\",\"blocked is false\","
	    "\"country is not known\",\"custom.x is not known\"]");
	must_read(ONE("\"reason\":\"We say so.\""));
	d = decision_make(DECISION_DELIVERY, &s, &policy, &book.set);
	buf_fixed(&b, text, sizeof(text));
	jsonw_init(&w, &b);
	decision_reasons(&d, &policy, &w);
	assert_string_equal(text, "[\"We say so.\"]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions),
		cmocka_unit_test(first_match_wins),
		cmocka_unit_test(the_floor),
		cmocka_unit_test(speed_and_trust),
		cmocka_unit_test(line_and_reason),
		cmocka_unit_test(no_more_than_fits),
		cmocka_unit_test(written_and_read_again),
		cmocka_unit_test(reasons),
	};

	policy = policy_default();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

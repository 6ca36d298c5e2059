#include "config/provider_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"
#include "domain/template.h"

static struct providers all;

#define KANNEL "[kannel]\nprofile = kannel\n" \
	"url = http://127.0.0.1:13013/cgi-bin/sendsms\n" \
	"account = shop\nsecret_file = /x\n"

static void
taken(const char *text)
{
	struct buf reason;

	buf_init(&reason, CONFIG_REASON_MAX);
	all = (struct providers){0};
	(void)!provider_file_parse("f", str_of(text), &all, &reason);
	assert_string_equal(buf_c(&reason), "");
	buf_done(&reason);
}

/* Refused, with wanted among the reasons; what there was stays. */
static void
refused(const char *text, const char *wanted)
{
	struct buf reason;

	buf_init(&reason, CONFIG_REASON_MAX);
	all.n = 77;
	assert_false(provider_file_parse("f", str_of(text), &all, &reason));
	assert_int_equal(all.n, 77);
	if (strstr(buf_c(&reason), wanted) == NULL) {
		fail_msg("without \"%s\":\n%s", wanted, buf_c(&reason));
	}
	buf_done(&reason);
}

static void
test_profile_and_over_it(void **state)
{
	const struct provider *p;

	(void)state;
	taken(KANNEL "countries = +49 +43\nfield.charset = ISO-8859-1\n"
	    "[call]\nprofile = generic_voice\nurl = https://x.example/\n"
	    "secret_file = /y\n");
	assert_int_equal(all.n, 2);
	p = provider_for(&all, CHANNEL_SMS);
	assert_ptr_equal(p, provider_find(&all, STR("kannel")));
	assert_string_equal(provider_get_z(p, PROVIDER_method), "GET");
	assert_string_equal(provider_get_z(p, PROVIDER_account), "shop");
	assert_null(provider_get_z(p, PROVIDER_ca_file));
	for (unsigned i = 0; i < p->fields.n; i++) {
		if (strcmp(p->fields.v[i].name, "charset") == 0) {
			assert_string_equal(p->fields.v[i].value,
			    "ISO-8859-1");
		}
	}
	p = provider_for(&all, CHANNEL_VOICE);
	assert_string_equal(p->name, "call");
	assert_null(provider_find(&all, STR("twilio")));
}

static void
test_every_profile(void **state)
{
	struct buf names, text;
	struct str rest, name;

	(void)state;
	buf_init(&names, 1024);
	buf_init(&text, 1024);
	provider_profiles(&names);
	rest = buf_view(&names);
	while (str_split(&rest, ' ', &name)) {
		buf_clear(&text);
		buf_printf(&text, "[p]\nprofile = %.*s\nurl = https://h/\n"
		    "account = a\nsecret_file = /x\nsender = s\n",
		    STR_ARG(name));
		if (str_ends(name, STR("_call"))) {
			buf_z(&text, "receipts_url = https://r/\n"
			    "receipts_token_file = /x\n");
		}
		taken(buf_c(&text));
		assert_int_equal(all.n, 1);
	}
	buf_done(&names);
	buf_done(&text);
}

static void
test_problems(void **state)
{
	(void)state;
	refused("[Kannel]\n", "f:1: there is no section [Kannel]");
	refused("[a]\nprofile = nobody\n", "f:2: there is no such profile");
	refused("[a]\nurl = x\nprofile = kannel\n", "f:3: profile must stand");
	/* S95: what asks for a key is heard by machines too. */
	refused("[a]\nprofile = twilio_call\ncall_ask = {speech}\n",
	    "must not say the code");
	refused("[a]\nprofile = twilio_call\n", "needs receipts_url");
	refused("[a]\nprofile = twilio_call\ncall_say = x\n",
	    "{speech} in call_say");
	refused(KANNEL "call_type = xml\n", "is for a voice");
	refused(KANNEL "colour = red\n", "f:6: there is no setting colour");
	refused(KANNEL "account = x\n", "is given twice");
	refused(KANNEL "field.a b = x\n", "f:6: a name has letters");
	refused(KANNEL "body = {nobody}\ncountries = 49\n",
	    "f: [kannel]: body has a {word} that is none");
	refused(KANNEL "countries = 49\n", "countries has prefixes");
	refused(KANNEL "accepted_status = 2xx\n", "accepted_status");
	refused(KANNEL "answer_code = /x\n", "answer_code must be json:");
	refused(KANNEL "connections = 0\n", "connections must be");
	refused(KANNEL "receipts_url = https://x\n", "receipts_token_file");
	refused(KANNEL "senders = Shop, evil.example\n", "senders must be");
	refused(KANNEL "sim_swap_url = http://x.example/\n", "sim_swap_url");
	refused(KANNEL "sim_swap_url = https://x/\n"
	    "sim_swap_token_url = http://x.example/\n",
	    "sim_swap_token_url must begin with https://");
	refused(KANNEL "sim_swap_url = https://x/\n"
	    "sim_swap_token_url = https://x/\nsim_swap_client = y\n",
	    "sim_swap_token_url needs");
	refused("[a]\nprofile = generic_json\nurl = https://x/\n",
	    "[a]: secret_file is needed");
	refused("[a]\nchannel = sms\nurl = https://x/\n",
	    "{text} is sent nowhere");
}

/* S97: nothing readable leaves this machine unless somebody says so. */
static void
test_plain(void **state)
{
	static const char a[] = "[a]\nchannel = sms\nfield.t = {text}{to}\n";
	char text[200];

	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		(void)snprintf(text, sizeof(text), "%surl = http://10.0.0.1/\n"
		    "plain = %s\n", a, plain ? "yes" : "no");
		if (plain) {
			taken(text);
		} else {
			refused(text, "use https");
		}
	}
	(void)snprintf(text, sizeof(text), "%surl = http://127.0.0.1.evil/\n",
	    a);
	refused(text, "use https");
	(void)snprintf(text, sizeof(text), "%surl = https://{to}.evil/\n", a);
	refused(text, "needs a host");
	(void)snprintf(text, sizeof(text), "%surl = ftp://x/\n", a);
	refused(text, "must begin with https");
}

static void
expands(const char *t, enum template_place place, const char *wanted)
{
	struct str values[TEMPLATE_WORD_COUNT] = {
		[TEMPLATE_TEXT] = STR_INIT("a\"b<c>&d\n+\\"),
		[TEMPLATE_TO] = STR_INIT("+49"),
	};
	struct buf out;

	buf_init(&out, 256);
	assert_null(template_flaw(str_of(t)));
	template_expand(str_of(t), place, values, &out);
	assert_string_equal(buf_c(&out), wanted);
	buf_done(&out);
}

static void
test_template(void **state)
{
	(void)state;
	expands("{to}{", TEMPLATE_PLAIN, "+49{");
	expands("x={to}&{}", TEMPLATE_URL, "x=%2B49&{}");
	expands("{\"a\":\"{text}\"}", TEMPLATE_JSON,
	    "{\"a\":\"a\\\"b<c>&d\\u000a+\\\\\"}");
	expands("<s>{text}</s>", TEMPLATE_XML,
	    "<s>a&quot;b&lt;c&gt;&amp;d\n+\\</s>");
	expands("{text|json}", TEMPLATE_URL,
	    "a%5C%22b%3Cc%3E%26d%5Cu000a%2B%5C%5C");
	assert_non_null(template_flaw(STR("{to")));
	assert_non_null(template_flaw(STR("{to|html}")));
	assert_non_null(template_flaw(STR("{too}")));
}

/* S39 */
static void
test_countries(void **state)
{
	static const struct { const char *number, *list; int rule; } rows[] = {
		{"+491701234567", "", NUMBER_COUNTRY},
		{"+491701234567", "+49 +43", NUMBER_ALLOWED},
		{"+431701234567", "+49 +43", NUMBER_ALLOWED},
		{"+411701234567", "+49 +43", NUMBER_COUNTRY},
		{"+491701234567", "+", NUMBER_COUNTRY},
		{"+881612345678", "+88", NUMBER_PREMIUM},
		{"+881612345678", "+881", NUMBER_PREMIUM},
		{"+979123456789", "+9", NUMBER_PREMIUM},
		{"+880171234567", "+880", NUMBER_ALLOWED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct e164 number;

		assert_int_equal(e164_parse(str_of(rows[i].number), &number),
		    FLAW_NONE);
		assert_int_equal(number_rule_of(&number,
		    str_of(rows[i].list)), rows[i].rule);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_profile_and_over_it),
		cmocka_unit_test(test_every_profile),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_countries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What a profile makes of a message on the wire, and of the answer.
 */
#include "gateway_fixture.h"

static void
assert_has(const char *pointer, const char *wanted)
{
	char text[8192];

	last(pointer, text, sizeof(text));
	if (strstr(text, wanted) == NULL) {
		fail_msg("%s is %s, without %s", pointer, text, wanted);
	}
}

static void
answers(const char *profile, const char *scenario, enum sent_result result,
    const char *reason, const char *reference)
{
	struct seen seen;

	use(profile, scenario, "");
	seen = send_sms();
	assert_string_equal(seen.reason, reason);
	assert_int_equal(seen.sent.result, result);
	assert_string_equal(seen.reference, reference);
}

static void
test_form(void **state)
{
	(void)state;
	use("twilio", "ok", "receipts_url = https://otp.shop.example/\n"
	    "receipts_token_file = /nowhere\n");
	(void)send_sms();
	assert_has("/method", "POST");
	assert_has("/target", "/a%2Fc/send");
	assert_has("/body", "To=%2B491701234567&From=Shop%20%26%20Co&Body=");
	assert_has("/body", "407123");
	assert_has("/body", "&StatusCallback=https%3A%2F%2Fotp.shop.example"
	    "%2Fv1%2Fproviders%2Ftest%2Freceipts%3Ftoken%3Dt0k%252B");
	use("twilio", "ok", "");
	(void)send_sms();
	assert_has("/body", "407123");
	for (int i = 0; i < 12; i++) {
		char pointer[24], text[1024];

		(void)snprintf(pointer, sizeof(pointer), "/headers/%d", i);
		last(pointer, text, sizeof(text));
		if (strcmp(text, "Authorization: Basic "
		    "YS9jOnMzY3IzdA==") == 0) {
			return;
		}
	}
	fail_msg("no Authorization");
}

static void
sends_as(const char *senders, const char *sender, const char *wanted)
{
	struct fixture f;
	char more[128];

	(void)snprintf(more, sizeof(more), "connections = 4\nsenders = %s\n",
	    senders);
	use("twilio", "ok", more);
	fixture_sms(&f, 1);
	f.m.sender = str_of(sender);
	(void)send_by(&f);
	fixture_done(&f);
	assert_has("/body", wanted);
}

/* A tenant's sender, from a provider that sends as it; its own otherwise. */
static void
test_sender(void **state)
{
	(void)state;
	sends_as("Books, 12345", "Books", "&From=Books&Body=");
	sends_as("Books, 12345", "12345", "&From=12345&Body=");
	sends_as("Books, 12345", "Toys", "&From=Shop%20%26%20Co&Body=");
	sends_as("Books, 12345", "", "&From=Shop%20%26%20Co&Body=");
	sends_as("*", "Toys", "&From=Toys&Body=");
	sends_as("", "Toys", "&From=Shop%20%26%20Co&Body=");
}

static void
test_query(void **state)
{
	(void)state;
	use("kannel", "ok", "");
	(void)send_sms();
	assert_has("/method", "GET");
	assert_has("/target", "/a%2Fc/send?username=a%2Fc&password=s3cr3t&"
	    "from=Shop%20%26%20Co&to=%2B491701234567&text=");
	assert_has("/target", "&charset=UTF-8&coding=0&dlr-mask=19");
}

/* The text has a line break and quotation marks cannot end the string. */
static void
test_json(void **state)
{
	char body[8192], value[4096];
	struct buf out;

	(void)state;
	use("generic_json", "ok", "sender = \"Shop\\\"\n");
	(void)send_sms();
	last("/body", body, sizeof(body));
	buf_fixed(&out, value, sizeof(value));
	assert_true(json_find(str_of(body), STR("/from"), &out));
	assert_string_equal(value, "\"Shop\\\"");
	buf_fixed(&out, value, sizeof(value));
	assert_true(json_find(str_of(body), STR("/text"), &out));
	assert_non_null(strstr(value, "\n@shop.example #407123"));
}

/* S95: as far as the provider's interface says it; marked up and escaped. */
static void
test_voice(void **state)
{
	struct fixture f;
	char body[8192], value[8192];
	struct buf out;

	(void)state;
	use("generic_voice", "ok", "");
	fixture_voice(&f, 1);
	(void)send_by(&f);
	fixture_done(&f);
	last("/body", body, sizeof(body));
	buf_fixed(&out, value, sizeof(value));
	assert_true(json_find(str_of(body), STR("/ssml"), &out));
	assert_non_null(strstr(value, "<speak><prosody rate=\"slow\">"));
	assert_non_null(strstr(value, "ller &amp; S"));
	assert_non_null(strstr(value, "4, 0, 7, 1, 2, 3"));
	buf_fixed(&out, value, sizeof(value));
	assert_true(json_find(str_of(body), STR("/wait_for_key"), &out));
	assert_string_equal(value, "true");
}

static void
test_answers(void **state)
{
	struct seen seen;

	(void)state;
	answers("generic_json", "ok", SENT_ACCEPTED, "accepted", "abc-1");
	answers("aws_sns_style", "ok-xml", SENT_ACCEPTED, "accepted", "id-7");
	answers("generic_json", "ok-empty", SENT_ACCEPTED, "accepted", "");
	answers("vonage", "ok-code", SENT_PERMANENT, "provider_29", "");
	answers("vonage", "ok", SENT_TEMPORARY, "http_200", "");
	answers("twilio", "status-400-code", SENT_PERMANENT, "provider_21211",
	    "");
	answers("generic_json", "status-404", SENT_PERMANENT, "http_404", "");
	answers("generic_json", "status-500", SENT_TEMPORARY, "http_500", "");
	answers("generic_json", "status-301", SENT_TEMPORARY, "http_301", "");
	answers("generic_json", "reset", SENT_TEMPORARY, "broken_off", "");
	answers("generic_json", "no-http", SENT_TEMPORARY, "broken_off", "");
	answers("generic_json", "hang", SENT_TEMPORARY, "timeout", "");
	answers("generic_json", "hang-body", SENT_TEMPORARY, "timeout", "");
	/* A gigabyte: its status counts, and what was read of it. */
	answers("generic_json", "flood", SENT_ACCEPTED, "accepted", "");
	answers("generic_json", "status-429", SENT_TEMPORARY, "http_429", "");
	seen = send_sms();
	assert_int_equal(seen.sent.wait.v, 17000);
	answers("kannel", "ok", SENT_ACCEPTED, "accepted",
	    "msg_00000000000000000000000000000000000g");
}

/* As often as there are messages, all at once. */
static void
send_more(struct carrier c, struct fixture *f, unsigned n, struct seen *seen)
{
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(carrier_submit(c, &f->m, FIXTURE_NOW, done,
		    seen), ERR_NONE);
	}
	while (carrier_pending(c) > 0) {
		assert_int_equal(carrier_run(c, FIXTURE_NOW, SECONDS(1)),
		    ERR_NONE);
	}
}

/* To the provider of the last use(), four at once. */
static struct carrier
wide_gateway(void)
{
	struct gateway_options o = {
		.provider = &providers.v[0], .secret = &secret,
		.peer = http_out_peer_default(), .limits = {4, 4, 4},
		.clock = clock_system(),
	};
	struct carrier c;

	assert_int_equal(gateway_new(&o, &c), ERR_NONE);
	return c;
}

/*
 * Bug: where kept connections had died, one message was sent over each of
 * them, up to six times; at most twice it is.
 */
static void
test_kept_and_dead(void **state)
{
	struct seen seen = {0};
	struct fixture f;
	struct carrier c;

	(void)state;
	use("generic_json", "once", "");
	fixture_sms(&f, 1);
	c = wide_gateway();
	send_more(c, &f, 4, &seen);
	assert_int_equal(seen.times, 4);
	assert_string_equal(seen.reason, "accepted");
	assert_int_equal(scripted_smtp_count(&server, "once request"), 4);
	send_more(c, &f, 1, &seen);
	assert_int_equal(seen.sent.result, SENT_TEMPORARY);
	assert_string_equal(seen.reason, "broken_off");
	assert_int_equal(scripted_smtp_count(&server, "once request"), 4 + 2);
	carrier_free(c);
	fixture_done(&f);
}

/* S82: no value makes a second header. */
static void
test_no_second_header(void **state)
{
	struct seen seen = {0};
	struct fixture f;
	struct carrier c;

	(void)state;
	use("generic_json", "ok", "header.X-Text = {text}\n");
	fixture_sms(&f, 1);
	c = wide_gateway();
	assert_int_equal(carrier_submit(c, &f.m, FIXTURE_NOW, done, &seen),
	    ERR_RANGE);
	carrier_free(c);
	fixture_done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_sender),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_voice),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_kept_and_dead),
		cmocka_unit_test(test_no_second_header),
	};

	return cmocka_run_group_tests(tests, start_server, stop_server);
}

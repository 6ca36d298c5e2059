#include "wording_fixture.h"

#include "domain/wording_own.h"

#include "domain/gsm7.h"
#include "domain/lint.h"

static void
test_no_language_lacks_a_part(void **state)
{
	struct buf report;

	(void)state;
	buf_init(&report, 65536);
	for (int l = 0; l < LOCALE_COUNT; l++) {
		if (wording_parts_missing((enum locale)l, &report) != 0) {
			fail_msg("%s", buf_c(&report));
		}
	}
	buf_done(&report);
}

static void
lint_one(const struct wording_request *rq)
{
	struct wording w;
	struct lint_message m;
	enum lint found;

	wording_init(&w);
	assert_int_equal(wording_render(rq, &w), ERR_NONE);
	m = (struct lint_message){
		.kind = rq->kind,
		.purpose = rq->purpose, .channel = rq->channel,
		.locale = rq->locale, .subject = header_text_str(&w.subject),
		.text = buf_view(&w.text), .html = buf_view(&w.html),
		.code = rq->code,
	};
	found = lint_message(&m);
	if (found != LINT_CLEAN) {
		fail_msg("%s: %s %s %s:\n%s\n%s\n%s", lint_name(found),
		    locale_name(rq->locale), purpose_name(rq->purpose),
		    channel_name(rq->channel), w.subject.z, buf_c(&w.text),
		    buf_c(&w.html));
	}
	wording_done(&w);
}

/* R67 to R75 over every purpose, channel and language. */
static void
test_lint_all(void **state)
{
	static const char *const codes[] = {
		"4071", "40712", "407123", "0000000", "40712345",
		"407123456", "4071234567",
	};

	(void)state;
	for (int l = 0; l < LOCALE_COUNT; l++) {
		for (int p = 0; p < PURPOSE_COUNT; p++) {
			for (int c = 0; c <= CHANNEL_VOICE; c++) {
				struct wording_request rq = request(
				    (enum purpose)p, (enum channel)c,
				    (enum locale)l);

				for (size_t i = 0; i < 7; i++) {
					rq.code = str_of(codes[i]);
					lint_one(&rq);
				}
			}
		}
	}
}

/* S22, R70, R72 to R74: the same for notices. */
static void
test_lint_notices(void **state)
{
	static const int failures[] = {1, 3, 5, 20, 100};

	(void)state;
	for (int i = 0; i < LOCALE_COUNT * PURPOSE_COUNT * 3 * 2 * 5; i++) {
		struct wording_request rq = notice(
		    (enum message_kind)(1 + i % 2),
		    (enum purpose)(i / 2 % PURPOSE_COUNT),
		    (enum channel)(i / 2 / PURPOSE_COUNT % 3),
		    (enum locale)(i / 6 / PURPOSE_COUNT % LOCALE_COUNT));

		rq.failures =
		    failures[i / 6 / PURPOSE_COUNT / LOCALE_COUNT];
		lint_one(&rq);
	}
}

/* S22, R61 to R65: what happened, when; then home, then what to do. */
static void
test_notice_email(void **state)
{
	struct wording_request rq = notice(MESSAGE_NOTICE_FAILURES,
	    PURPOSE_SIGN_IN, CHANNEL_EMAIL, LOCALE_EN);
	const char *home, *advice;
	struct wording w;

	(void)state;
	wording_init(&w);
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_string_equal(w.subject.z,
	    "A wrong code was entered 5 times in a row at Lindenhof");
	assert_true(has(&w.text, "The latest was meant to sign in."));
	assert_true(has(&w.text, "Time: 18 November at 11:06 UTC\n"));
	assert_true(has(&w.html, "18 November at 11:06 UTC"));
	assert_true(has(&w.html, "<title>A wrong code was entered"));
	home = strstr(buf_c(&w.text), "somebody in your household");
	advice = strstr(buf_c(&w.text), "somebody else knows your password");
	assert_true(home != NULL && advice != NULL && home < advice);
	assert_true(has(&w.text, "wherever else you use the same one, first "
	    "where your bank details are kept"));
	rq.kind = MESSAGE_NOTICE_LATE_SUCCESS;
	rq.failures = 4;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "the right code was entered after 4 wrong "
	    "codes. It was used to sign in."));
	assert_true(has(&w.text, "has signed in to your account"));
	rq.purpose = PURPOSE_DELIVERY;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "It was used for a delivery."));
	assert_false(has(&w.text, "password"));
	rq.locale = LOCALE_DE;
	rq.failures = 1;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "nach einem falschen Code der richtige"));
	assert_true(has(&w.text, "Zeit: 18. November, 11:06 UTC\n"));
	wording_done(&w);
}

/* S92: what does not fit is left out, the least important first. */
static void
test_notice_sms(void **state)
{
	struct display_text long_brand =
	    display("Lindenhofer Versandhandels-Kontor GmbH");
	struct display_text kanji = display("\xe5\xb1\xb1\xe7\x94\xb0");
	static const char *const dates[LOCALE_COUNT] = {
		"30 September", "30. September", "30/09", "30/09", "30/09",
		"30/09", "30/09", "30.09", "30/09", "9月30日",
	};
	struct wording w;

	(void)state;
	wording_init(&w);
	for (int i = 0; i < LOCALE_COUNT * PURPOSE_COUNT * 2; i++) {
		struct wording_request rq = notice(
		    (enum message_kind)(1 + i % 2),
		    (enum purpose)(i / 2 % PURPOSE_COUNT), CHANNEL_SMS,
		    (enum locale)(i / 2 / PURPOSE_COUNT));

		rq.at.v = INT64_C(1790779500000);	/* 30 September */
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		/* In Hindi, 70 characters do not hold both. */
		if ((rq.locale != LOCALE_HI ||
		    rq.kind == MESSAGE_NOTICE_FAILURES) &&
		    !has(&w.text, dates[rq.locale])) {
			fail_msg("without its time: %s", buf_c(&w.text));
		}
		rq.brand = &long_brand;
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		rq.brand = &kanji;
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		assert_true(gsm7_one_segment(buf_view(&w.text)));
		assert_true(has(&w.text, "5"));
	}
	wording_done(&w);
}

/* S15: in every language and channel: how often, and how long the block is. */
static void
test_payer_notices(void **state)
{
	struct display_text long_brand =
	    display("Lindenhofer Versandhandels-Kontor GmbH");
	struct wording w;

	(void)state;
	wording_init(&w);
	for (int i = 0; i < LOCALE_COUNT * 6; i++) {
		struct wording_request rq = notice(i % 2 == 0
		    ? MESSAGE_NOTICE_LAST_TRY : MESSAGE_NOTICE_BLOCKED,
		    PURPOSE_TRANSACTION, (enum channel)(i / 2 % 3),
		    (enum locale)(i / 6));

		rq.expires_in = MINUTES(37);
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		if (!has(&w.text, "37") &&
		    !(rq.channel == CHANNEL_SMS &&
		    rq.kind == MESSAGE_NOTICE_LAST_TRY)) {
			fail_msg("not how long: %s", buf_c(&w.text));
		}
		rq.brand = &long_brand;
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	}
	wording_done(&w);
}

/* S5: there is no way to a notice with a code. */
static void
test_notice_has_no_code(void **state)
{
	struct wording_request rq = notice(MESSAGE_NOTICE_FAILURES,
	    PURPOSE_SIGN_IN, CHANNEL_EMAIL, LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.code = STR("407123");
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	rq.code = STR("");
	rq.failures = 0;
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	wording_done(&w);
}

/* S47, S49: amount and payee, and unlike a sign-in. */
static void
test_transaction(void **state)
{
	struct wording_request rq = request(PURPOSE_TRANSACTION,
	    CHANNEL_EMAIL, LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "Amount: 129.00 EUR\n"));
	assert_true(has(&w.text, "Payee: Stadtwerke Bad M\xc3\xbcnster\n"));
	assert_true(has(&w.html, "129.00 EUR"));
	assert_false(has(&w.text, "sign-in"));
	rq.locale = LOCALE_DE;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "Betrag: 129,00 EUR\n"));
	rq.channel = CHANNEL_SMS;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "129,00 EUR"));
	assert_true(has(&w.text, "Stadtwerke Bad M\xc3\xbcnster"));
	rq.facts[FACT_PAYEE] = NULL;
	assert_int_equal(wording_render(&rq, &w), ERR_MISSING);
	assert_int_equal(w.text.n, 0);
	wording_done(&w);
}

/* R58, R60 to R65: what triggered the code, and so what it may mean. */
static void
test_says_what_triggered_it(void **state)
{
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_EMAIL,
	    LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "has just entered the right password"));
	assert_true(has(&w.text, "somebody in your household"));	/* R61 */
	assert_true(has(&w.text, "somebody else knows your password"));
	assert_true(has(&w.text, "wherever else you use the same one, first "
	    "where your bank details are kept"));	/* R62, R65 */
	rq.purpose = PURPOSE_PASSWORD_RESET;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "asked to set a new password"));
	assert_true(has(&w.text, "your password has not been changed"));
	assert_false(has(&w.text, "knows your password"));
	rq.purpose = PURPOSE_DELIVERY;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "a code of their own"));	/* R36 */
	assert_false(has(&w.text, "knows your password"));
	wording_done(&w);
}

static void
test_email_code_and_time(void **state)
{
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_EMAIL,
	    LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.expires_in = (duration_ms){299 * 1000};
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "\n    407 123\n"));
	assert_true(has(&w.html, ">407 123<"));
	assert_true(has(&w.html, "<html lang=\"en\">"));
	assert_true(has(&w.text, "for 5 minutes"));
	assert_string_equal(w.subject.z, "Your sign-in code for Lindenhof");
	rq.expires_in = (duration_ms){100};
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "for one minute"));
	rq.expires_in = HOURS(24);
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "for 24 hours"));
	rq.purpose = PURPOSE_DELIVERY;		/* R14 */
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "until the end of today at the address"));
	rq.locale = LOCALE_DE;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.html, "<html lang=\"de\">"));
	wording_done(&w);
}

/* Names are data: they cannot become markup. */
static void
test_html_escapes(void **state)
{
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_EMAIL,
	    LOCALE_EN);
	struct display_text evil = display("<script>\"&'</script> {code}");
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.brand = &evil;
	rq.facts[FACT_DEVICE] = &evil;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_false(has(&w.html, "<script"));
	assert_true(has(&w.html,
	    "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt; {code}"));
	assert_true(has(&w.text, "Device: <script>\"&'</script> {code}\n"));
	wording_done(&w);
}

/* S91, S92: one segment; the last line is exactly "@host #code". */
static void
test_sms(void **state)
{
	struct display_text long_brand =
	    display("Lindenhofer Versandhandels-Kontor GmbH");
	struct display_text kanji = display("\xe5\xb1\xb1\xe7\x94\xb0");
	struct display_text long_payee =
	    display("Gemeinn\xc3\xbctzige Wohnungsbaugesellschaft AG");
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_SMS,
	    LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(str_ends(buf_view(&w.text),
	    STR("\n@shop.example #407123")));
	rq.host = STR("a-very-long-name-of-a-department.of-some.shop.example");
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(gsm7_one_segment(buf_view(&w.text)));
	rq.host = STR("");
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_false(has(&w.text, "@"));
	rq.brand = &kanji;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(gsm7_one_segment(buf_view(&w.text)));
	assert_true(has(&w.text, "407123"));
	for (int l = 0; l < LOCALE_COUNT; l++) {
		rq = request(PURPOSE_TRANSACTION, CHANNEL_SMS,
		    (enum locale)l);
		rq.brand = &long_brand;
		rq.facts[FACT_PAYEE] = &long_payee;
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		assert_true(has(&w.text, long_payee.z));
	}
	rq.brand = &kanji;
	assert_int_equal(wording_render(&rq, &w), ERR_LIMIT);
	wording_done(&w);
}

/*
 * Android's SMS Retriever: the app's line is there exactly when the tenant has
 * one, before the host's, which stays the last; and it counts (S91, S92).
 */
static void
test_app_hash(void **state)
{
	struct str hash = STR("FA+9qCX9VSu");
	struct display_text long_brand =
	    display("Lindenhofer Versandhandels-Kontor GmbH");
	struct display_text kanji = display("\xe5\xb1\xb1\xe7\x94\xb0");
	struct wording w;

	(void)state;
	wording_init(&w);
	for (int p = 0; p < PURPOSE_COUNT; p++) {
		for (int l = 0; l < LOCALE_COUNT; l++) {
			struct wording_request rq = request((enum purpose)p,
			    CHANNEL_SMS, (enum locale)l);

			assert_int_equal(wording_render(&rq, &w), ERR_NONE);
			assert_false(has(&w.text, hash.p));
			rq.app_hash = hash;
			assert_int_equal(wording_render(&rq, &w), ERR_NONE);
			/* 70 signs do not hold a payee as well. */
			assert_true(has(&w.text, "\nFA+9qCX9VSu") ||
			    (p == PURPOSE_TRANSACTION && (l == LOCALE_HI ||
			    l == LOCALE_JA)));
			assert_true(gsm7_one_segment(buf_view(&w.text)));
			rq.host = STR("");
			assert_int_equal(wording_render(&rq, &w), ERR_NONE);
			rq.brand = &long_brand;
			assert_int_equal(wording_render(&rq, &w), ERR_NONE);
			assert_true(gsm7_one_segment(buf_view(&w.text)));
			assert_true(has(&w.text, "407123"));
		}
	}
	/* With room for both, the host's line is the last. */
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_SMS,
	    LOCALE_EN);
	rq.app_hash = hash;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(str_ends(buf_view(&w.text),
	    STR("\nFA+9qCX9VSu\n@shop.example #407123")));
	/* It never makes a message longer than it may be. */
	rq.brand = &kanji;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(gsm7_one_segment(buf_view(&w.text)));
	/* A mail and a call have no such line. */
	rq.channel = CHANNEL_EMAIL;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_false(has(&w.text, hash.p));
	rq.channel = CHANNEL_VOICE;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_false(has(&w.text, hash.p));
	wording_done(&w);
}

/* What a tenant writes is measured with the app's line. */
static void
test_app_hash_counts(void **state)
{
	static const struct wording_own own = {PURPOSE_SIGN_IN, LOCALE_EN,
	    OWN_SMS, "{brand}: {code} signs you in. Never share it with "
	    "anyone at all, not even with somebody who says that he works "
	    "here: we never ask for it, nowhere at all."};
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_SMS,
	    LOCALE_EN);
	enum lint lint;
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.own = &own;
	rq.n_own = 1;
	assert_int_equal(wording_preview(&rq, &w, &lint), ERR_NONE);
	assert_string_equal(lint_name(lint), "clean");
	assert_true(w.text.n > 160 - 12 && w.text.n <= 160);
	rq.app_hash = STR("FA+9qCX9VSu");
	assert_int_equal(wording_preview(&rq, &w, &lint), ERR_NONE);
	assert_string_equal(lint_name(lint), "length");
	wording_done(&w);
}

static void
test_bad_requests(void **state)
{
	struct wording_request rq = request(PURPOSE_SIGN_IN, CHANNEL_EMAIL,
	    LOCALE_EN);
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.code = STR("12345a");
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	rq.code = STR("123");
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	rq.code = STR("12345678901");
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	rq.code = STR("123456");
	rq.channel = CHANNEL_TOTP;
	assert_int_equal(wording_render(&rq, &w), ERR_RANGE);
	wording_done(&w);
}

static void
test_locales_and_facts(void **state)
{
	enum fact f;

	(void)state;
	assert_int_equal(locale_best(STR("de")), LOCALE_DE);
	assert_int_equal(locale_best(STR("DE-at")), LOCALE_DE);
	assert_int_equal(locale_best(STR("de_DE.UTF-8")), LOCALE_DE);
	assert_int_equal(locale_best(STR("den")), LOCALE_EN);
	assert_int_equal(locale_best(STR("d")), LOCALE_EN);
	assert_int_equal(locale_best(STR("")), LOCALE_EN);
	assert_int_equal(locale_best(STR("pt-BR")), LOCALE_PT);
	assert_int_equal(locale_best(STR("fr-CA")), LOCALE_FR);
	assert_int_equal(locale_best(STR("ja")), LOCALE_JA);
	assert_int_equal(locale_best(STR("hi-Deva-IN")), LOCALE_HI);
	assert_int_equal(locale_best(STR("zh-Hant")), LOCALE_EN);
	for (int l = 0; l < LOCALE_COUNT; l++) {
		assert_int_equal(locale_best(str_of(locale_name(
		    (enum locale)l))), l);
	}
	for (int i = 0; i < FACT_COUNT; i++) {
		assert_true(fact_parse(str_of(fact_name((enum fact)i)), &f));
		assert_int_equal(f, i);
	}
	assert_false(fact_parse(STR("name"), &f));
}

/* S92; 3GPP TS 23.038 */
static void
test_gsm7(void **state)
{
	char z[400];

	(void)state;
	memset(z, 'x', sizeof(z));
	assert_true(gsm7_one_segment((struct str){z, 160}));
	assert_false(gsm7_one_segment((struct str){z, 161}));
	z[0] = '[';			/* two septets */
	assert_true(gsm7_one_segment((struct str){z, 159}));
	assert_false(gsm7_one_segment((struct str){z, 160}));
	z[0] = '`';			/* outside: UTF-16 */
	assert_true(gsm7_one_segment((struct str){z, 70}));
	assert_false(gsm7_one_segment((struct str){z, 71}));
	for (int i = 0; i < 320; i += 2) {
		memcpy(z + i, "\xc3\xbc", 2);	/* in the alphabet */
	}
	assert_true(gsm7_one_segment((struct str){z, 320}));
	assert_false(gsm7_one_segment((struct str){z, 3}));	/* cut */
	for (int i = 0; i < 144; i += 4) {
		memcpy(z + i, "\xf0\x9f\x93\xa6", 4);	/* two units */
	}
	assert_true(gsm7_one_segment((struct str){z, 140}));
	assert_false(gsm7_one_segment((struct str){z, 144}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_language_lacks_a_part),
		cmocka_unit_test(test_lint_all),
		cmocka_unit_test(test_lint_notices),
		cmocka_unit_test(test_notice_email),
		cmocka_unit_test(test_notice_sms),
		cmocka_unit_test(test_payer_notices),
		cmocka_unit_test(test_notice_has_no_code),
		cmocka_unit_test(test_transaction),
		cmocka_unit_test(test_says_what_triggered_it),
		cmocka_unit_test(test_email_code_and_time),
		cmocka_unit_test(test_html_escapes),
		cmocka_unit_test(test_sms),
		cmocka_unit_test(test_app_hash),
		cmocka_unit_test(test_app_hash_counts),
		cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_locales_and_facts),
		cmocka_unit_test(test_gsm7),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

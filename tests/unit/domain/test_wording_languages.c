/*
 * What differs from language to language, and what must hold in each.
 */
#include "wording_fixture.h"

#include <stdio.h>

/* The largest facts there can be fit every message of every language. */
static void
test_worst_case(void **state)
{
	struct display_text wide;
	char z[DISPLAY_TEXT_MAX + 1];
	struct wording w;

	(void)state;
	for (int i = 0; i < DISPLAY_TEXT_CHARS; i++) {
		memcpy(z + 4 * i, "𠮷", 5);	/* four bytes, two units */
	}
	wide = display(z);
	wording_init(&w);
	for (int i = 0; i < LOCALE_COUNT * PURPOSE_COUNT * 3; i++) {
		struct wording_request rq = request(
		    (enum purpose)(i / 3 % PURPOSE_COUNT), CHANNEL_EMAIL,
		    (enum locale)(i / 3 / PURPOSE_COUNT));

		for (int f = 0; f < FACT_COUNT; f++) {
			rq.facts[f] = &wide;
		}
		rq.kind = (enum message_kind)(i % 3);
		rq.brand = &wide;
		if (message_is_notice(rq.kind)) {
			rq.code = STR("");
			rq.failures = 5;
		}
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	}
	wording_done(&w);
}

/* S92: what the 70 characters of Hindi do not hold goes out in English. */
static void
test_sms_in_english(void **state)
{
	struct display_text payee_long =
	    display("Gemeinnützige Wohnungsbaugesellschaft AG");
	struct wording_request rq = request(PURPOSE_TRANSACTION, CHANNEL_SMS,
	    LOCALE_HI);
	struct wording w;

	(void)state;
	wording_init(&w);
	rq.host = STR("");
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "न बताएँ"));
	rq.facts[FACT_PAYEE] = &payee_long;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "Never share it."));
	assert_true(has(&w.text, payee_long.z));
	assert_true(has(&w.text, "407123"));
	rq.locale = LOCALE_JA;
	assert_int_equal(wording_render(&rq, &w), ERR_NONE);
	assert_true(has(&w.text, "Never share it."));
	wording_done(&w);
}

/* Each language's own signs: decimals, dates, what stands behind a label. */
static void
test_signs(void **state)
{
	static const struct {
		enum locale l;
		const char *amount, *first, *lang;
	} cases[] = {
		{LOCALE_FR, "Montant\u00a0: 129,00 EUR",
		    "Heure\u00a0: 1er décembre à 00:00 UTC", "fr"},
		{LOCALE_ES, "Importe: 129,00 EUR",
		    "Hora: 1 de diciembre, 00:00 UTC", "es"},
		{LOCALE_IT, "Importo: 129,00 EUR",
		    "Ora: 1º dicembre, ore 00:00 UTC", "it"},
		{LOCALE_PT, "Valor: 129,00 EUR",
		    "Horário: 1º de dezembro, 00:00 UTC", "pt"},
		{LOCALE_NL, "Bedrag: 129,00 EUR",
		    "Tijdstip: 1 december om 00:00 UTC", "nl"},
		{LOCALE_PL, "Kwota: 129,00 EUR",
		    "Czas: 1 grudnia, godz. 00:00 UTC", "pl"},
		{LOCALE_HI, "राशि: 129.00 EUR", "समय: 1 दिसंबर, 00:00 UTC",
		    "hi"},
		{LOCALE_JA, "金額：129.00 EUR", "日時：12月1日 00:00 UTC", "ja"},
	};
	char lang[32];
	struct wording w;

	(void)state;
	wording_init(&w);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wording_request rq = request(PURPOSE_TRANSACTION,
		    CHANNEL_EMAIL, cases[i].l);

		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		assert_true(has(&w.text, cases[i].amount));
		(void)snprintf(lang, sizeof(lang), "<html lang=\"%s\">",
		    cases[i].lang);
		assert_true(has(&w.html, lang));
		rq = notice(MESSAGE_NOTICE_FAILURES, PURPOSE_SIGN_IN,
		    CHANNEL_EMAIL, cases[i].l);
		rq.at.v = INT64_C(1796083200000);	/* 2026-12-01 */
		assert_int_equal(wording_render(&rq, &w), ERR_NONE);
		assert_true(has(&w.text, cases[i].first));
	}
	wording_done(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worst_case),
		cmocka_unit_test(test_sms_in_english),
		cmocka_unit_test(test_signs),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

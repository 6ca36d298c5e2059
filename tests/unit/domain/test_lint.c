/*
 * The linter goes red: each case is a good message with one thing wrong.
 */
#include "domain/lint.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define LEAD \
	"Somebody, most likely you, has just entered the right password for " \
	"your account. Never share this code with anybody. We never ask for " \
	"it: not by phone, not by e-mail.\n\n"
#define AFTER \
	"\n\nNobody in your household? Change your password and tell the " \
	"customer service.\n"
#define GOOD LEAD "407 123" AFTER

static struct lint_message
message(const char *text, const char *html)
{
	return (struct lint_message){
		.purpose = PURPOSE_SIGN_IN, .channel = CHANNEL_EMAIL,
		.locale = LOCALE_EN, .subject = STR("Your sign-in code"),
		.text = str_of(text), .html = str_of(html),
		.code = STR("407123"),
	};
}

static void
expect(const struct lint_message *m, enum lint want)
{
	enum lint got = lint_message(m);

	if (got != want) {
		fail_msg("%s: got %s, want %s", m->text.p, lint_name(got),
		    lint_name(want));
	}
}

static void
test_text(void **state)
{
	static const struct { const char *text; enum lint want; } cases[] = {
		{GOOD, LINT_CLEAN},
		{GOOD "{brand}", LINT_PLACEHOLDER},
		{GOOD "https://shop.example/", LINT_LINK},	/* R72 */
		{GOOD "Go to shop.example.", LINT_LINK},
		{GOOD "help@shop", LINT_LINK},
		{LEAD AFTER, LINT_CODE_MISSING},		/* R75 */
		{LEAD "1407 123" AFTER, LINT_CODE_MISSING},
		{LEAD "407 1234" AFTER, LINT_CODE_MISSING},
		{GOOD "407 123", LINT_CODE_REPEATED},
		{"407 123 " LEAD AFTER, LINT_CODE_SHOWN},	/* S90 */
		{GOOD "Enter your password here.", LINT_PERSONAL_DATA},
		{GOOD "Check your card number.", LINT_PERSONAL_DATA},
		{GOOD "Reply with your code.", LINT_PERSONAL_DATA},
		{GOOD "Install our program.", LINT_INSTALL},	/* R74 */
		{GOOD "Get it from the App Store.", LINT_INSTALL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lint_message m = message(cases[i].text, GOOD);

		expect(&m, cases[i].want);
	}
}

/* R66 to R70: without each of its sentences a message is not clean. */
static void
test_warnings(void **state)
{
	static const char *const sentences[] = {
		"Never share", "with anybody", "We never ask for it",
		"in your household", "customer service", "your password",
	};
	char text[sizeof(GOOD)];

	(void)state;
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		struct lint_message m;
		char *at;

		memcpy(text, GOOD, sizeof(GOOD));
		at = strstr(text, sentences[i]);
		assert_non_null(at);
		while (at != NULL) {
			at[0] = 'X';
			at = strstr(text, sentences[i]);
		}
		m = message(text, GOOD);
		expect(&m, LINT_WARNING);
		m = message(GOOD, text);
		expect(&m, LINT_WARNING);
	}
}

/* R69: "never share" alone is wrong at the door, and the door's elsewhere. */
static void
test_families(void **state)
{
	struct lint_message m = message(GOOD, GOOD);

	(void)state;
	m.purpose = PURPOSE_DELIVERY;
	expect(&m, LINT_WARNING);
	m.purpose = PURPOSE_SIGN_IN;
	m.locale = LOCALE_DE;
	expect(&m, LINT_WARNING);
}

static void
test_html(void **state)
{
	static const struct { const char *html; enum lint want; } cases[] = {
		{GOOD "<p>", LINT_CLEAN},
		{GOOD "<img alt=x>", LINT_HTML},
		{GOOD "<A HREF=x>", LINT_HTML},
		{GOOD "<script>", LINT_HTML},
		{GOOD "<p style=\"background:url(x)\">", LINT_HTML},
		{GOOD "shop.example", LINT_LINK},
		{LEAD AFTER, LINT_CODE_MISSING},
		{GOOD "407 123", LINT_CODE_REPEATED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lint_message m = message(GOOD, cases[i].html);

		expect(&m, cases[i].want);
	}
}

static void
test_subject(void **state)
{
	struct lint_message m = message(GOOD, GOOD);

	(void)state;
	m.subject = STR("407123 is your code");
	expect(&m, LINT_CODE_SHOWN);
	m.subject = STR("407 123 is your code");
	expect(&m, LINT_CODE_SHOWN);
	m.subject = STR("Your code for shop.example");
	expect(&m, LINT_LINK);
	m.subject = STR("Your sign-in code for a shop whose name is so very "
	    "long that no mail program shows it");
	expect(&m, LINT_LENGTH);
}

/* R72's one exception is exact (S91). */
static void
test_sms_last_line(void **state)
{
#define SMS "Shop: 407123 is your code. Never share it."
	static const struct { const char *text; enum lint want; } cases[] = {
		{SMS, LINT_CLEAN},
		{SMS "\n@shop.example #407123", LINT_CLEAN},
		{SMS "\n@shop.example  #407123", LINT_LINK},
		{SMS "\n@shop.example #407124", LINT_LINK},
		{SMS "\n@shop.example #407123 ", LINT_LINK},
		{SMS "\n@shop.example/x #407123", LINT_LINK},
		{SMS "\n@shop.example #407123\n", LINT_LINK},
		{SMS " @shop.example #407123", LINT_LINK},
		{SMS "\nshop.example", LINT_LINK},
		{"Never share.\n@shop.example #407123", LINT_CODE_MISSING},
		{SMS " Never tell anybody, whoever asks, and whatever reason "
		    "is given to you, at any time of the day or of the night, "
		    "now or ever.", LINT_LENGTH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lint_message m = message(cases[i].text, "");

		m.channel = CHANNEL_SMS;
		m.subject = STR("");
		expect(&m, cases[i].want);
	}
}

#define NOTICE \
	"At the shop, a wrong code was entered 5 times in a row. Time: " \
	"18 November at 11:06 UTC. Somebody in your household? Otherwise " \
	"change your password and tell the customer service. This message " \
	"contains no code, and we never ask for a code.\n"
#define DOOR_NOTICE \
	"At the shop, a wrong code was entered once. Somebody in your " \
	"household? Otherwise tell the customer service. This message " \
	"contains no code, and we never ask for a code.\n"

/* S22: a notice has nothing that looks like a code, and says its own things. */
static void
test_notices(void **state)
{
	static const struct { const char *text; enum lint want; } cases[] = {
		{NOTICE, LINT_CLEAN},
		{NOTICE "Your code is 407123.", LINT_CODE_SHOWN},
		{NOTICE "4071", LINT_CODE_SHOWN},
		{NOTICE "407 123", LINT_CODE_SHOWN},
		{NOTICE "4, 0, 7, 1", LINT_CODE_SHOWN},
		{NOTICE "See shop.example.", LINT_LINK},	/* R72 */
		{NOTICE "Reply with your code.", LINT_PERSONAL_DATA},
		{NOTICE "Download our program.", LINT_INSTALL},
		{NOTICE "{for}", LINT_PLACEHOLDER},
		{DOOR_NOTICE, LINT_WARNING},	/* no word of a password */
		{GOOD, LINT_CODE_SHOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lint_message m = message(cases[i].text, NOTICE);

		m.kind = MESSAGE_NOTICE_FAILURES;
		m.code = STR("");
		expect(&m, cases[i].want);
	}
}

/* Without each of its sentences; and at a door without that of a password. */
static void
test_notice_phrases(void **state)
{
	static const char *const phrases[] = {
		"wrong code", "in your household", "customer service",
		"contains no code", "never ask for a code", "your password",
	};
	struct lint_message m = message(DOOR_NOTICE, DOOR_NOTICE);
	char text[sizeof(NOTICE)];

	(void)state;
	m.kind = MESSAGE_NOTICE_LATE_SUCCESS;
	m.purpose = PURPOSE_DELIVERY;
	expect(&m, LINT_CLEAN);
	m.text = STR(NOTICE);
	expect(&m, LINT_ADVICE);
	m = message(NOTICE, NOTICE);
	m.kind = MESSAGE_NOTICE_LATE_SUCCESS;
	m.text = str_of(text);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		memcpy(text, NOTICE, sizeof(NOTICE));
		*strstr(text, phrases[i]) = 'X';
		expect(&m, LINT_WARNING);
	}
	m.locale = LOCALE_DE;
	memcpy(text, NOTICE, sizeof(NOTICE));
	expect(&m, LINT_WARNING);
}

/* One bad sentence of each kind for each language (R70, R74), and its own
 * word for a password, which a notice about a door must not have. */
static const struct {
	enum locale l;
	const char *never, *personal, *install, *password;
} bad[] = {
	{LOCALE_EN, "Never share", "Enter your password here.",
	    "Install our program.", "Your password is safe."},
	{LOCALE_DE, "niemals", "Geben Sie Ihr Passwort ein.",
	    "Laden Sie unser Programm.", "Ihr Passwort ist sicher."},
	{LOCALE_FR, "Ne le communiquez jamais",
	    "Saisissez votre mot de passe ici.",
	    "Téléchargez notre programme.",
	    "Votre mot de passe est sûr."},
	{LOCALE_ES, "comparta nunca", "Introduzca su contraseña.",
	    "Descargue nuestro programa.", "Su contraseña es segura."},
	{LOCALE_IT, "Non lo comunichi mai", "Inserisca la Sua password.",
	    "Scarichi il nostro programma.", "La Sua password."},
	{LOCALE_PT, "Nunca o compartilhe", "Digite a sua senha aqui.",
	    "Baixe o nosso programa.", "A sua senha."},
	{LOCALE_NL, "Deel de code nooit", "Voer uw wachtwoord hier in.",
	    "Installeer ons programma.", "Uw wachtwoord is veilig."},
	{LOCALE_PL, "nie podawa", "Proszę podać hasło.",
	    "Proszę pobrać program.", "Hasło do konta."},
	{LOCALE_HI, "न बताएँ", "अपना पासवर्ड डालें।",
	    "हमारा ऐप डाउनलोड करें।", "आपका पासवर्ड।"},
	{LOCALE_JA, "教えないでください", "パスワードを入力してください。",
	    "アプリをインストールしてください。", "パスワードは安全です。"},
};

static struct lint_message
rendered(const struct wording_request *rq, struct wording *w)
{
	assert_int_equal(wording_render(rq, w), ERR_NONE);
	return (struct lint_message){
		.kind = rq->kind, .purpose = rq->purpose,
		.channel = rq->channel, .locale = rq->locale,
		.subject = header_text_str(&w->subject),
		.text = buf_view(&w->text), .html = buf_view(&w->html),
		.code = rq->code,
	};
}

/* A template of ours with z behind it. */
static void
expect_behind(struct lint_message m, const char *z, enum lint want)
{
	struct buf text;

	buf_init(&text, WORDING_TEXT_MAX + 256);
	buf_str(&text, m.text);
	buf_z(&text, z);
	m.text = buf_view(&text);
	expect(&m, want);
	buf_done(&text);
}

/* Our template without a word of its warning. */
static void
expect_without(struct lint_message m, const char *z, enum lint want)
{
	struct buf text;
	char *at;

	buf_init(&text, WORDING_TEXT_MAX);
	buf_str(&text, m.text);
	at = strstr(text.p, z);
	assert_non_null(at);
	for (; at != NULL; at = strstr(at, z)) {
		memset(at, 'X', strlen(z));
	}
	m.text = buf_view(&text);
	expect(&m, want);
	buf_done(&text);
}

/* R39, R67, R70, R74: a bad template goes red in every language. */
static void
test_languages(void **state)
{
	struct display_text brand;
	struct wording w;

	(void)state;
	assert_int_equal(sizeof(bad) / sizeof(bad[0]), LOCALE_COUNT);
	assert_int_equal(display_text_parse(STR("Lindenhof"), &brand),
	    FLAW_NONE);
	wording_init(&w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct wording_request rq = {
			.locale = bad[i].l, .purpose = PURPOSE_DELIVERY,
			.brand = &brand, .code = STR("407123"),
			.expires_in = MINUTES(5), .failures = 3,
		};
		struct lint_message m = rendered(&rq, &w);

		expect(&m, LINT_CLEAN);
		expect_without(m, bad[i].never, LINT_WARNING);
		expect_behind(m, bad[i].personal, LINT_PERSONAL_DATA);
		expect_behind(m, bad[i].install, LINT_INSTALL);
		m.purpose = PURPOSE_SIGN_IN;
		expect(&m, LINT_WARNING);
		rq.kind = MESSAGE_NOTICE_FAILURES;
		rq.code = STR("");
		m = rendered(&rq, &w);
		expect(&m, LINT_CLEAN);
		expect_behind(m, bad[i].password, LINT_ADVICE);
	}
	wording_done(&w);
}

/* S90: what a lock screen shows is counted in characters. */
static void
test_preview_counts_characters(void **state)
{
	struct lint_message m = message(GOOD, GOOD);
	struct buf text;

	(void)state;
	buf_init(&text, 1024);
	for (int i = 0; i < LINT_PREVIEW - 1; i++) {
		buf_z(&text, "字");
	}
	buf_z(&text, "407 123\n" LEAD AFTER);
	m.text = buf_view(&text);
	expect(&m, LINT_CODE_SHOWN);
	buf_done(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_sms_last_line),
		cmocka_unit_test(test_notices),
		cmocka_unit_test(test_notice_phrases),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_preview_counts_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

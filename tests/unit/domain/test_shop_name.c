/*
 * Names that look like other names (S82, S89), and senders of texts and calls.
 */
#include "domain/shop_name.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "domain/sender_id.h"

static void
expect(const char *z, enum flaw want)
{
	struct display_text t = {.n = 7};
	enum flaw got = shop_name_parse(str_of(z), &t);

	if (got != want) {
		fail_msg("\"%s\": got %s, want %s", z, flaw_reason(got),
		    flaw_reason(want));
	}
	if (got == FLAW_NONE) {
		assert_true(str_equal(display_text_str(&t), str_of(z)));
	} else {
		assert_int_equal(t.n, 7);	/* untouched */
	}
}

static void
test_names(void **state)
{
	static const char *const good[] = {
		"Example Shop", "Ada's Books", "Books & Co", "O\xe2\x80\x99Neill",
		"B\xc3\xbc" "cherstube M\xc3\xbcller", "\xc5\x81\xc3\xb3" "d\xc5\xba 24",
		"\xc3\x89" "ditions L\xc2\xb7" "L", "H&M\xc2\xae", "7-Eleven", "1&1",
		/* Vietnamese, Romanian */
		"Ti\xe1\xbb\x87m S\xc3\xa1" "ch", "\xc8\x9a" "ara",
		/* Cyrillic, Greek, Hindi, Japanese, Korean, Thai, Arabic */
		"\xd0\x9a\xd0\xbd\xd0\xb8\xd0\xb3\xd0\xb8",
		"\xce\x92\xce\xb9\xce\xb2\xce\xbb\xce\xaf\xce\xb1",
		"\xe0\xa4\xaa\xe0\xa5\x81\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa4\x95 Shop",
		"\xe6\x9b\xb8\xe5\xba\x97\xe3\x81\xae\xe3\x83\x96\xe3\x83\x83\xe3\x82\xaf Books",
		"\xec\xb1\x85\xeb\xb0\xa9 24", "\xe0\xb8\xab\xe0\xb8\x99\xe0\xb8\xb1\xe0\xb8\x87\xe0\xb8\xaa\xe0\xb8\xb7\xe0\xb8\xad",
		"\xd9\x83\xd8\xaa\xd8\xa8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		expect(good[i], FLAW_NONE);
	}
}

/* Every one of them is read as "PayPal", "Amazon" or the like. */
static void
test_homographs(void **state)
{
	static const struct { const char *z; enum flaw want; } bad[] = {
		{"P\xd0\xb0yP\xd0\xb0l", FLAW_ALPHABETS},	/* Cyrillic a */
		{"Am\xce\xb1zon", FLAW_ALPHABETS},		/* Greek alpha */
		{"\xce\x91mazon", FLAW_ALPHABETS},	/* Greek capital */
		{"B\xd5\xb8" "oks", FLAW_ALPHABETS},		/* Armenian */
		/* Cyrillic throughout: "rourao", "PAYPAX" */
		{"\xd1\x80\xd0\xb0\xd1\x83\xd1\x80\xd0\xb0", FLAW_ALPHABETS},
		{"\xd0\xa0\xd0\x90\xd0\xa3\xd0\xa0\xd0\x90\xd0\xa5", FLAW_ALPHABETS},
		{"\xce\x91\xce\x9c\xce\x91\xce\x96\xce\x9f\xce\x9d", FLAW_ALPHABETS},
		/* Greek and Cyrillic together */
		{"\xce\xbb\xd0\xb6", FLAW_ALPHABETS},
		/* Full width, mathematical, circled, small capitals, IPA */
		{"\xef\xbc\xb0\xef\xbd\x81\xef\xbd\x99\xef\xbd\xb0\xef\xbd\x81\xef\xbd\x8c", FLAW_ALPHABETS},
		{"\xf0\x9d\x90\x8f\xf0\x9d\x90\x9a\xf0\x9d\x90\xb2", FLAW_ALPHABETS},
		{"\xe2\x93\x85" "ay", FLAW_ALPHABETS},
		{"\xe1\xb4\x98" "ay", FLAW_ALPHABETS},
		{"p\xc9\x91y", FLAW_ALPHABETS},
		/* Cherokee, Roman numeral, ligature */
		{"\xe1\x8e\xaa" "mazon", FLAW_ALPHABETS},
		{"\xe2\x85\xbcidl", FLAW_ALPHABETS},
		{"\xef\xac\x81sh", FLAW_ALPHABETS},
		/* A combining accent; an overlay; a mark that ticks a box */
		{"Paypa\xcc\x81l", FLAW_ALPHABETS},
		{"Pay\xcc\xb8pal", FLAW_ALPHABETS},
		{"PayPal \xe2\x9c\x93", FLAW_ALPHABETS},
		/* A slash that is none, blanks that are none, an emoji */
		{"a\xe2\x88\x95" "b", FLAW_ALPHABETS},
		{"Pay\xc2\xa0" "Pal", FLAW_ALPHABETS},
		{"Pay\xe3\x80\x80Pal", FLAW_ALPHABETS},
		{"Shop \xf0\x9f\x94\x92", FLAW_ALPHABETS},
		/* What a display_text refuses before. */
		{"PayPal\r\nBcc: eve@evil.example", FLAW_CONTROL},
		{"\xe2\x80\xaelaPyaP", FLAW_INVISIBLE},
		{"Pay\xe2\x80\x8bPal", FLAW_INVISIBLE},
		{"evil.example", FLAW_LINK}, {"a@b.example", FLAW_LINK},
		{"", FLAW_EMPTY}, {" x", FLAW_BLANK}, {"x\xff", FLAW_UTF8},
		{"12345678901234567890123456789012345678901", FLAW_LENGTH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect(bad[i].z, bad[i].want);
	}
}

static void
test_alike(void **state)
{
	static const char *const pairs[][2] = {
		{"PayPal", "paypal"}, {"PayPal", "PayPaI"}, {"PayPal", "Paypa1"},
		{"PayPal", "Pay-Pal"}, {"PayPal", "Pay Pal!"},
		{"PayPal", "P\xc3\xa1yp\xc4\x85l"}, {"Amazon", "Arnazon"},
		{"Amazon", "Amaz0n"}, {"Wells", "vvells"}, {"IKEA", "ikea"},
		{"IKEA", "lKEA"}, {"M\xc3\xbcller", "Muller"},
		{"\xd0\x9a\xd0\xbd\xd0\xb8\xd0\xb3\xd0\xb8",
		    "\xd0\xba\xd0\xbd\xd0\xb8\xd0\xb3\xd0\xb8"},
	};
	static const char *const others[][2] = {
		{"PayPal", "PayPals"}, {"Books", "Boots"}, {"Mila", "Mlla"},
		{"!!!", "..."}, {"", ""}, {"A", ""}, {"Shop 1", "Shop 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct str a = str_of(pairs[i][0]), b = str_of(pairs[i][1]);

		if (!shop_name_alike(a, b) || !shop_name_alike(b, a)) {
			fail_msg("%s, %s", a.p, b.p);
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (shop_name_alike(str_of(others[i][0]),
		    str_of(others[i][1]))) {
			fail_msg("%s, %s", others[i][0], others[i][1]);
		}
	}
}

static void
expect_sender(enum channel channel, const char *z, enum flaw want)
{
	struct sender_id id = {.n = 7};
	enum flaw got = sender_id_parse(str_of(z), channel, &id);

	if (got != want) {
		fail_msg("\"%s\": got %s, want %s", z, flaw_reason(got),
		    flaw_reason(want));
	}
	if (got == FLAW_NONE) {
		assert_string_equal(id.z, z);
		assert_true(str_equal(sender_id_str(&id), str_of(z)));
	} else {
		assert_int_equal(id.n, 7);
	}
}

/* S82, S94: what goes into a provider's request as it stands. */
static void
test_senders(void **state)
{
	static const struct { const char *z; enum flaw want; } texts[] = {
		{"Books", FLAW_NONE}, {"BOOKS & CO.", FLAW_NONE},
		{"7-Eleven", FLAW_NONE}, {"12345678901", FLAW_SENDER_ID},
		{"ABCDEFGHIJK", FLAW_NONE}, {"ABCDEFGHIJKL", FLAW_LENGTH},
		{"12345", FLAW_NONE}, {"123", FLAW_NONE}, {"12", FLAW_SENDER_ID},
		{"123456789", FLAW_SENDER_ID}, {"+442079460000", FLAW_NONE},
		{"+44", FLAW_E164}, {"+0123456789", FLAW_E164},
		{"+44 20 7946", FLAW_E164}, {"", FLAW_EMPTY},
		{" Books", FLAW_BLANK}, {"Books\r\nX", FLAW_CONTROL},
		{"Books\n", FLAW_CONTROL}, {"B\xc3\xbc" "cher", FLAW_SENDER_ID},
		{"P\xd0\xb0yPal", FLAW_SENDER_ID}, {"a\"b", FLAW_SENDER_ID},
		{"a<b", FLAW_SENDER_ID}, {"a,b", FLAW_SENDER_ID},
		{"a@b", FLAW_SENDER_ID}, {"evil.de", FLAW_LINK},
		{"www.x", FLAW_LINK}, {"x\xe2\x80\xaey", FLAW_INVISIBLE},
		{"---", FLAW_SENDER_ID}, {"x\xff", FLAW_UTF8},
		{"*", FLAW_SENDER_ID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		expect_sender(CHANNEL_SMS, texts[i].z, texts[i].want);
	}
	expect_sender(CHANNEL_VOICE, "+442079460000", FLAW_NONE);
	expect_sender(CHANNEL_VOICE, "Books", FLAW_E164);
	expect_sender(CHANNEL_VOICE, "12345", FLAW_E164);
	expect_sender(CHANNEL_VOICE, "", FLAW_EMPTY);
}

static void
test_lists(void **state)
{
	struct str list = STR("Books, +442079460000,7-Eleven");
	struct sender_id id;

	(void)state;
	assert_true(sender_id_listed(list, STR("Books")));
	assert_true(sender_id_listed(list, STR("+442079460000")));
	assert_true(sender_id_listed(list, STR("7-Eleven")));
	assert_false(sender_id_listed(list, STR("books")));
	assert_false(sender_id_listed(list, STR("Book")));
	assert_false(sender_id_listed(list, STR("")));
	assert_false(sender_id_listed(STR(""), STR("Books")));
	assert_false(sender_id_listed(STR(""), STR("")));
	assert_true(sender_id_listed(STR("*"), STR("Books")));
	assert_false(sender_id_listed(STR("*"), STR("")));
	assert_true(sender_id_list_ok(list, CHANNEL_SMS));
	assert_true(sender_id_list_ok(STR(""), CHANNEL_SMS));
	assert_true(sender_id_list_ok(STR("*"), CHANNEL_VOICE));
	assert_false(sender_id_list_ok(list, CHANNEL_VOICE));
	assert_false(sender_id_list_ok(STR("Books,,X"), CHANNEL_SMS));
	assert_int_equal(sender_id_parse(STR("12345"), CHANNEL_SMS, &id),
	    FLAW_NONE);
	assert_false(sender_id_is_name(&id));
	assert_int_equal(sender_id_parse(STR("1A"), CHANNEL_SMS, &id),
	    FLAW_NONE);
	assert_true(sender_id_is_name(&id));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_homographs),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_senders),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

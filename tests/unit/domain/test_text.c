#include "domain/text.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void
expect(const char *z, enum flaw want)
{
	struct display_text t = {.n = 7};
	enum flaw got = display_text_parse(str_of(z), &t);

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
test_display_accepts(void **state)
{
	static const char *const good[] = {
		"Firefox on Linux", "129.00 EUR", "\xe2\x82\xac 129,00",
		"Stadtwerke M\xc3\xbcnchen", "O'Brien & Sons <Ltd>",
		"Firefox 121.0 on Windows 10.0", "J. R. Tolkien",
		"Order no. 3", "\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e",
		"\xd9\x85\xd8\xad\xd9\x85\xd8\xaf", "1234567890123456789012345678901234567890",
		"Hotel: Adler", "metadata: 3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		expect(good[i], FLAW_NONE);
	}
}

/* S82, S89: refused, never repaired. */
static void
test_display_refuses(void **state)
{
	static const struct { const char *z; enum flaw want; } bad[] = {
		{"", FLAW_EMPTY},
		{"12345678901234567890123456789012345678901", FLAW_LENGTH},
		{" Shop", FLAW_BLANK}, {"Shop ", FLAW_BLANK},
		{"Shop\r\nBcc: eve@evil.example", FLAW_CONTROL},
		{"Shop\n", FLAW_CONTROL}, {"Shop\r", FLAW_CONTROL},
		{"Sh\top", FLAW_CONTROL}, {"Shop\x7f", FLAW_CONTROL},
		{"Shop\xc2\x85" "x", FLAW_CONTROL},		/* NEL */
		{"Shop\xe2\x80\xa8" "x", FLAW_CONTROL},		/* U+2028 */
		{"Shop\xe2\x80\xae" "moc", FLAW_INVISIBLE},	/* U+202E */
		{"Shop\xe2\x81\xa6" "x", FLAW_INVISIBLE},	/* U+2066 */
		{"Sh\xe2\x80\x8b" "op", FLAW_INVISIBLE},	/* U+200B */
		{"Sh\xc2\xad" "op", FLAW_INVISIBLE},
		{"\xef\xbb\xbfShop", FLAW_INVISIBLE},
		{"Shop\xf3\xa0\x81\x81", FLAW_INVISIBLE},	/* tag */
		{"Sh\xff" "op", FLAW_UTF8}, {"Shop\xc3", FLAW_UTF8},
		{"\xc0\x8a", FLAW_UTF8},		/* overlong LF */
		{"see http://evil", FLAW_LINK}, {"ftp://x", FLAW_LINK},
		{"WWW.evil", FLAW_LINK}, {"evil.example", FLAW_LINK},
		{"Go to evil.EXAMPLE now", FLAW_LINK},
		{"eve@evil", FLAW_LINK}, {"mailto:eve", FLAW_LINK},
		{"evil\xe3\x80\x82" "com", FLAW_LINK},	/* U+3002 */
		{"evil\xef\xbc\x8e" "com", FLAW_LINK},	/* U+FF0E */
		{"evil.\xe2\x80\x8c" "com", FLAW_LINK},	/* U+200C */
		{"\xd0\xbf.\xd1\x80\xd1\x84", FLAW_LINK},	/* п.рф */
		{"x.xn--p1ai", FLAW_LINK}, {"bit.ly/x", FLAW_LINK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect(bad[i].z, bad[i].want);
	}
}

static void
test_display_refuses_nul(void **state)
{
	struct display_text t;

	(void)state;
	assert_int_equal(display_text_parse(STR("Sh\0op"), &t), FLAW_CONTROL);
}

static void
test_display_counts_characters(void **state)
{
	char z[DISPLAY_TEXT_MAX + 4];
	struct display_text t;

	(void)state;
	for (size_t i = 0; i < sizeof(z); i += 4) {
		memcpy(z + i, "\xf0\x9f\x93\xa6", 4);
	}
	assert_int_equal(display_text_parse(
	    (struct str){z, DISPLAY_TEXT_MAX}, &t), FLAW_NONE);
	assert_int_equal(display_text_parse(
	    (struct str){z, DISPLAY_TEXT_MAX + 4}, &t), FLAW_LENGTH);
}

static void
test_header_text(void **state)
{
	struct header_text t;

	(void)state;
	assert_int_equal(header_text_parse(STR("A code, from shop.example"),
	    &t), FLAW_NONE);
	assert_string_equal(t.z, "A code, from shop.example");
	assert_int_equal(header_text_parse(STR("A\r\nBcc: x"), &t),
	    FLAW_CONTROL);
	assert_int_equal(header_text_parse(STR("A\0"), &t), FLAW_CONTROL);
	assert_int_equal(header_text_parse(STR(""), &t), FLAW_EMPTY);
}

/* Bytes that are not UTF-8 do not lead the link finder past the end. */
static void
test_link_finder_survives_bad_bytes(void **state)
{
	char bytes[3] = {0};

	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		bytes[0] = 'a';
		bytes[1] = '.';
		bytes[2] = (char)c;
		(void)text_link((struct str){bytes, sizeof(bytes)});
		bytes[0] = (char)c;
		(void)text_link((struct str){bytes, 1});
	}
	assert_int_equal(text_link(STR("no link")), 7);
	assert_int_equal(text_link(STR("go to a.example")), 7);
}

static void
test_every_flaw_has_a_reason(void **state)
{
	(void)state;
	for (int f = 0; f < FLAW_COUNT; f++) {
		assert_non_null(flaw_reason((enum flaw)f));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_display_accepts),
		cmocka_unit_test(test_display_refuses),
		cmocka_unit_test(test_display_refuses_nul),
		cmocka_unit_test(test_display_counts_characters),
		cmocka_unit_test(test_header_text),
		cmocka_unit_test(test_link_finder_survives_bad_bytes),
		cmocka_unit_test(test_every_flaw_has_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "domain/address.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#define LABEL63 \
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define LOCAL64 LABEL63 "l"

static void
expect_email(const char *z, enum flaw want)
{
	struct email e = {.n = 7};
	enum flaw got = email_parse(str_of(z), &e);

	if (got != want) {
		fail_msg("\"%s\": got %s, want %s", z, flaw_reason(got),
		    flaw_reason(want));
	}
	if (got == FLAW_NONE) {
		assert_int_equal(e.n, str_of(z).n);
	} else {
		assert_int_equal(e.n, 7);	/* untouched */
	}
}

static void
test_email_accepts(void **state)
{
	static const char *const good[] = {
		"ada@example.com", "a@b.cd", "Ada.Lovelace@example.com",
		"o'brien+tag@sub.example.co.uk", "x_-{|}~@xn--bcher-kva.example",
		"1@3com.example", LOCAL64 "@example.com",
		"a@" LABEL63 ".example",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		expect_email(good[i], FLAW_NONE);
	}
}

/* S82: what could end a line or open a second recipient is refused. */
static void
test_email_refuses(void **state)
{
	static const struct { const char *z; enum flaw want; } bad[] = {
		{"", FLAW_EMPTY},
		{"ada", FLAW_AT_SIGN},
		{"ada@b@example.com", FLAW_AT_SIGN},
		{"ada@example.com\r\nRCPT TO:<eve@evil.example>", FLAW_CONTROL},
		{"ada@example.com\n", FLAW_CONTROL},
		{"ada\x7f@example.com", FLAW_CONTROL},
		{"ada\t@example.com", FLAW_CONTROL},
		{"<ada@example.com>", FLAW_LOCAL_PART},
		{"ada@example.com>", FLAW_DOMAIN},
		{"ada,eve@example.com", FLAW_LOCAL_PART},
		{"ada@example.com,eve", FLAW_DOMAIN},
		{"ada lovelace@example.com", FLAW_LOCAL_PART},
		{"\"ada\"@example.com", FLAW_LOCAL_PART},
		{"ada(comment)@example.com", FLAW_LOCAL_PART},
		{".ada@example.com", FLAW_LOCAL_PART},
		{"ada.@example.com", FLAW_LOCAL_PART},
		{"a..da@example.com", FLAW_LOCAL_PART},
		{"@example.com", FLAW_LOCAL_PART},
		{LOCAL64 "m@example.com", FLAW_LENGTH},
		{"ada@", FLAW_DOMAIN},
		{"ada@localhost", FLAW_DOMAIN},
		{"ada@example.com.", FLAW_DOMAIN},
		{"ada@.example.com", FLAW_DOMAIN},
		{"ada@example..com", FLAW_DOMAIN},
		{"ada@-example.com", FLAW_DOMAIN},
		{"ada@example-.com", FLAW_DOMAIN},
		{"ada@exam_ple.com", FLAW_DOMAIN},
		{"ada@127.0.0.1", FLAW_DOMAIN},
		{"ada@[127.0.0.1]", FLAW_DOMAIN},
		{"ada@" LABEL63 "l.example", FLAW_DOMAIN},
		{"ada@b\xc3\xbc" "cher.example", FLAW_NOT_ASCII},
		{"\xc3\xa4" "da@example.com", FLAW_NOT_ASCII},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect_email(bad[i].z, bad[i].want);
	}
}

static void
test_email_refuses_nul(void **state)
{
	struct email e;

	(void)state;
	assert_int_equal(email_parse(STR("ada@example.com\0.evil.example"), &e),
	    FLAW_CONTROL);
}

static void
test_email_length_is_bounded(void **state)
{
	char z[300];
	struct email e;
	size_t n = 0;

	(void)state;
	memcpy(z, "a@", 2);
	for (n = 2; n < sizeof(z); n++) {
		z[n] = n % 50 == 0 ? '.' : 'x';
	}
	assert_int_equal(email_parse((struct str){z, EMAIL_MAX}, &e),
	    FLAW_NONE);
	assert_int_equal(e.n, EMAIL_MAX);
	assert_int_equal(email_parse((struct str){z, EMAIL_MAX + 1}, &e),
	    FLAW_LENGTH);
}

/* Rule 5: another spelling is not another limit. */
static void
test_email_canonical(void **state)
{
	struct email e, key;

	(void)state;
	assert_int_equal(email_parse(STR("Ada.L@EXAMPLE.com"), &e), FLAW_NONE);
	assert_string_equal(e.z, "Ada.L@example.com");
	email_canonical(&e, &key);
	assert_string_equal(key.z, "ada.l@example.com");
	assert_true(str_equal(email_domain(&e), STR("example.com")));
}

/* S81 */
static void
test_masks(void **state)
{
	struct email e;
	struct e164 number;
	struct buf out;

	(void)state;
	buf_init(&out, 400);
	assert_int_equal(email_parse(STR("ada@example.com"), &e), FLAW_NONE);
	email_mask(&e, &out);
	assert_string_equal(buf_c(&out),
	    "a\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2@example.com");
	buf_clear(&out);
	assert_int_equal(e164_parse(STR("+491701234567"), &number), FLAW_NONE);
	e164_mask(&number, &out);
	assert_string_equal(buf_c(&out),
	    "+\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2" "67");
	buf_done(&out);
}

/* S94 */
static void
test_e164(void **state)
{
	static const struct { const char *z; enum flaw want; } cases[] = {
		{"+1234567", FLAW_NONE}, {"+123456789012345", FLAW_NONE},
		{"", FLAW_EMPTY}, {"+123456", FLAW_E164},
		{"+1234567890123456", FLAW_E164}, {"+0123456789", FLAW_E164},
		{"491701234567", FLAW_E164}, {"00491701234567", FLAW_E164},
		{"+49 1701234567", FLAW_E164}, {"+4917012345a7", FLAW_E164},
		{"+49170123456\n", FLAW_E164}, {"++4917012345", FLAW_E164},
		{"+\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4", FLAW_E164},
	};
	struct e164 number;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (e164_parse(str_of(cases[i].z), &number) != cases[i].want) {
			fail_msg("\"%s\"", cases[i].z);
		}
	}
	assert_int_equal(e164_parse(STR("+123456\0" "8"), &number), FLAW_E164);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_email_accepts),
		cmocka_unit_test(test_email_refuses),
		cmocka_unit_test(test_email_refuses_nul),
		cmocka_unit_test(test_email_length_is_bounded),
		cmocka_unit_test(test_email_canonical),
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_e164),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

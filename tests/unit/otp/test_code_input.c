#include "otp/code_input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
expect(struct str typed, unsigned length, enum code_input want,
    const char *code)
{
	char got[CODE_SIZE] = "untouched";
	enum code_input result = code_input_read(typed, length, got);

	if (result != want) {
		fail_msg("\"%.*s\": %s, not %s", STR_ARG(typed),
		    code_input_reason(result), code_input_reason(want));
	}
	assert_string_equal(got, want == CODE_INPUT_OK ? code : "untouched");
}

/* S10 */
static void
spaces_and_hyphens_go(void **state UNUSED)
{
	expect(STR("012345"), 6, CODE_INPUT_OK, "012345");
	expect(STR("012 345"), 6, CODE_INPUT_OK, "012345");
	expect(STR("012-345"), 6, CODE_INPUT_OK, "012345");
	expect(STR(" - 0 1 2 -- 3 4 5 - "), 6, CODE_INPUT_OK, "012345");
	expect(STR("0000"), 4, CODE_INPUT_OK, "0000");
	expect(STR("99999 99999"), 10, CODE_INPUT_OK, "9999999999");
}

/* ASVS 1.1.1: nothing else is mapped (Vault, CVE-2025-6014). */
static void
nothing_else_is_a_digit(void **state UNUSED)
{
	static const struct str bad[] = {
		STR_INIT("O12345"), STR_INIT("l12345"), STR_INIT("+12345"),
		STR_INIT("12345a"), STR_INIT("123456\n"), STR_INIT("\t123456"),
		STR_INIT("123456\0"), STR_INIT("\0"), STR_INIT("123.456"),
		STR_INIT("123456\r\n"), STR_INIT("1e5000"), STR_INIT("0x1234"),
		STR_INIT("\xef\xbc\x91" "23456"),	/* full-width 1 */
		STR_INIT("\xd9\xa1" "23456"),		/* Arabic 1 */
		STR_INIT("123\xc2\xa0" "456"),		/* no-break space */
		STR_INIT("123\xe2\x80\x91" "456"),	/* U+2011 hyphen */
		STR_INIT("123\xe2\x80\x93" "456"),	/* en dash */
		STR_INIT("\xff"), STR_INIT("/"), STR_INIT(":"),
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		expect(bad[i], 6, CODE_INPUT_NOT_DIGITS, NULL);
	}
}

static void
lengths(void **state UNUSED)
{
	char many[CODE_INPUT_MAX + 1];

	expect((struct str){NULL, 0}, 6, CODE_INPUT_EMPTY, NULL);
	expect(STR(" - "), 6, CODE_INPUT_EMPTY, NULL);
	expect(STR("12345"), 6, CODE_INPUT_LENGTH, NULL);
	expect(STR("1234567"), 6, CODE_INPUT_LENGTH, NULL);
	for (unsigned n = CODE_LENGTH_MIN; n <= CODE_LENGTH_MAX; n++) {
		for (size_t k = 1; k < 12; k++) {
			expect((struct str){"012345678901", k}, n,
			    k == n ? CODE_INPUT_OK : CODE_INPUT_LENGTH,
			    str_copy((struct str){"012345678901", k}, many,
			    sizeof(many)) ? many : "");
		}
	}
	memset(many, ' ', sizeof(many));
	memcpy(many, "123456", 6);
	expect((struct str){many, CODE_INPUT_MAX}, 6, CODE_INPUT_OK, "123456");
	expect((struct str){many, CODE_INPUT_MAX + 1}, 6, CODE_INPUT_LENGTH,
	    NULL);
	memset(many, '1', sizeof(many));
	expect((struct str){many, CODE_INPUT_MAX}, 6, CODE_INPUT_LENGTH, NULL);
}

static void
reasons(void **state UNUSED)
{
	assert_string_equal(code_input_reason(CODE_INPUT_OK), "ok");
	assert_string_equal(code_input_reason(CODE_INPUT_EMPTY), "empty");
	assert_string_equal(code_input_reason(CODE_INPUT_NOT_DIGITS),
	    "not_digits");
	assert_string_equal(code_input_reason(CODE_INPUT_LENGTH), "length");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces_and_hyphens_go),
		cmocka_unit_test(nothing_else_is_a_digit),
		cmocka_unit_test(lengths),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

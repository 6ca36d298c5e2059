#include "otp/hotp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vectors.h"

static const struct hotp rfc = {
	.hash = HMAC_SHA1,
	.digits = 6,
	.secret = STR_INIT("12345678901234567890"),
};

/* S54, RFC 4226 appendix D */
static void
rfc4226_codes(void **state UNUSED)
{
	json_t *json = vectors_load("hotp-rfc4226.json");
	const json_t *codes = json_object_get(json, "codes");
	struct hotp h = {
		.hash = HMAC_SHA1,
		.digits = (unsigned)vectors_number(json, "digits"),
		.secret = str_of(vectors_text(json, "secret_ascii")),
	};

	assert_int_equal(json_array_size(codes), 10);
	for (size_t i = 0; i < json_array_size(codes); i++) {
		char code[HOTP_CODE_SIZE];

		assert_int_equal(hotp_code(&h, i, code), ERR_NONE);
		assert_string_equal(code,
		    json_string_value(json_array_get(codes, i)));
	}
	json_decref(json);
}

/* Of the same appendix: 1284755224, 1094287082, 137359152 in full. */
static void
more_digits_end_in_fewer(void **state UNUSED)
{
	struct hotp h = rfc;
	char code[HOTP_CODE_SIZE];

	h.digits = 7;
	assert_int_equal(hotp_code(&h, 0, code), ERR_NONE);
	assert_string_equal(code, "4755224");
	h.digits = 8;
	assert_int_equal(hotp_code(&h, 1, code), ERR_NONE);
	assert_string_equal(code, "94287082");
	assert_int_equal(hotp_code(&h, 2, code), ERR_NONE);
	assert_string_equal(code, "37359152");
}

static void
empty_secret_is_refused(void **state UNUSED)
{
	struct hotp h = rfc;
	char code[HOTP_CODE_SIZE] = "x";
	bool found = true;
	uint64_t at = 7;

	h.secret.n = 0;
	assert_int_equal(hotp_code(&h, 0, code), ERR_RANGE);
	assert_string_equal(code, "x");
	assert_int_equal(hotp_check(&h, STR("755224"), 0, 1, &found, &at),
	    ERR_RANGE);
	assert_int_equal(hotp_resync(&h, STR("755224"), STR("287082"), 0, 1,
	    &found, &at), ERR_RANGE);
	assert_true(found && at == 7);
}

static void
expect(const char *code, uint64_t counter, unsigned window, int64_t want)
{
	bool found = false;
	uint64_t at = 777;

	assert_int_equal(hotp_check(&rfc, str_of(code), counter, window,
	    &found, &at), ERR_NONE);
	assert_int_equal(found, want >= 0);
	assert_int_equal(at, want >= 0 ? (uint64_t)want : 777);
}

/* S64, RFC 4226 section 7.4 */
static void
look_ahead_is_exact(void **state UNUSED)
{
	expect("755224", 0, 0, 0);
	expect("287082", 0, 0, -1);
	expect("287082", 0, 1, 1);
	expect("520489", 0, 9, 9);
	expect("520489", 0, 8, -1);
	expect("755224", 1, 10, -1);	/* never back */
	expect("755225", 0, 10, -1);
	expect("75522", 0, 10, -1);
	expect("7552240", 0, 10, -1);
	expect("", 0, 10, -1);
}

static void
resync_needs_neighbours(void **state UNUSED)
{
	bool found = false;
	uint64_t at = 777;

	assert_int_equal(hotp_resync(&rfc, STR("162583"), STR("399871"), 0, 9,
	    &found, &at), ERR_NONE);
	assert_true(found && at == 8);
	at = 777;
	assert_int_equal(hotp_resync(&rfc, STR("162583"), STR("399871"), 0, 7,
	    &found, &at), ERR_NONE);
	assert_false(found);
	assert_int_equal(hotp_resync(&rfc, STR("162583"), STR("520489"), 0, 9,
	    &found, &at), ERR_NONE);
	assert_false(found);
	assert_int_equal(hotp_resync(&rfc, STR("399871"), STR("162583"), 0, 9,
	    &found, &at), ERR_NONE);
	assert_false(found);
	/* CVE-2019-12887: one code twice is no resynchronisation. */
	assert_int_equal(hotp_resync(&rfc, STR("399871"), STR("399871"), 0, 9,
	    &found, &at), ERR_NONE);
	assert_false(found);
	assert_true(at == 777);
}

static void
counter_does_not_wrap(void **state UNUSED)
{
	char last[HOTP_CODE_SIZE];
	bool found;
	uint64_t at;

	assert_int_equal(hotp_code(&rfc, UINT64_MAX, last), ERR_NONE);
	assert_int_equal(hotp_check(&rfc, str_of(last), UINT64_MAX - 1, 10,
	    &found, &at), ERR_NONE);
	assert_true(found && at == UINT64_MAX);
	/* The code of counter 0 is not the one after the last. */
	assert_int_equal(hotp_check(&rfc, STR("755224"), UINT64_MAX - 1, 10,
	    &found, &at), ERR_NONE);
	assert_false(found);
	assert_int_equal(hotp_resync(&rfc, str_of(last), STR("755224"),
	    UINT64_MAX - 1, 10, &found, &at), ERR_NONE);
	assert_false(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc4226_codes),
		cmocka_unit_test(more_digits_end_in_fewer),
		cmocka_unit_test(empty_secret_is_refused),
		cmocka_unit_test(look_ahead_is_exact),
		cmocka_unit_test(resync_needs_neighbours),
		cmocka_unit_test(counter_does_not_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

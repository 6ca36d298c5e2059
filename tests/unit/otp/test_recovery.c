#include "otp/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
text_and_back(void **state UNUSED)
{
	static const struct {
		struct recovery_code code;
		const char *text;
	} cases[] = {
		{{{0}}, "0000-0000-0000-0000"},
		{{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		    "zzzz-zzzz-zzzz-zzzz"},
		{{{0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf}},
		    "0123-4567-89ab-cdef"},
		{{{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, "0000-0000-0000-0001"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[RECOVERY_TEXT_SIZE];
		struct recovery_code back;

		recovery_text(&cases[i].code, text);
		assert_string_equal(text, cases[i].text);
		assert_true(recovery_read(str_of(text), &back));
		assert_memory_equal(&back, &cases[i].code, sizeof(back));
	}
}

static void
what_people_type(void **state UNUSED)
{
	static const char *const same[] = {
		"0123456789abcdef", "0123-4567-89AB-CDEF",
		" 0123 4567 89ab cdef ", "O123-4567-89ab-cdef",
		"oI23-4567-89ab-cdef", "0L23-4567-89ab-cdef",
		"--0-1-2-3-4-5-6-7-8-9-a-b-c-d-e-f--",
	};
	static const char *const bad[] = {
		"", "-", "0123-4567-89ab-cde", "0123-4567-89ab-cdef0",
		"0123-4567-89ab-cdeu", "0123_4567_89ab_cdef",
		"0123-4567-89ab-cde\n", "\t0123-4567-89ab-cdef",
		"0123-4567-89ab-cde\xc3\xa9", "0123-4567-89ab-cde=",
	};
	struct recovery_code want, got;
	char typed[65];

	memset(typed, ' ', sizeof(typed));
	memcpy(typed + 20, "0123456789abcdef", 16);
	assert_true(recovery_read(STR("0123-4567-89ab-cdef"), &want));
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		memset(&got, 0, sizeof(got));
		assert_true(recovery_read(str_of(same[i]), &got));
		assert_memory_equal(&got, &want, sizeof(got));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		got = want;
		if (recovery_read(str_of(bad[i]), &got)) {
			fail_msg("\"%s\" was not refused", bad[i]);
		}
		assert_memory_equal(&got, &want, sizeof(got));
	}
	assert_false(recovery_read((struct str){NULL, 0}, &got));
	assert_true(recovery_read((struct str){typed, 64}, &got));
	assert_false(recovery_read((struct str){typed, 65}, &got));
	assert_false(recovery_read(STR("0123456789abcde\0"), &got));
}

/* S69: ten of 80 bits, all different. */
static void
a_set_is_ten(void **state UNUSED)
{
	static const struct recovery_set zero;
	struct rng rng = rng_system();
	struct recovery_set set = {0};

	assert_int_equal(sizeof(set), 10 * 10);
	assert_int_equal(recovery_new(&rng, &set), ERR_NONE);
	for (int i = 0; i < RECOVERY_COUNT; i++) {
		for (int k = 0; k < i; k++) {
			assert_memory_not_equal(&set.code[i], &set.code[k],
			    RECOVERY_BYTES);
		}
		assert_memory_not_equal(&set.code[i], &zero, RECOVERY_BYTES);
	}
	recovery_wipe(&set);
	assert_memory_equal(&set, &zero, sizeof(set));
}

static enum err
broken_fill(void *ctx UNUSED, void *p, size_t n)
{
	memset(p, 'x', n);
	return ERR_IO;
}

/* S24 */
static void
no_randomness_no_codes(void **state UNUSED)
{
	static const struct recovery_set zero;
	struct rng broken = {.fill = broken_fill};
	struct recovery_set set = {0};

	assert_int_equal(recovery_new(&broken, &set), ERR_IO);
	assert_memory_equal(&set, &zero, sizeof(set));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(what_people_type),
		cmocka_unit_test(a_set_is_ten),
		cmocka_unit_test(no_randomness_no_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

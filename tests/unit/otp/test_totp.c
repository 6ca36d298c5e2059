#include "otp/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vectors.h"

static const struct totp app = {
	.hotp = {HMAC_SHA1, 6, STR_INIT("12345678901234567890")},
	.period_s = TOTP_PERIOD_DEFAULT,
};

static enum hmac_hash
hash_named(const char *name)
{
	return strcmp(name, "sha1") == 0 ? HMAC_SHA1 :
	    strcmp(name, "sha256") == 0 ? HMAC_SHA256 : HMAC_SHA512;
}

/* S55, RFC 6238 appendix B with the seeds of appendix A; S32 */
static void
rfc6238_codes(void **state UNUSED)
{
	json_t *json = vectors_load("totp-rfc6238.json");
	const json_t *codes = json_object_get(json, "codes");
	const json_t *secrets = json_object_get(json, "secrets_ascii");

	assert_int_equal(json_array_size(codes), 18);
	for (size_t i = 0; i < json_array_size(codes); i++) {
		const json_t *one = json_array_get(codes, i);
		const char *name = vectors_text(one, "algorithm");
		struct totp t = {
			.hotp = {
				.hash = hash_named(name),
				.digits = (unsigned)vectors_number(json,
				    "digits"),
				.secret = str_of(vectors_text(secrets, name)),
			},
			.period_s = (unsigned)vectors_number(json, "step_s"),
		};
		unix_ms now = {vectors_number(one, "time") * 1000};
		char code[HOTP_CODE_SIZE];

		assert_int_equal(totp_code(&t, totp_step(&t, now), code),
		    ERR_NONE);
		assert_string_equal(code, vectors_text(one, "code"));
	}
	json_decref(json);
}

/* S28 */
static void
step_borders(void **state UNUSED)
{
	struct totp t = app;

	assert_int_equal(totp_step(&t, (unix_ms){0}), 0);
	assert_int_equal(totp_step(&t, (unix_ms){29999}), 0);
	assert_int_equal(totp_step(&t, (unix_ms){30000}), 1);
	assert_int_equal(totp_step(&t, (unix_ms){-1}), 0);
	assert_int_equal(totp_step(&t, (unix_ms){UNIX_MS_MAX}), 8446743359);
	t.period_s = 1;
	assert_int_equal(totp_step(&t, (unix_ms){1999}), 1);
}

struct outcome {
	enum totp_verdict verdict;
	int64_t step;
};

/* The code of a step, judged in the middle of step 1000. */
static struct outcome
judge(int64_t of, struct totp_window window, int drift, int64_t last)
{
	const unix_ms now = {1000 * 30000 + 15000};
	struct outcome o = {TOTP_WRONG, -7};
	char code[HOTP_CODE_SIZE];

	assert_int_equal(totp_code(&app, of, code), ERR_NONE);
	assert_int_equal(totp_check(&app, str_of(code), now, window, drift,
	    last, &o.verdict, &o.step), ERR_NONE);
	return o;
}

static void
expect(struct outcome o, enum totp_verdict verdict, int64_t step)
{
	assert_int_equal(o.verdict, verdict);
	assert_true(o.step == step);
}

/* S57 */
static void
window_is_one_step_either_way(void **state UNUSED)
{
	for (int64_t of = 990; of <= 1010; of++) {
		bool near = of >= 999 && of <= 1001;

		expect(judge(of, TOTP_WINDOW, 0, TOTP_NO_STEP),
		    near ? TOTP_RIGHT : TOTP_WRONG, near ? of : -7);
		near = of == 999 || of == 1000;
		expect(judge(of, TOTP_WINDOW_STRICT, 0, TOTP_NO_STEP),
		    near ? TOTP_RIGHT : TOTP_WRONG, near ? of : -7);
		near = of == 1000;
		expect(judge(of, (struct totp_window){0, 0}, 0, TOTP_NO_STEP),
		    near ? TOTP_RIGHT : TOTP_WRONG, near ? of : -7);
	}
}

/* S58, RFC 6238 section 5.2: never twice, steps only rise; S23: it is told. */
static void
steps_only_rise(void **state UNUSED)
{
	expect(judge(1000, TOTP_WINDOW, 0, 998), TOTP_RIGHT, 1000);
	expect(judge(1000, TOTP_WINDOW, 0, 999), TOTP_RIGHT, 1000);
	expect(judge(1000, TOTP_WINDOW, 0, 1000), TOTP_REPLAYED, -7);
	expect(judge(999, TOTP_WINDOW, 0, 1000), TOTP_REPLAYED, -7);
	expect(judge(1001, TOTP_WINDOW, 0, 1000), TOTP_RIGHT, 1001);
	expect(judge(1001, TOTP_WINDOW, 0, 5000), TOTP_REPLAYED, -7);
	expect(judge(998, TOTP_WINDOW, 0, 1000), TOTP_WRONG, -7);
}

/* S65 */
static void
drift_moves_the_window(void **state UNUSED)
{
	expect(judge(1003, TOTP_WINDOW, 2, TOTP_NO_STEP), TOTP_RIGHT, 1003);
	expect(judge(1004, TOTP_WINDOW, 2, TOTP_NO_STEP), TOTP_WRONG, -7);
	expect(judge(1000, TOTP_WINDOW, 2, TOTP_NO_STEP), TOTP_WRONG, -7);
	expect(judge(997, TOTP_WINDOW, -2, TOTP_NO_STEP), TOTP_RIGHT, 997);
	expect(judge(996, TOTP_WINDOW, -2, TOTP_NO_STEP), TOTP_WRONG, -7);
}

static void
drift_is_bounded(void **state UNUSED)
{
	const unix_ms now = {1000 * 30000};

	assert_int_equal(totp_drift(&app, now, 1000), 0);
	assert_int_equal(totp_drift(&app, now, 1001), 1);
	assert_int_equal(totp_drift(&app, now, 998), -2);
	assert_int_equal(totp_drift(&app, now, 1003), 2);
	assert_int_equal(totp_drift(&app, now, 0), -2);
	assert_int_equal(totp_drift(&app, now, INT64_MAX), 2);
}

static void
first_steps_of_time(void **state UNUSED)
{
	enum totp_verdict verdict;
	int64_t step = -7;

	/* RFC 4226 appendix D: counter 0. */
	assert_int_equal(totp_check(&app, STR("755224"), (unix_ms){0},
	    TOTP_WINDOW, -2, TOTP_NO_STEP, &verdict, &step), ERR_NONE);
	assert_int_equal(verdict, TOTP_WRONG);
	assert_int_equal(totp_check(&app, STR("755224"), (unix_ms){0},
	    TOTP_WINDOW, 0, TOTP_NO_STEP, &verdict, &step), ERR_NONE);
	assert_int_equal(verdict, TOTP_RIGHT);
	assert_int_equal(step, 0);
}

static void
wrong_lengths(void **state UNUSED)
{
	static const char *const bad[] = {"", "7", "75522", "7552240", "x"};
	enum totp_verdict verdict;
	int64_t step;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(totp_check(&app, str_of(bad[i]), (unix_ms){0},
		    TOTP_WINDOW, 0, TOTP_NO_STEP, &verdict, &step), ERR_NONE);
		assert_int_equal(verdict, TOTP_WRONG);
	}
}

/*
 * Two neighbouring steps with one code, as happens once in a million: the
 * later one is still good after the first was used.
 */
static void
same_code_in_two_steps(void **state UNUSED)
{
	const int64_t later = 910738;
	const struct str code = STR("911617");
	const unix_ms now = {later * 30000};
	char check[HOTP_CODE_SIZE];
	enum totp_verdict verdict;
	int64_t step;

	for (int64_t i = later - 1; i <= later; i++) {
		assert_int_equal(totp_code(&app, i, check), ERR_NONE);
		assert_true(str_equal(str_of(check), code));
	}
	assert_int_equal(totp_check(&app, code, now, TOTP_WINDOW, 0,
	    TOTP_NO_STEP, &verdict, &step), ERR_NONE);
	assert_true(verdict == TOTP_RIGHT && step == later - 1);
	assert_int_equal(totp_check(&app, code, now, TOTP_WINDOW, 0,
	    later - 1, &verdict, &step), ERR_NONE);
	assert_true(verdict == TOTP_RIGHT && step == later);
	assert_int_equal(totp_check(&app, code, now, TOTP_WINDOW, 0,
	    later, &verdict, &step), ERR_NONE);
	assert_int_equal(verdict, TOTP_REPLAYED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc6238_codes),
		cmocka_unit_test(step_borders),
		cmocka_unit_test(window_is_one_step_either_way),
		cmocka_unit_test(steps_only_rise),
		cmocka_unit_test(drift_moves_the_window),
		cmocka_unit_test(drift_is_bounded),
		cmocka_unit_test(first_steps_of_time),
		cmocka_unit_test(wrong_lengths),
		cmocka_unit_test(same_code_in_two_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

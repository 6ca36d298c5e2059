/* The order in which somebody wants his codes: preferred, then back-ups. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "domain/ways.h"

static void
prints(int64_t ways, const char *wanted)
{
	char text[WAYS_TEXT_MAX + 1];
	struct buf out;
	int64_t again = -1;

	buf_fixed(&out, text, sizeof(text));
	ways_print(ways, &out);
	assert_true(str_equal(buf_view(&out), str_of(wanted)));
	assert_true(ways_parse(str_of(wanted), &again));
	assert_int_equal(again, ways);
}

static void
test_order(void **state)
{
	int64_t ways = 0;
	enum channel c;

	(void)state;
	prints(0, "auto");
	ways = ways_with(ways_with(ways, CHANNEL_TOTP), CHANNEL_EMAIL);
	ways = ways_with(ways_with(ways, CHANNEL_VOICE), CHANNEL_SMS);
	prints(ways, "totp email voice sms");
	assert_int_equal(ways, ways_with(ways, CHANNEL_EMAIL));
	assert_true(ways_at(ways, 3, &c));
	assert_int_equal(c, CHANNEL_SMS);
	assert_false(ways_at(ways, 4, &c));
	prints(ways_without(ways, CHANNEL_EMAIL), "totp voice sms");
	prints(ways_without(ways, CHANNEL_TOTP), "email voice sms");
	assert_int_equal(ways_without(0, CHANNEL_TOTP), 0);
	/* What was stored before there were back-ups. */
	prints(CHANNEL_SMS + 1, "sms");
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {
		"", "sms sms", "sms  email", " sms", "sms ", "pigeon",
		"auto sms", "sms auto", "email sms voice totp email",
	};
	int64_t ways = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(ways_parse(str_of(bad[i]), &ways));
	}
	assert_int_equal(ways, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

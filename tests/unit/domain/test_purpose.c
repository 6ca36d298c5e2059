/* R16: the words of the API, and the numbers under which they are stored. */
#include "domain/purpose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
purposes(void **state UNUSED)
{
	static const char *const words[] = {"sign_in", "account_change",
	    "password_reset", "transaction", "contact_verification",
	    "delivery", "return_pickup"};
	enum purpose p;

	assert_int_equal(PURPOSE_COUNT, 7);
	for (int i = 0; i < PURPOSE_COUNT; i++) {
		assert_string_equal(purpose_name((enum purpose)i), words[i]);
		assert_true(purpose_parse(str_of(words[i]), &p));
		assert_int_equal(p, i);
	}
}

static void
channels(void **state UNUSED)
{
	static const char *const words[] = {"email", "sms", "voice", "totp"};
	enum channel c;

	assert_int_equal(CHANNEL_COUNT, 4);
	for (int i = 0; i < CHANNEL_COUNT; i++) {
		assert_string_equal(channel_name((enum channel)i), words[i]);
		assert_true(channel_parse(str_of(words[i]), &c));
		assert_int_equal(c, i);
	}
}

static void
nothing_else(void **state UNUSED)
{
	static const char *const bad[] = {"", "auto", "Sign_in", "sign_in ",
	    "sign", "EMAIL", "sms,voice"};
	enum purpose p = PURPOSE_DELIVERY;
	enum channel c = CHANNEL_VOICE;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(purpose_parse(str_of(bad[i]), &p));
		assert_false(channel_parse(str_of(bad[i]), &c));
	}
	assert_false(purpose_parse(STR("sign_in\0"), &p));
	assert_int_equal(p, PURPOSE_DELIVERY);
	assert_int_equal(c, CHANNEL_VOICE);
}

/* Rule 12; S44: the telephone network. */
static void
restricted(void **state UNUSED)
{
	assert_true(channel_restricted(CHANNEL_SMS));
	assert_true(channel_restricted(CHANNEL_VOICE));
	assert_false(channel_restricted(CHANNEL_EMAIL));
	assert_false(channel_restricted(CHANNEL_TOTP));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(purposes),
		cmocka_unit_test(channels),
		cmocka_unit_test(nothing_else),
		cmocka_unit_test(restricted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What a password must not be (SP 800-63B-4 section 3.1.1.2), and the
 * encoding of changes that wait.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "domain/account_change.h"
#include "domain/password.h"
#include "domain/user_agent.h"

static const struct str about[] = {
	STR_INIT("Example Shop"), STR_INIT("Ada Lovelace"), STR_INIT("adal"),
};

static bool
refused(const char *password)
{
	return password_flaw(str_of(password), PASSWORD_CHARS_MIN, about,
	    3) != NULL;
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {
		"", "short", "1234567", "password", "Password1", "P@ssw0rd!",
		"passw0rd123", "12345678", "87654321", "abcdefgh", "aaaaaaaa",
		"abcabcabc", "qwertyuiop", "QWERTZUI", "1qaz2wsx", "asdfghjkl",
		"letmein1", "iloveyou!", "welcome2026", "testtest1",
		"adal2026", "Ada Lovelace1", "example shop", "passwort99",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (!refused(bad[i])) {
			fail_msg("%s was accepted", bad[i]);
		}
	}
}

/* Nothing is asked of the composition. */
static void
test_accepted(void **state)
{
	static const char *const good[] = {
		"seven wet umbrellas", "kfjqpwmz", "73519264", "Zw3!kkQp",
		"correct horse 9 battery",
		("\xe6\xbc\xa2\xe5\xad\x97\xe3\x81\xae"
		    "\xe5\x90\x88\xe8\xa8\x80\xe8\x91\x89\xe9\x95\xb7\xe3\x81\x84"),
		"adalgisa sings", "contestants9",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (refused(good[i])) {
			fail_msg("%s was refused", good[i]);
		}
	}
}

static void
test_bytes(void **state)
{
	char longest[PASSWORD_BYTES_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(longest); i++) {
		longest[i] = (char)('a' + i * i % 23);
	}
	assert_null(password_flaw((struct str){longest, PASSWORD_BYTES_MAX},
	    PASSWORD_CHARS_MIN, NULL, 0));
	assert_non_null(password_flaw((struct str){longest,
	    PASSWORD_BYTES_MAX + 1}, PASSWORD_CHARS_MIN, NULL, 0));
	assert_non_null(password_flaw((struct str){"a\0bcdefgk", 9},
	    PASSWORD_CHARS_MIN, NULL, 0));
	assert_non_null(password_flaw(STR("\xff\xfe seven wet"),
	    PASSWORD_CHARS_MIN, NULL, 0));
}

/* Fifteen characters, not bytes, for who reaches all of the tenant. */
static void
test_operator(void **state)
{
	(void)state;
	assert_null(password_flaw(STR("seven wet owls "),
	    PASSWORD_CHARS_OPERATOR, NULL, 0));
	assert_null(password_flaw(STR("seven wet owls"),
	    PASSWORD_CHARS_MIN, NULL, 0));
	assert_string_equal("must have at least 15 characters",
	    password_flaw(STR("seven wet owls"), PASSWORD_CHARS_OPERATOR,
	    NULL, 0));
	assert_non_null(password_flaw(STR("\u00fc\u00fcber \u00f6wls wet"),
	    PASSWORD_CHARS_OPERATOR, NULL, 0));
}

static void
test_change(void **state)
{
	struct account_change c = {0}, back;
	struct buf bytes;

	(void)state;
	c.v[CHANGE_EMAIL] = STR("ada@example.com");
	c.v[CHANGE_TWO_STEP] = STR("off");
	c.v[CHANGE_CONFIRM] = STR("");
	buf_init(&bytes, ACCOUNT_CHANGE_MAX);
	account_change_encode(&c, &bytes);
	assert_int_equal(ERR_NONE, buf_err(&bytes));
	assert_true(account_change_decode(buf_view(&bytes), &back));
	assert_int_equal(3, account_change_count(&back));
	assert_true(str_equal(c.v[CHANGE_EMAIL], back.v[CHANGE_EMAIL]));
	assert_non_null(back.v[CHANGE_CONFIRM].p);
	assert_null(back.v[CHANGE_PHONE].p);
	/* No prefix of it, and nothing behind it, is a change. */
	for (size_t n = 1; n < bytes.n; n++) {
		struct str cut = str_slice(buf_view(&bytes), 0, n);

		if (account_change_decode(cut, &back)) {
			assert_true(account_change_count(&back) < 3);
		}
	}
	buf_z(&bytes, "x");
	assert_false(account_change_decode(buf_view(&bytes), &back));
	/* Twice, and out of order. */
	assert_false(account_change_decode((struct str){"\0\1\0\0\0\1\0\0", 8},
	    &back));
	assert_false(account_change_decode((struct str){"\0\2\0\0\0\1\0\0", 8},
	    &back));
	assert_false(account_change_decode((struct str){"\0\x63\0\0", 4},
	    &back));
	buf_done(&bytes);
}

/* S47, S89: each fits a message, in every language. */
static void
test_change_words(void **state)
{
	struct display_text text;

	(void)state;
	for (int l = 0; l < LOCALE_COUNT; l++) {
		for (int f = 0; f < CHANGE_FIELD_COUNT; f++) {
			struct account_change c = {0};

			c.v[f] = STR("x");
			assert_int_equal(FLAW_NONE, display_text_parse(str_of(
			    account_change_words(&c, (enum locale)l)), &text));
			c.v[(f + 1) % CHANGE_FIELD_COUNT] = STR("y");
			assert_int_equal(FLAW_NONE, display_text_parse(str_of(
			    account_change_words(&c, (enum locale)l)), &text));
		}
	}
}

static void
test_user_agent(void **state)
{
	static const struct { const char *agent, *label; } rows[] = {
		{"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
		    "Firefox/128.0", "Firefox on Linux"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
		    "(KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
		    "Edge on Windows"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
		    "Version/17.5 Mobile Safari/604.1", "Safari on iPhone"},
		{"curl/8.0", ""}, {"", ""},
	};
	char text[64];
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_fixed(&out, text, sizeof(text));
		user_agent_label(str_of(rows[i].agent), &out);
		assert_string_equal(rows[i].label, buf_c(&out));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_bytes), cmocka_unit_test(test_operator), cmocka_unit_test(test_change),
		cmocka_unit_test(test_change_words),
		cmocka_unit_test(test_user_agent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

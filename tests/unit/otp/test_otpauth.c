#include "otp/otpauth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct otpauth
some(enum otpauth_type type)
{
	struct otpauth o = {
		.type = type, .hash = HMAC_SHA1, .digits = 6,
		.period_s = 30, .counter = type == OTPAUTH_HOTP ? 42 : 0,
		.issuer = "ACME Co", .account = "john.doe@example.com",
	};

	secret_set(&o.secret, "12345678901234567890", 20);
	return o;
}

static void
expect_uri(const struct otpauth *o, const char *want)
{
	struct buf b;

	buf_init(&b, OTPAUTH_URI_MAX);
	assert_int_equal(otpauth_build(o, &b), ERR_NONE);
	assert_int_equal(buf_err(&b), ERR_NONE);
	assert_string_equal(buf_c(&b), want);
	buf_done(&b);
}

/* S66 */
static void
builds(void **state UNUSED)
{
	struct otpauth o = some(OTPAUTH_TOTP);

	expect_uri(&o, "otpauth://totp/ACME%20Co:john.doe%40example.com"
	    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=ACME%20Co"
	    "&algorithm=SHA1&digits=6&period=30");
	o = some(OTPAUTH_HOTP);
	o.hash = HMAC_SHA512;
	o.digits = 8;
	assert_true(str_copy(STR("M\xc3\xbcller & S\xc3\xb6hne?#%+/"),
	    o.issuer, sizeof(o.issuer)));
	expect_uri(&o, "otpauth://hotp/"
	    "M%C3%BCller%20%26%20S%C3%B6hne%3F%23%25%2B%2F:"
	    "john.doe%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	    "&issuer=M%C3%BCller%20%26%20S%C3%B6hne%3F%23%25%2B%2F"
	    "&algorithm=SHA512&digits=8&counter=42");
}

static void
expect_unbuildable(const struct otpauth *o, enum err want)
{
	struct buf b;

	buf_init(&b, OTPAUTH_URI_MAX);
	assert_int_equal(otpauth_build(o, &b), want);
	assert_int_equal(b.n, 0);
	buf_done(&b);
}

static void
does_not_build(void **state UNUSED)
{
	static const char *const bad[] = {
		"", "a:b", "a\nb", "a\x7f", "a\xff", "\xed\xa0\x80",
	};
	struct otpauth o = some(OTPAUTH_TOTP);

	o.secret.n = OTPAUTH_SECRET_MIN - 1;	/* S56 */
	expect_unbuildable(&o, ERR_RANGE);
	o = some(OTPAUTH_TOTP);
	o.digits = 5;
	expect_unbuildable(&o, ERR_RANGE);
	o.digits = 9;
	expect_unbuildable(&o, ERR_RANGE);
	o = some(OTPAUTH_TOTP);
	o.period_s = 0;
	expect_unbuildable(&o, ERR_RANGE);
	o.period_s = 121;
	expect_unbuildable(&o, ERR_RANGE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		o = some(OTPAUTH_TOTP);
		assert_true(str_copy(str_of(bad[i]), o.issuer,
		    sizeof(o.issuer)));
		expect_unbuildable(&o, ERR_SYNTAX);
		o = some(OTPAUTH_TOTP);
		assert_true(str_copy(str_of(bad[i]), o.account,
		    sizeof(o.account)));
		expect_unbuildable(&o, ERR_SYNTAX);
	}
}

static void
longest_fits(void **state UNUSED)
{
	struct otpauth o = some(OTPAUTH_HOTP), back;
	struct buf b;

	for (int i = 0; i < OTPAUTH_TEXT_MAX; i += 2) {
		memcpy(o.issuer + i, "\xc3\xa4", 3);
		memcpy(o.account + i, "\xc3\xb6", 3);
	}
	o.secret.n = SECRET_MAX;
	o.counter = UINT64_MAX;
	buf_init(&b, OTPAUTH_URI_MAX);
	assert_int_equal(otpauth_build(&o, &b), ERR_NONE);
	assert_int_equal(buf_err(&b), ERR_NONE);
	assert_int_equal(otpauth_parse(buf_view(&b), &back), ERR_NONE);
	assert_string_equal(back.issuer, o.issuer);
	assert_string_equal(back.account, o.account);
	assert_int_equal(back.secret.n, SECRET_MAX);
	assert_memory_equal(back.secret.b, o.secret.b, SECRET_MAX);
	assert_true(back.counter == UINT64_MAX);
	buf_done(&b);
}

static void
parses_what_it_builds(void **state UNUSED)
{
	for (int type = OTPAUTH_TOTP; type <= OTPAUTH_HOTP; type++) {
		for (int hash = 0; hash < HMAC_HASH_COUNT; hash++) {
			struct otpauth o = some((enum otpauth_type)type), back;
			struct buf b;

			o.hash = (enum hmac_hash)hash;
			o.digits = 6 + (unsigned)hash;
			o.period_s = type == OTPAUTH_TOTP ? 60 : 30;
			buf_init(&b, OTPAUTH_URI_MAX);
			assert_int_equal(otpauth_build(&o, &b), ERR_NONE);
			assert_int_equal(otpauth_parse(buf_view(&b), &back),
			    ERR_NONE);
			assert_int_equal(back.type, o.type);
			assert_int_equal(back.hash, o.hash);
			assert_int_equal(back.digits, o.digits);
			assert_int_equal(back.period_s, o.period_s);
			assert_true(back.counter == o.counter);
			assert_string_equal(back.issuer, o.issuer);
			assert_string_equal(back.account, o.account);
			assert_int_equal(back.secret.n, 20);
			assert_memory_equal(back.secret.b, o.secret.b, 20);
			buf_done(&b);
		}
	}
}

#define S "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

/* As other services write them. */
static void
parses_others(void **state UNUSED)
{
	static const struct {
		const char *uri, *issuer, *account;
	} cases[] = {
		{"otpauth://totp/alice?" S, "", "alice"},
		{"OTPAUTH://TOTP/alice?" S, "", "alice"},
		{"otpauth://totp/alice?" S "&issuer=Shop", "Shop", "alice"},
		{"otpauth://totp/Shop:alice?issuer=Shop&" S, "Shop", "alice"},
		{"otpauth://totp/Shop:alice?" S, "Shop", "alice"},
		{"otpauth://totp/Shop%3Aalice?" S, "Shop", "alice"},
		{"otpauth://totp/Shop:%20%20alice?" S, "Shop", "alice"},
		{"otpauth://totp/My%20Shop:a+b@x.org?" S "&issuer=My%20Shop",
		    "My Shop", "a+b@x.org"},
		{"otpauth://totp/a?" S "&image=http%3A%2F%2Fx&foo&&=", "", "a"},
		{"otpauth://totp/a?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
		    "", "a"},
		{"otpauth://totp/a?" S "&algorithm=sha1&digits=6&period=30",
		    "", "a"},
		{"otpauth://totp/a?" S "&counter=5", "", "a"},
	};
	struct otpauth o;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (otpauth_parse(str_of(cases[i].uri), &o) != ERR_NONE) {
			fail_msg("%s was refused", cases[i].uri);
		}
		assert_string_equal(o.issuer, cases[i].issuer);
		assert_string_equal(o.account, cases[i].account);
		assert_int_equal(o.type, OTPAUTH_TOTP);
		assert_int_equal(o.hash, HMAC_SHA1);
		assert_int_equal(o.digits, 6);
		assert_int_equal(o.period_s, 30);
		assert_int_equal(o.secret.n, 20);
	}
	/* A weak secret, with padding. */
	assert_int_equal(otpauth_parse(STR("otpauth://totp/a?secret=MY======"),
	    &o), ERR_NONE);
	assert_int_equal(o.secret.n, 1);
}

static void
refuses(void **state UNUSED)
{
	static const struct { const char *uri; enum err e; } cases[] = {
		{"", ERR_SYNTAX}, {"otpauth:", ERR_SYNTAX},
		{"otpauth://", ERR_SYNTAX}, {"otpauth://totp", ERR_SYNTAX},
		{"otpauth://totp/", ERR_SYNTAX},
		{"otpauth://totp/a", ERR_SYNTAX},
		{"otpauth://totp/a?", ERR_SYNTAX},
		{"otpauth://totp/?" S, ERR_SYNTAX},
		{"otpauth://totp/Shop:?" S, ERR_SYNTAX},
		{"otpauth://totp/:a?" S, ERR_SYNTAX},
		{"otpauth://totp/A:B:c?" S, ERR_SYNTAX},
		{"otpauth://totp/A%3AB%3Ac?" S, ERR_SYNTAX},
		{"http://totp/a?" S, ERR_SYNTAX},
		{"otpauth://yotp/a?" S, ERR_SYNTAX},
		{"otpauth://totp?" S, ERR_SYNTAX},
		{"otpauth://totp/a?" S "#x", ERR_SYNTAX},
		{"otpauth://totp/a?" S "&" S, ERR_SYNTAX},
		{"otpauth://totp/a?" S "&digits=6&digits=8", ERR_SYNTAX},
		{"otpauth://totp/a?secret", ERR_SYNTAX},
		{"otpauth://totp/a?secret=", ERR_SYNTAX},
		{"otpauth://totp/a?secret=G1", ERR_SYNTAX},
		{"otpauth://totp/a?secret=GEZD%20GNBV", ERR_SYNTAX},
		{"otpauth://totp/Shop:a?" S "&issuer=Other", ERR_SYNTAX},
		{"otpauth://totp/Shop:a?" S "&issuer=shop", ERR_SYNTAX},
		{"otpauth://totp/Shop:a?" S "&issuer=", ERR_SYNTAX},
		{"otpauth://totp/a?" S "&issuer=A%3AB", ERR_SYNTAX},
		{"otpauth://totp/a%?" S, ERR_SYNTAX},
		{"otpauth://totp/a%4?" S, ERR_SYNTAX},
		{"otpauth://totp/a%zz?" S, ERR_SYNTAX},
		{"otpauth://totp/a%00?" S, ERR_SYNTAX},
		{"otpauth://totp/a%0Ab?" S, ERR_SYNTAX},
		{"otpauth://totp/a%FF?" S, ERR_SYNTAX},
		{"otpauth://totp/a?" S "&digits=six", ERR_SYNTAX},
		{"otpauth://totp/a?" S "&digits=", ERR_SYNTAX},
		{"otpauth://totp/a?" S "&digits=-6", ERR_SYNTAX},
		{"otpauth://totp/a?" S "&digits=5", ERR_RANGE},
		{"otpauth://totp/a?" S "&digits=9", ERR_RANGE},
		{"otpauth://totp/a?" S "&digits=4294967302", ERR_RANGE},
		{"otpauth://totp/a?" S "&period=0", ERR_RANGE},
		{"otpauth://totp/a?" S "&period=86401", ERR_RANGE},
		{"otpauth://totp/a?" S "&period=4294967326", ERR_RANGE},
		{"otpauth://totp/a?" S "&algorithm=MD5", ERR_RANGE},
		{"otpauth://totp/a?" S "&algorithm=", ERR_RANGE},
		{"otpauth://hotp/a?" S, ERR_SYNTAX},
		{"otpauth://hotp/a?" S "&counter=18446744073709551616",
		    ERR_SYNTAX},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct otpauth o = {.digits = 77};
		enum err e = otpauth_parse(str_of(cases[i].uri), &o);

		if (e != cases[i].e) {
			fail_msg("%s: %s", cases[i].uri, err_name(e));
		}
		assert_int_equal(o.digits, 77);
	}
}

static void
limits(void **state UNUSED)
{
	struct otpauth o = {.digits = 77};
	struct buf b;

	buf_init(&b, 10000);
	buf_z(&b, "otpauth://totp/");
	for (int i = 0; i <= OTPAUTH_TEXT_MAX; i++) {
		buf_char(&b, 'a');
	}
	buf_z(&b, "?" S);
	assert_int_equal(otpauth_parse(buf_view(&b), &o), ERR_LIMIT);
	buf_clear(&b);
	buf_z(&b, "otpauth://totp/a?secret=");
	for (int i = 0; i < (SECRET_MAX + 2) * 8 / 5; i++) {
		buf_char(&b, 'A');
	}
	assert_int_equal(otpauth_parse(buf_view(&b), &o), ERR_LIMIT);
	buf_clear(&b);
	buf_z(&b, "otpauth://totp/a?" S "&x=");
	while (b.n <= OTPAUTH_URI_MAX) {
		buf_char(&b, 'x');
	}
	assert_int_equal(otpauth_parse(buf_view(&b), &o), ERR_LIMIT);
	assert_int_equal(o.digits, 77);
	buf_cut(&b, OTPAUTH_URI_MAX);
	assert_int_equal(otpauth_parse(buf_view(&b), &o), ERR_NONE);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds),
		cmocka_unit_test(does_not_build),
		cmocka_unit_test(longest_fits),
		cmocka_unit_test(parses_what_it_builds),
		cmocka_unit_test(parses_others),
		cmocka_unit_test(refuses),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

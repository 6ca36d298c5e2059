/*
 * What is published of a DKIM key, and where a domain ends.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "domain/dkim_key.h"

static void
test_selector(void **state)
{
	static const char *const wrong[] = {
		"", "-a", "a-", "A", "a.b", "a_b", "a b", "\xc3\xa4",
		"a;b", "a\nb",
		("0123456789012345678901234567890123456789012345678901234567"
		    "890123"),
	};

	(void)state;
	assert_true(dkim_key_selector_ok(STR("s")));
	assert_true(dkim_key_selector_ok(STR("ww-2026-rsa")));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(dkim_key_selector_ok(str_of(wrong[i])));
	}
}

/* RFC 1035 section 3.3.14: a string has at most 255 bytes. */
static void
test_strings(void **state)
{
	char long_value[512];
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	dkim_key_put_strings(&out, STR("v=DKIM1"));
	assert_string_equal(buf_c(&out), "\"v=DKIM1\"");
	buf_clear(&out);
	memset(long_value, 'x', sizeof(long_value));
	dkim_key_put_strings(&out, (struct str){long_value, 511});
	assert_int_equal(out.n, 511 + 3 * 2 + 2);
	assert_memory_equal(out.p + 256, "\" \"", 3);
	assert_memory_equal(out.p + 256 + 258, "\" \"x\"", 5);
	buf_clear(&out);
	dkim_key_put_strings(&out, (struct str){long_value, 255});
	assert_int_equal(out.n, 257);
	buf_done(&out);
}

static void
test_record(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	dkim_key_put_name(&out, STR("s1"), STR("shop.example"));
	assert_string_equal(buf_c(&out), "s1._domainkey.shop.example");
	buf_clear(&out);
	dkim_key_put_value(&out, DKIM_KEY_ED25519, STR("AbC="));
	assert_string_equal(buf_c(&out), "v=DKIM1; k=ed25519; p=AbC=");
	buf_done(&out);
}

static bool
covers(const char *official, const char *domain)
{
	return domain_name_covers(str_of(official), str_of(domain));
}

/* R76, R77 */
static void
test_label_boundary(void **state)
{
	(void)state;
	assert_true(covers("shop.example", "shop.example"));
	assert_true(covers("shop.example", "mail.shop.example"));
	assert_true(covers("shop.example", "a.b.shop.example"));
	assert_false(covers("shop.example", "myshop.example"));
	assert_false(covers("shop.example", "x.shop.example.evil.example"));
	assert_false(covers("mail.shop.example", "shop.example"));
	assert_false(covers("shop.example", "shop.example.evil"));
	assert_false(covers("", "shop.example"));
	assert_false(covers("", ""));
	assert_false(covers("shop.example", ""));
	assert_false(covers("shop.example", ".shop.exampl"));
}

static void
test_domain(void **state)
{
	struct domain_name d;

	(void)state;
	assert_int_equal(domain_name_parse(STR("Mail.Shop.Example"), &d),
	    FLAW_NONE);
	assert_string_equal(d.z, "mail.shop.example");
	assert_int_equal(domain_name_parse(STR("shop"), &d), FLAW_DOMAIN);
	assert_int_equal(domain_name_parse(STR(""), &d), FLAW_EMPTY);
	assert_int_equal(domain_name_parse(STR("a.b\r\nx"), &d),
	    FLAW_CONTROL);
	assert_int_equal(domain_name_parse(STR("a.b;d=evil"), &d),
	    FLAW_DOMAIN);
	assert_int_equal(domain_name_parse(STR("1.2.3.4"), &d), FLAW_DOMAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selector),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_label_boundary),
		cmocka_unit_test(test_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/ip.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static const char *
text(void (*print)(const struct ip *, struct buf *), const struct ip *ip)
{
	static char z[64];
	struct buf b;

	buf_init(&b, sizeof(z));
	print(ip, &b);
	assert_true(str_copy(buf_view(&b), z, sizeof(z)));
	buf_done(&b);
	return z;
}

static void
test_parse_and_print(void **state UNUSED)
{
	static const struct {
		const char *in, *out, *key;	/* out NULL: refused */
	} rows[] = {
		{"203.0.113.9", "203.0.113.9", "203.0.113.9"},
		/* One host, one value (rule 5). */
		{"::ffff:203.0.113.9", "203.0.113.9", "203.0.113.9"},
		{"::FFFF:cb00:7109", "203.0.113.9", "203.0.113.9"},
		{"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8::/64"},
		{"2001:db8::ffff:ffff:ffff:ffff",
		    "2001:db8::ffff:ffff:ffff:ffff", "2001:db8::/64"},
		{"2001:db8:0:1::", "2001:db8:0:1::", "2001:db8:0:1::/64"},
		{"::1", "::1", "::/64"},
		{"", NULL, NULL},
		{"1.2.3", NULL, NULL},
		{"1.2.3.4.5", NULL, NULL},
		{"1.2.3.256", NULL, NULL},
		{"01.2.3.4", NULL, NULL},
		{"0x1.2.3.4", NULL, NULL},
		{" 1.2.3.4", NULL, NULL},
		{"1.2.3.4:80", NULL, NULL},
		{"[::1]", NULL, NULL},
		{"fe80::1%eth0", NULL, NULL},
		{"::1::", NULL, NULL},
		{"12345::", NULL, NULL},
		{"localhost", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ip ip;

		if (ip_parse(str_of(rows[i].in), &ip) != (rows[i].out != NULL)) {
			fail_msg("%s", rows[i].in);
		}
		if (rows[i].out != NULL) {
			assert_string_equal(text(ip_print, &ip), rows[i].out);
			assert_string_equal(text(ip_key_print, &ip), rows[i].key);
		}
	}
}

static void
test_nets(void **state UNUSED)
{
	static const struct {
		const char *net, *ip;
		bool in;
	} rows[] = {
		{"10.0.0.0/8", "10.255.0.1", true},
		{"10.0.0.0/8", "11.0.0.1", false},
		{"192.0.2.128/25", "192.0.2.128", true},
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"0.0.0.0/0", "1.2.3.4", true},
		{"0.0.0.0/0", "2001:db8::1", false},
		{"10.0.0.0/8", "::ffff:10.1.2.3", true},
		{"fd00::/8", "fdff::1", true},
		{"fd00::/8", "fc00::1", false},
		{"2001:db8::/33", "2001:db8:7fff::1", true},
		{"2001:db8::/33", "2001:db8:8000::1", false},
		{"::1", "::1", true},
		{"::/0", "2001:db8::1", true},
	};
	static const char *const bad[] = {
		"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "::/129",
		"10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8", "fd00::1/8",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ip_net net;
		struct ip ip;

		assert_true(ip_net_parse(str_of(rows[i].net), &net));
		assert_true(ip_parse(str_of(rows[i].ip), &ip));
		assert_int_equal(ip_net_has(&net, &ip), rows[i].in);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ip_net net;

		assert_false(ip_net_parse(str_of(bad[i]), &net));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_print),
		cmocka_unit_test(test_nets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What settings must not say together, and what a textual one may say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"

static bool
set(struct config *c, const char *section, const char *key, const char *value)
{
	struct buf reason;
	bool good;

	buf_init(&reason, CONFIG_REASON_MAX);
	good = config_set(c, str_of(section), str_of(key), str_of(value),
	    &reason);
	assert_true(good == (reason.n == 0));
	buf_done(&reason);
	return good;
}

/* text over the defaults; the first problem that config_check finds, or NULL */
static const char *
problem(const char *text, bool sandbox)
{
	static char first[400];
	struct buf reason;
	struct config c;
	bool good;

	config_init(&c);
	c.sandbox = sandbox;
	buf_init(&reason, CONFIG_REASON_MAX);
	assert_true(config_load_text(&c, "x", str_of(text), &reason));
	good = config_check(&c, &reason);
	assert_true(good == (reason.n == 0));
	assert_true(str_copy(str_slice(buf_view(&reason), 0,
	    str_find(buf_view(&reason), '\n')), first, sizeof(first)));
	buf_done(&reason);
	return good ? NULL : first;
}

static void
found(const char *text, const char *begin)
{
	const char *first = problem(text, false);

	assert_non_null(first);
	assert_true(str_starts(str_of(first), str_of(begin)));
}

static void
tls(void **state UNUSED)
{
	static const char both[] = "[server]\nlisten=0.0.0.0:443\n"
	    "tls_certificate_file=a\ntls_key_file=b\n";

	assert_null(problem("", false));
	assert_null(problem(both, false));
	found("[server]\ntls_key_file=b\n", "server.tls_certificate_file and");
	found("[server]\ntls_certificate_file=b\n",
	    "server.tls_certificate_file and");
}

/* S104 */
static void
plain_http_stays_on_this_machine(void **state UNUSED)
{
	static const char *const far[] = {"0.0.0.0:1", "[::]:1",
	    "192.0.2.1:1", "[2001:db8::1]:1", "128.0.0.1:1",
	    "[::ffff:192.0.2.1]:1"};
	char text[200];

	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		(void)snprintf(text, sizeof(text), "[server]\nlisten=%s\n",
		    far[i]);
		found(text, "server.listen is not a loopback address");
		(void)snprintf(text, sizeof(text),
		    "[server]\nlisten=%s\nbehind_proxy=yes\n", far[i]);
		assert_null(problem(text, false));
	}
}

/* A sandbox shows codes. */
static void
a_sandbox_stays_on_this_machine(void **state UNUSED)
{
	static const char *const near[] = {"127.0.0.1:0", "127.9.9.9:1",
	    "[::1]:1", "localhost:0", "[::ffff:127.0.0.1]:1"};
	char text[200];

	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
		(void)snprintf(text, sizeof(text), "[server]\nlisten=%s\n",
		    near[i]);
		assert_null(problem(text, true));
	}
	assert_string_equal(problem("[server]\nlisten=0.0.0.0:1\n"
	    "behind_proxy=yes\n", true), "server.listen must be a loopback "
	    "address: a sandbox shows its codes");
}

static void
mail(void **state UNUSED)
{
	found("[mail]\nhost=a\n", "mail.host needs mail.from");
	found("[mail]\nuser=a\n", "mail.user and mail.password_file");
	found("[mail]\npassword_file=a\n", "mail.user and mail.password_file");
	/* S97 */
	found("[mail]\nhost=mail.example.com\nfrom=a@example.com\nuser=u\n"
	    "password_file=f\nsecurity=none\n", "mail.user would send");
	assert_null(problem("[mail]\nhost=::1\nfrom=a@example.com\nuser=u\n"
	    "password_file=f\nsecurity=none\n", false));
	assert_null(problem("[mail]\nhost=mail.example.com\n"
	    "from=a@example.com\nuser=u\npassword_file=f\n", false));
	found("[mail]\nconnect_timeout_ms=20001\n", "mail.connect_timeout_ms");
}

static void
amounts(void **state UNUSED)
{
	found("[store]\nqueue_max=16\nbatch_max=17\n", "store.batch_max");
	assert_null(problem("[store]\nqueue_max=16\nbatch_max=16\n", false));
	found("[server]\nconnections_max=2\n",
	    "server.connections_per_address");
}

static void
where_to_listen(void **state UNUSED)
{
	static const char *const bad[] = {"", ":", ":80", "80", "127.0.0.1",
	    "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 1",
	    "::1:80", "[::1]", "[::1]80", "[127.0.0.1]:80", "[::1:80",
	    "[localhost]:80", "example.com:80", "127.1:80", "[]:80",
	    "[fe80::1%eth0]:80", "LOCALHOST:80"};
	struct config_listen l = {.port = 7};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(config_listen_parse(str_of(bad[i]), &l));
	}
	assert_int_equal(l.port, 7);
	assert_true(config_listen_parse(STR("[::1]:65535"), &l));
	assert_string_equal(l.host, "::1");
	assert_int_equal(l.port, 65535);
	assert_true(l.loopback);
	assert_true(config_listen_parse(STR("0.0.0.0:0"), &l));
	assert_string_equal(l.host, "0.0.0.0");
	assert_false(l.loopback);
}

static void
texts(void **state UNUSED)
{
	static const struct {
		const char *section, *key, *value;
		bool good;
	} rows[] = {
		{"server", "trusted_proxies", "", true},
		{"server", "trusted_proxies", "10.0.0.1", true},
		{"server", "trusted_proxies", "10.0.0.0/8 , ::/0", true},
		{"server", "trusted_proxies", "10.0.0.0/33", false},
		{"server", "trusted_proxies", "10.0.0.1/8", false},
		{"server", "trusted_proxies", "::/129", false},
		{"server", "trusted_proxies", "10.0.0.0/", false},
		{"server", "trusted_proxies", "10.0.0.1,", false},
		{"server", "trusted_proxies", "10.0.0.1 10.0.0.2", false},
		{"server", "trusted_proxies", "proxy", false},
		{"store", "location", "/var/lib/x/otp.db", true},
		{"store", "location", "file:x", true},
		{"store", "location", "postgresql://u@h:5432/db?a=b@c:d",
		    true},
		{"store", "location", "postgresql://u:p@h/db", false},
		{"store", "location", "postgresql://h/db?user=u&password=p",
		    false},
		{"store", "location", "postgres://h/db", false},
		{"store", "location", "mysql://h/db", false},
		{"mail", "host", "mail-1.example.com", true},
		{"mail", "host", "2001:db8::1", true},
		{"mail", "host", "mail.example.com\r\nQUIT", false},
		{"mail", "host", "a b", false},
		{"mail", "helo", "smtp://a", false},
		{"mail", "from", "codes@example.com", true},
		{"mail", "from", "Shop <codes@example.com>", false},
		{"mail", "user", "a\nb", false},
		{"server", "issuer", "\x7f", false},
		{"server", "issuer", "\xc3", false},
		{"nobody", "issuer", "x", false},
	};
	struct config c;

	config_init(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (set(&c, rows[i].section, rows[i].key, rows[i].value) !=
		    rows[i].good) {
			fail_msg("%s = %s", rows[i].key, rows[i].value);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls),
		cmocka_unit_test(plain_http_stays_on_this_machine),
		cmocka_unit_test(a_sandbox_stays_on_this_machine),
		cmocka_unit_test(mail),
		cmocka_unit_test(amounts),
		cmocka_unit_test(where_to_listen),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

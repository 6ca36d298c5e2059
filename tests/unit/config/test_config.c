#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/table.h"

struct fixture {
	struct config c;
	struct buf reason;
};

static int
setup(void **state)
{
	static struct fixture f;

	config_init(&f.c);
	buf_init(&f.reason, CONFIG_REASON_MAX);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	buf_done(&f->reason);
	return 0;
}

static void
refused(struct fixture *f, const char *text, const char *why)
{
	buf_clear(&f->reason);
	assert_false(config_load_text(&f->c, "x.conf", str_of(text),
	    &f->reason));
	assert_string_equal(buf_c(&f->reason), why);
}

static void
taken(struct fixture *f, const char *text)
{
	buf_clear(&f->reason);
	if (!config_load_text(&f->c, "x.conf", str_of(text), &f->reason)) {
		fail_msg("%s", buf_c(&f->reason));
	}
	assert_string_equal(buf_c(&f->reason), "");
}

/* S96, S101 */
static void
defaults(void **state)
{
	const struct fixture *f = *state;

	assert_string_equal(f->c.server_listen, "127.0.0.1:8640");
	assert_string_equal(f->c.server_issuer, "watchword");
	assert_int_equal(f->c.server_threads, 0);
	assert_int_equal(f->c.server_header_timeout_ms, 10000);
	assert_int_equal(f->c.server_body_timeout_ms, 20000);
	assert_int_equal(f->c.server_idle_timeout_ms, 60000);
	assert_int_equal(f->c.server_log_level, LOG_INFO);
	assert_false(f->c.server_behind_proxy);
	assert_string_equal(f->c.store_location, "");
	assert_int_equal(f->c.store_queue_max, 4096);
	assert_int_equal(f->c.store_batch_max, 64);
	assert_string_equal(f->c.mail_host, "");
	assert_int_equal(f->c.mail_port, 25);
	assert_int_equal(f->c.mail_security, CONFIG_MAIL_STARTTLS);
	assert_int_equal(f->c.mail_connect_timeout_ms, 5000);
	assert_int_equal(f->c.mail_send_timeout_ms, 20000);
	assert_false(f->c.sandbox);
}

static void
a_file(void **state)
{
	struct fixture *f = *state;

	taken(f,
	    "\xef\xbb\xbf; first\r\n"
	    "[server]\r\n"
	    "listen=[::1]:0\r\n"
	    "  threads : 2 ; two\n"
	    "\tlog_level = debug\t\n"
	    "# other\n"
	    "\n"
	    "[mail] ; below\n"
	    "security = smtps\n"
	    "host = mail.example.com\n"
	    "[server]\n"
	    "behind_proxy = on\n"
	    "trusted_proxies = 10.0.0.0/8, fd00::/8,127.0.0.1\n"
	    "issuer = Käse & Söhne");
	assert_string_equal(f->c.server_listen, "[::1]:0");
	assert_int_equal(f->c.server_threads, 2);
	assert_int_equal(f->c.server_log_level, LOG_DEBUG);
	assert_true(f->c.server_behind_proxy);
	assert_string_equal(f->c.server_issuer, "Käse & Söhne");
	assert_int_equal(f->c.mail_security, CONFIG_MAIL_SMTPS);
	assert_string_equal(f->c.mail_host, "mail.example.com");
	/* What is loaded later goes over what was loaded before. */
	taken(f, "[server]\nthreads = 3\ntrusted_proxies =\n[store]\n");
}

static void
what_is_unknown_is_refused(void **state)
{
	struct fixture *f = *state;

	refused(f, "[server]\nport = 1\n",
	    "x.conf:2: there is no setting server.port\n");
	refused(f, "[servers]\nlisten = 1\n",
	    "x.conf:1: there is no section [servers]\n");
	refused(f, "[]\n", "x.conf:1: there is no section []\n");
	refused(f, "[Server]\n", "x.conf:1: there is no section [Server]\n");
	refused(f, "listen = 127.0.0.1:1\n",
	    "x.conf:1: a setting stands before the first [section]\n");
	refused(f, "\n\n[mail]\n= 3\n",
	    "x.conf:4: there is no setting mail.\n");
	/* Cut off, the name of a section would be right. */
	refused(f, "[mail                                             x]\n",
	    "x.conf:1: there is no section "
	    "[mail                                             x]\n");
}

static void
every_problem_has_its_line(void **state)
{
	refused(*state,
	    "[server]\n"
	    "threads = 65\n"
	    "threads\n"
	    "[mail\n"
	    "port = 1\n"
	    "[mail] extra\n"
	    "[mail]\n"
	    "port = 0\n"
	    "host = a\x01\n"
	    "security = tls\n"
	    "from = nobody\n"
	    "ca_file = \xff\n",
	    "x.conf:2: server.threads must be from 0 to 64\n"
	    "x.conf:3: a setting is key = value\n"
	    "x.conf:4: a section is [name] and nothing else\n"
	    "x.conf:6: a section is [name] and nothing else\n"
	    "x.conf:8: mail.port must be from 1 to 65535\n"
	    "x.conf:9: the line is not UTF-8 or holds a control character\n"
	    "x.conf:10: mail.security must be one of none|starttls|smtps\n"
	    "x.conf:11: mail.from must be an e-mail address\n"
	    "x.conf:12: the line is not UTF-8 or holds a control "
	    "character\n");
}

static void
a_setting_is_given_once(void **state)
{
	refused(*state,
	    "[mail]\nport = 25\n[store]\n[mail]\nport = 26\nport = 0\n",
	    "x.conf:5: mail.port is given twice\n"
	    "x.conf:6: mail.port must be from 1 to 65535\n");
}

/* A value ends with its line. */
static void
nothing_goes_on(void **state)
{
	struct fixture *f = *state;

	refused(f, "[mail]\nuser = a\n  b\n\thost\n",
	    "x.conf:3: a setting is key = value\n"
	    "x.conf:4: a setting is key = value\n");
	assert_string_equal(f->c.mail_user, "a");
}

/* inih would hand the rest of a long line out as another one. */
static void
long_lines(void **state)
{
	struct fixture *f = *state;
	struct buf text;

	buf_init(&text, 8192);
	buf_z(&text, "[store]\nlocation = ");
	for (int i = 0; i < 1000; i++) {
		buf_char(&text, 'x');
	}
	taken(f, buf_c(&text));
	assert_int_equal(strlen(f->c.store_location), 1000);
	buf_char(&text, 'x');
	refused(f, buf_c(&text), "x.conf:2: store.location must not be longer "
	    "than 1000 bytes\n");
	while (text.n < 8 + 2000) {
		buf_char(&text, 'x');
	}
	refused(f, buf_c(&text), "x.conf:2: store.location must not be longer "
	    "than 1000 bytes\n");
	buf_z(&text, "x\nqueue_max = 1\n");
	refused(f, buf_c(&text), "x.conf:2: the line is too long\n"
	    "x.conf:3: store.queue_max must be from 16 to 1000000\n");
	buf_done(&text);
}

/* A NUL would hide what follows from whoever reads with C's functions. */
static void
a_nul(void **state)
{
	struct fixture *f = *state;

	assert_false(config_load_text(&f->c, "x.conf",
	    STR("[mail]\nport = 2\0005\n"), &f->reason));
	assert_string_equal(buf_c(&f->reason), "x.conf:2: the line is not "
	    "UTF-8 or holds a control character\n");
	assert_false(config_set(&f->c, STR("mail"), STR("user"), STR("a\0b"),
	    &f->reason));
	assert_string_equal(f->c.mail_user, "");
}

static void
no_file(void **state)
{
	struct fixture *f = *state;

	assert_false(config_load_file(&f->c, "/nowhere/x.conf", &f->reason));
	assert_string_equal(buf_c(&f->reason),
	    "/nowhere/x.conf: No such file or directory\n");
	buf_clear(&f->reason);
	assert_false(config_load_file(&f->c, "/", &f->reason));
	assert_string_equal(buf_c(&f->reason), "/: is not a regular file\n");
	buf_clear(&f->reason);
	assert_false(config_load_file(&f->c, "/dev/zero", &f->reason));
	assert_string_equal(buf_c(&f->reason),
	    "/dev/zero: is not a regular file\n");
	buf_clear(&f->reason);
	/* This test's own program. */
	assert_false(config_load_file(&f->c, "/proc/self/exe", &f->reason));
	assert_string_equal(buf_c(&f->reason),
	    "/proc/self/exe: has more than 65536 bytes\n");
}

static void
the_environment(void **state)
{
	static const char *const env[] = {
		"PATH=/bin", "WATCHWORD_SERVER_LISTEN=localhost:0",
		"WATCHWORD_MAIL_PASSWORD_FILE=/run/password", "WATCHWORDS=1",
		"WATCHWORD_STORE_LOCATION=postgresql:///otp?passfile=/x",
		NULL,
	};
	static const char *const bad[] = {
		"WATCHWORD_MAIL_PORT=1", "WATCHWORD_MAIL_PORTS=1",
		"WATCHWORD_MAIL_PORT=2", "WATCHWORD_mail_user=a",
		"WATCHWORD_=1", "WATCHWORD_STORE_BATCH_MAX=0",
		"WATCHWORD_SERVER_BEHIND_PROXY", NULL,
	};
	struct fixture *f = *state;

	assert_true(config_load_env(&f->c, (char *const *)(uintptr_t)env,
	    &f->reason));
	assert_string_equal(buf_c(&f->reason), "");
	assert_string_equal(f->c.server_listen, "localhost:0");
	assert_string_equal(f->c.mail_password_file, "/run/password");
	assert_string_equal(f->c.store_location,
	    "postgresql:///otp?passfile=/x");
	assert_false(config_load_env(&f->c, (char *const *)(uintptr_t)bad,
	    &f->reason));
	assert_string_equal(buf_c(&f->reason),
	    "WATCHWORD_MAIL_PORTS: there is no such setting\n"
	    "WATCHWORD_MAIL_PORT: is given twice\n"
	    "WATCHWORD_mail_user: there is no such setting\n"
	    "WATCHWORD_: there is no such setting\n"
	    "WATCHWORD_STORE_BATCH_MAX: store.batch_max must be from 1 to "
	    "1024\n"
	    "WATCHWORD_SERVER_BEHIND_PROXY: server.behind_proxy must be yes "
	    "or no\n");
}

/* Two settings under one variable could not be told apart. */
static void
variables_are_distinct(void **state UNUSED)
{
	for (size_t i = 0; i < config_settings_n; i++) {
		for (size_t k = 0; k < i; k++) {
			struct buf a, b;

			buf_init(&a, 200);
			buf_init(&b, 200);
			buf_printf(&a, "%s_%s", config_settings[i].section,
			    config_settings[i].key);
			buf_printf(&b, "%s_%s", config_settings[k].section,
			    config_settings[k].key);
			assert_string_not_equal(buf_c(&a), buf_c(&b));
			buf_done(&a);
			buf_done(&b);
		}
	}
}

static void
one_setting(void **state)
{
	struct fixture *f = *state;

	assert_true(config_set(&f->c, STR("server"), STR("listen"),
	    STR("127.0.0.1:0"), &f->reason));
	assert_string_equal(f->c.server_listen, "127.0.0.1:0");
	assert_false(config_set(&f->c, STR("server"), STR("listen"), STR(""),
	    &f->reason));
	assert_string_equal(buf_c(&f->reason),
	    "server.listen must not be empty");
	assert_string_equal(f->c.server_listen, "127.0.0.1:0");
	buf_clear(&f->reason);
	assert_false(config_set(&f->c, STR("mail"), STR("port"), STR("25 "),
	    &f->reason));
	assert_string_equal(buf_c(&f->reason),
	    "mail.port must be a whole number");
	assert_int_equal(f->c.mail_port, 25);
}

/* Each number at the ends of its range, and one past them. */
static void
ranges(void **state)
{
	struct fixture *f = *state;
	char text[24];

	for (size_t i = 0; i < config_settings_n; i++) {
		const struct config_setting *s = &config_settings[i];
		const int64_t values[] = {s->min, s->max, s->min - 1,
		    s->max + 1};

		for (int k = 0; s->type == CONFIG_NUMBER && k < 4; k++) {
			(void)snprintf(text, sizeof(text), "%lld",
			    (long long)values[k]);
			assert_int_equal(config_set(&f->c,
			    str_of(s->section), str_of(s->key), str_of(text),
			    &f->reason), k < 2);
		}
	}
}

/* The words of server.log_level stand in the order of their enum. */
static void
log_levels(void **state)
{
	static const char *const words[] = {"debug", "info", "warning",
	    "error", "off"};
	struct fixture *f = *state;

	for (size_t i = 0; i < 5; i++) {
		enum log_level level;

		assert_true(log_level_parse(str_of(words[i]), &level));
		assert_true(config_set(&f->c, STR("server"), STR("log_level"),
		    str_of(words[i]), &f->reason));
		assert_int_equal(f->c.server_log_level, level);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(defaults),
		TEST(a_file),
		TEST(what_is_unknown_is_refused),
		TEST(every_problem_has_its_line),
		TEST(a_setting_is_given_once),
		TEST(nothing_goes_on),
		TEST(long_lines),
		TEST(a_nul),
		TEST(no_file),
		TEST(the_environment),
		TEST(variables_are_distinct),
		TEST(one_setting),
		TEST(ranges),
		TEST(log_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

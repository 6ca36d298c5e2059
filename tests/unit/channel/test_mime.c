#include "channel/mime.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static void
expect_qp(const char *in, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	mime_quoted_printable(&out, str_of(in));
	assert_string_equal(buf_c(&out), want);
	buf_done(&out);
}

/* RFC 2045 section 6.7 */
static void
test_quoted_printable(void **state)
{
	(void)state;
	expect_qp("", "");
	expect_qp("abc", "abc\r\n");
	expect_qp("a=b\n", "a=3Db\r\n");
	expect_qp("\xc3\xbc\n", "=C3=BC\r\n");
	expect_qp("end \nof\t\n", "end=20\r\nof=09\r\n");
	expect_qp("end ", "end=20\r\n");
	expect_qp(".\n..\n", "=2E\r\n=2E.\r\n");	/* S83 */
	expect_qp("From me\nFrom\n", "=46rom me\r\nFrom\r\n");
	expect_qp("a\r\nb", "a=0D\r\nb\r\n");
	expect_qp("nul\x01", "nul=01\r\n");
}

static void
test_quoted_printable_lines(void **state)
{
	char in[401];
	struct buf out;
	struct str rest, line;

	(void)state;
	for (int c = 0; c < 3; c++) {
		memset(in, "x=."[c], 400);
		in[400] = '\0';
		buf_init(&out, 4096);
		mime_quoted_printable(&out, str_of(in));
		rest = buf_view(&out);
		while (str_split(&rest, '\n', &line)) {
			assert_true(line.n <= 77);	/* 76 and CR */
			assert_true(line.n == 0 || line.p[0] != '.');
		}
		buf_done(&out);
	}
}

static void
expect_header(const char *value, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	mime_header(&out, "Subject", str_of(value));
	assert_string_equal(buf_c(&out), want);
	buf_done(&out);
}

/* RFC 2047 */
static void
test_header(void **state)
{
	(void)state;
	expect_header("plain", "Subject: plain\r\n");
	expect_header("f\xc3\xbcr", "Subject: =?utf-8?Q?f=C3=BCr?=\r\n");
	expect_header("=?x?Q?y?=", "Subject: =?utf-8?Q?=3D=3Fx=3FQ=3Fy=3F=3D"
	    "?=\r\n");
	expect_header("0123456789 0123456789 0123456789 0123456789 0123456789 "
	    "0123456789 0123456789",
	    "Subject: 0123456789 0123456789 0123456789 0123456789 0123456789 "
	    "0123456789\r\n 0123456789\r\n");
}

/* The longest address fits: no line over 998 (S83). */
static void
test_long_addresses(void **state)
{
	char z[EMAIL_MAX + 1];
	struct email longest;
	struct display_text name;
	struct header_text subject;
	struct id id = {0};
	struct buf out;

	(void)state;
	memcpy(z, "a@", 2);
	for (int i = 2; i < EMAIL_MAX; i++) {
		z[i] = (char)(i % 50 == 0 ? '.' : 'x');
	}
	z[EMAIL_MAX] = '\0';
	assert_int_equal(email_parse(str_of(z), &longest), FLAW_NONE);
	assert_int_equal(display_text_parse(STR("Shop"), &name), FLAW_NONE);
	assert_int_equal(header_text_parse(STR("Code"), &subject), FLAW_NONE);
	buf_init(&out, MIME_MAX);
	mime_build(&(struct mime){.from = &longest, .from_name = &name,
	    .to = &longest, .subject = &subject, .text = STR("x"), .id = &id},
	    &out);
	assert_int_equal(buf_err(&out), ERR_NONE);
	assert_non_null(strstr(buf_c(&out), "From: \"Shop\"\r\n <a@xxx"));
	buf_done(&out);
}

static void
test_latches_the_limit(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10);
	mime_header(&out, "Subject", STR("too long for it"));
	assert_int_equal(buf_err(&out), ERR_LIMIT);
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quoted_printable),
		cmocka_unit_test(test_quoted_printable_lines),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_long_addresses),
		cmocka_unit_test(test_latches_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

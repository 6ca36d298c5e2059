/*
 * The key file: what is accepted, and that nothing else is.
 */
#include "ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/encode.h"
#include "crypto/hmac.h"
#include "crypto/keyring_file.h"

#define K(c) c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c \
	c c c c c c c c c c "A="
#define HEAD "watchword-keyring 1\n"
#define AT " 2026-11-22T09:06:54.120Z "
#define CODE "code 1" AT K("A") "\n"
#define CODE2 "code 2" AT K("D") "\n"
#define SEAL "seal 1" AT K("B") "\n"
#define INDEX "index 1" AT K("C") "\n"
#define RECEIPT "receipt 1" AT K("D") "\n"
#define AUDIT "audit 1" AT K("E") "\n"
#define GOOD HEAD CODE SEAL INDEX RECEIPT AUDIT

static void
finish(struct str body, struct buf *out)
{
	uint8_t digest[SHA256_SIZE];

	assert_int_equal(sha256(&body, 1, digest), ERR_NONE);
	buf_str(out, body);
	buf_z(out, "sha256 ");
	hex_encode(out, digest, sizeof(digest));
	buf_char(out, '\n');
	assert_int_equal(buf_err(out), ERR_NONE);
}

static enum err
parse(struct str text)
{
	struct keyring_file f = {0};

	return keyring_file_parse(text, &f);
}

static enum err
parse_body(const char *body)
{
	struct buf text;
	enum err e;

	buf_init(&text, 2 * KEYRING_FILE_MAX);
	finish(str_of(body), &text);
	e = parse(buf_view(&text));
	buf_done(&text);
	return e;
}

static void
good_file(void **state UNUSED)
{
	struct keyring_file f = {0};
	struct buf text;

	buf_init(&text, KEYRING_FILE_MAX);
	finish(STR(HEAD CODE CODE2 SEAL INDEX RECEIPT AUDIT), &text);
	assert_int_equal(keyring_file_parse(buf_view(&text), &f), ERR_NONE);
	assert_int_equal(f.versions[KEY_CODE], 2);
	assert_int_equal(f.versions[KEY_AUDIT], 1);
	assert_int_equal(f.key[KEY_CODE][1].made_at.v, MADE_AT.v);
	assert_memory_equal(f.key[KEY_SEAL][0].bytes, "\x04\x10\x41\x04", 4);
	buf_done(&text);
}

/* The checksum is right in all of these: it is the form that is not. */
static void
bad_forms(void **state UNUSED)
{
	static const char *const bodies[] = {
		"",
		HEAD,
		CODE SEAL INDEX RECEIPT AUDIT,
		"watchword-keyring 2\n" CODE SEAL INDEX RECEIPT AUDIT,
		"watchword-keyring 1\r\n" CODE SEAL INDEX RECEIPT AUDIT,
		/* a use is missing, twice, out of order, unknown */
		HEAD CODE SEAL INDEX RECEIPT,
		HEAD SEAL INDEX RECEIPT AUDIT,
		HEAD CODE CODE SEAL INDEX RECEIPT AUDIT,
		HEAD SEAL CODE INDEX RECEIPT AUDIT,
		HEAD CODE SEAL INDEX RECEIPT AUDIT CODE2,
		HEAD CODE2 CODE SEAL INDEX RECEIPT AUDIT,
		HEAD CODE2 SEAL INDEX RECEIPT AUDIT,
		GOOD "other 1" AT K("A") "\n",
		/* a version is spelt otherwise or too large */
		HEAD "code 01" AT K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code +1" AT K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 0" AT K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 4294967297" AT K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		/* a time is spelt otherwise */
		HEAD "code 1 2026-11-22T09:06:54.12Z " K("A") "\n" SEAL INDEX
		    RECEIPT AUDIT,
		HEAD "code 1 2026-11-22T10:06:54.120+01:00 " K("A") "\n" SEAL
		    INDEX RECEIPT AUDIT,
		HEAD "code 1 today " K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		/* a key is short, long, not canonical, not there */
		HEAD "code 1" AT "AAAA\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 1" AT "AAAA" K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 1" AT "A" K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 1" AT "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 1 2026-11-22T09:06:54.120Z\n" SEAL INDEX RECEIPT
		    AUDIT,
		HEAD "code\n" SEAL INDEX RECEIPT AUDIT,
		/* blanks and empty lines */
		HEAD "\n" CODE SEAL INDEX RECEIPT AUDIT,
		GOOD "\n",
		HEAD " " CODE SEAL INDEX RECEIPT AUDIT,
		HEAD "code  1" AT K("A") "\n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 1" AT K("A") " \n" SEAL INDEX RECEIPT AUDIT,
		HEAD "code 1" AT K("A") "\r\n" SEAL INDEX RECEIPT AUDIT,
		GOOD "sha256 \n",
	};

	assert_int_equal(parse_body(GOOD), ERR_NONE);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(parse_body(bodies[i]), ERR_SYNTAX);
	}
}

static void
damage(void **state UNUSED)
{
	struct buf text;
	char *end;

	buf_init(&text, KEYRING_FILE_MAX);
	finish(STR(GOOD), &text);
	for (size_t bit = 0; bit < text.n * 8; bit++) {
		text.p[bit / 8] = (char)(text.p[bit / 8] ^ 1 << bit % 8);
		assert_int_equal(parse(buf_view(&text)), ERR_SYNTAX);
		text.p[bit / 8] = (char)(text.p[bit / 8] ^ 1 << bit % 8);
	}
	for (size_t n = 0; n < text.n; n++) {
		assert_int_equal(parse(str_slice(buf_view(&text), 0, n)),
		    ERR_SYNTAX);
		assert_int_equal(parse(str_slice(buf_view(&text), n + 1,
		    text.n)), ERR_SYNTAX);
	}
	assert_int_equal(parse(buf_view(&text)), ERR_NONE);

	/* Something behind the checksum. */
	buf_char(&text, '\n');
	assert_int_equal(parse(buf_view(&text)), ERR_SYNTAX);
	end = text.p + text.n - 1;
	*end = '\0';
	assert_int_equal(parse(buf_view(&text)), ERR_SYNTAX);
	buf_done(&text);
}

static void
as_many_versions_as_there_may_be(void **state UNUSED)
{
	struct buf body;

	for (unsigned n = KEYRING_VERSIONS_MAX; n <= 65; n++) {
		buf_init(&body, 2 * KEYRING_FILE_MAX);
		buf_z(&body, HEAD);
		for (enum key_use use = 0; use < KEY_USE_COUNT; use++) {
			for (unsigned v = 1; v <= n; v++) {
				buf_printf(&body, "%s %u" AT "%s\n",
				    keyring_use_name(use), v, K("A"));
			}
		}
		assert_int_equal(parse_body(buf_c(&body)),
		    n == KEYRING_VERSIONS_MAX ? ERR_NONE : ERR_SYNTAX);
		buf_done(&body);
	}
	buf_init(&body, 2 * KEYRING_FILE_MAX);
	buf_z(&body, GOOD);
	while (body.n <= KEYRING_FILE_MAX) {
		buf_z(&body, CODE);
	}
	assert_int_equal(parse_body(buf_c(&body)), ERR_SYNTAX);
	buf_done(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_file),
		cmocka_unit_test(bad_forms),
		cmocka_unit_test(damage),
		cmocka_unit_test(as_many_versions_as_there_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

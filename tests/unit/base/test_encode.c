#include "base/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

typedef void encoder(struct buf *out, const void *p, size_t n);
typedef enum err decoder(struct str s, uint8_t *dst, size_t cap,
    size_t *ret_n);

static const struct kind {
	const char *name;
	encoder *encode;
	decoder *decode;
} kinds[] = {
	{"hex", hex_encode, hex_decode},
	{"base64", base64_encode, base64_decode},
	{"base64url", base64url_encode, base64url_decode},
	{"base32", base32_encode, base32_decode},
	{"crockford", crockford_encode, crockford_decode},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void
expect_text(encoder *encode, struct str bytes, const char *want)
{
	struct buf b;

	buf_init(&b, 1000);
	encode(&b, bytes.p, bytes.n);
	assert_string_equal(buf_c(&b), want);
	buf_done(&b);
}

static void
expect_bytes(decoder *decode, const char *text, struct str want)
{
	uint8_t dst[64];
	size_t n = 99;

	if (decode(str_of(text), dst, sizeof(dst), &n) != ERR_NONE) {
		fail_msg("\"%s\" was refused", text);
	}
	assert_true(str_equal((struct str){(char *)dst, n}, want));
}

static void
expect_refused(decoder *decode, struct str text)
{
	uint8_t dst[64];
	size_t n = 99;

	if (decode(text, dst, sizeof(dst), &n) != ERR_SYNTAX || n != 99) {
		fail_msg("\"%.*s\" was not refused", STR_ARG(text));
	}
}

/* RFC 4648 section 10 */
static void
rfc4648_vectors(void **state UNUSED)
{
	static const struct {
		struct str bytes;
		const char *base64, *base64url, *base32, *base32_padded, *hex;
	} cases[] = {
		{STR_INIT(""), "", "", "", "", ""},
		{STR_INIT("f"), "Zg==", "Zg", "MY", "MY======", "66"},
		{STR_INIT("fo"), "Zm8=", "Zm8", "MZXQ", "MZXQ====", "666f"},
		{STR_INIT("foo"), "Zm9v", "Zm9v", "MZXW6", "MZXW6===",
		    "666f6f"},
		{STR_INIT("foob"), "Zm9vYg==", "Zm9vYg", "MZXW6YQ",
		    "MZXW6YQ=", "666f6f62"},
		{STR_INIT("fooba"), "Zm9vYmE=", "Zm9vYmE", "MZXW6YTB",
		    "MZXW6YTB", "666f6f6261"},
		{STR_INIT("foobar"), "Zm9vYmFy", "Zm9vYmFy", "MZXW6YTBOI",
		    "MZXW6YTBOI======", "666f6f626172"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = cases[i].bytes;

		expect_text(base64_encode, s, cases[i].base64);
		expect_bytes(base64_decode, cases[i].base64, s);
		expect_text(base64url_encode, s, cases[i].base64url);
		expect_bytes(base64url_decode, cases[i].base64url, s);
		expect_text(base32_encode, s, cases[i].base32);
		expect_bytes(base32_decode, cases[i].base32, s);
		expect_bytes(base32_decode, cases[i].base32_padded, s);
		expect_text(hex_encode, s, cases[i].hex);
		expect_bytes(hex_decode, cases[i].hex, s);
	}
	expect_text(base64_encode, STR("\xfb\xff"), "+/8=");
	expect_text(base64url_encode, STR("\xfb\xff"), "-_8");
	expect_bytes(hex_decode, "DeadBEEF", STR("\xde\xad\xbe\xef"));
	expect_bytes(base32_decode, "mzxw6ytb", STR("fooba"));
}

static void
crockford_is_for_people(void **state UNUSED)
{
	expect_text(crockford_encode, STR("\0\x44\x32\x14\xc7\x42\x54\xb6"),
	    "0123456789abc");
	expect_bytes(crockford_decode, "04", STR("\1"));
	expect_refused(crockford_decode, STR("01"));
	expect_bytes(crockford_decode, "-----", STR(""));
	expect_bytes(crockford_decode, "zz-ZZ-z-z-zZ-",
	    STR("\xff\xff\xff\xff\xff"));
	expect_bytes(crockford_decode, "oO0iIlL1", STR("\0\0\x10\x84\x21"));
	expect_refused(crockford_decode, STR("u0"));
	expect_refused(crockford_decode, STR("0 0"));
	expect_refused(crockford_decode, STR("0\0"));
}

/* S10: one text for one value.  Each of these is another spelling of one. */
static void
other_spellings_are_refused(void **state UNUSED)
{
	static const struct str base64[] = {
		STR_INIT("Zg"), STR_INIT("Zg="), STR_INIT("Zh=="),
		STR_INIT("Zm9="), STR_INIT("===="), STR_INIT("Zm9v===="),
		STR_INIT("Z==="), STR_INIT("Zg==Zg=="), STR_INIT("="),
		STR_INIT("Zm 9v"), STR_INIT("Zm9v\n"), STR_INIT("Zm-_"),
		STR_INIT("Zm9\0"), STR_INIT("========"),
	};
	static const struct str base64url[] = {
		STR_INIT("Zg=="), STR_INIT("Zh"), STR_INIT("Zm9vY"),
		STR_INIT("+/8"), STR_INIT("\xc3\xa4"),
	};
	static const struct str base32[] = {
		STR_INIT("MY====="), STR_INIT("MY=="), STR_INIT("MZ"),
		STR_INIT("M"), STR_INIT("MZX"), STR_INIT("MZXW6Y"),
		STR_INIT("========"), STR_INIT("MZXW6YTB========"),
		STR_INIT("MZX====="), STR_INIT("M======="), STR_INIT("MY1"),
		STR_INIT("MY======MY======"), STR_INIT("M8"), STR_INIT("M Y"),
	};
	static const struct str hex[] = {
		STR_INIT("6"), STR_INIT("666"), STR_INIT("6g"),
		STR_INIT("0x66"), STR_INIT(" 66 "),
	};

	for (size_t i = 0; i < sizeof(base64) / sizeof(base64[0]); i++) {
		expect_refused(base64_decode, base64[i]);
	}
	for (size_t i = 0; i < sizeof(base64url) / sizeof(base64url[0]); i++) {
		expect_refused(base64url_decode, base64url[i]);
	}
	for (size_t i = 0; i < sizeof(base32) / sizeof(base32[0]); i++) {
		expect_refused(base32_decode, base32[i]);
	}
	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++) {
		expect_refused(hex_decode, hex[i]);
	}
}

static void
every_byte_outside_the_alphabet(void **state UNUSED)
{
	static const unsigned symbols[KINDS] = {22, 64, 64, 58, 60};

	for (int k = 0; k < KINDS; k++) {
		unsigned good = 0;

		for (int c = 0; c < 256; c++) {
			/* Eight symbols: whole bytes in each encoding. */
			char text[8];
			uint8_t dst[8];
			size_t n;

			memset(text, 'a', sizeof(text));
			text[3] = (char)c;
			if (c != '-' || k != 4) {
				good += kinds[k].decode((struct str){text, 8},
				    dst, sizeof(dst), &n) == ERR_NONE;
			}
		}
		assert_int_equal(good, symbols[k]);
	}
}

/* Every length, there and back, and with one byte of room too few. */
static void
round_trips(void **state UNUSED)
{
	uint8_t bytes[70], back[70];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 151 + 77);
	}
	for (int k = 0; k < KINDS; k++) {
		for (size_t n = 0; n <= sizeof(bytes); n++) {
			struct buf b;
			size_t got = 99;

			buf_init(&b, 1000);
			kinds[k].encode(&b, bytes, n);
			assert_int_equal(kinds[k].decode(buf_view(&b), back, n,
			    &got), ERR_NONE);
			assert_int_equal(got, n);
			assert_memory_equal(back, bytes, n);
			if (n > 0) {
				got = 99;
				assert_int_equal(kinds[k].decode(buf_view(&b),
				    back, n - 1, &got), ERR_LIMIT);
				assert_int_equal(got, 99);
			}
			buf_done(&b);
		}
	}
}

static void
crockford_reads_more_than_a_line(void **state UNUSED)
{
	uint8_t bytes[400] = {1, 2, 3}, back[400];
	struct buf b;
	size_t n;

	buf_init(&b, 1000);
	crockford_encode(&b, bytes, sizeof(bytes));
	assert_int_equal(crockford_decode(buf_view(&b), back, sizeof(back),
	    &n), ERR_NONE);
	assert_int_equal(n, sizeof(bytes));
	assert_memory_equal(bytes, back, n);
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc4648_vectors),
		cmocka_unit_test(crockford_is_for_people),
		cmocka_unit_test(other_spellings_are_refused),
		cmocka_unit_test(every_byte_outside_the_alphabet),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(crockford_reads_more_than_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

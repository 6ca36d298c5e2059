/*
 * HKDF-Expand against RFC 5869 appendix A.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/encode.h"
#include "crypto/hkdf.h"
#include "crypto/hmac.h"

struct vector {
	const char *ikm, *salt, *info, *prk, *okm;
};

#define B22 "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"

static const struct vector vectors[] = {
	{B22, "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
	    "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865"},
	{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
	    "404142434445464748494a4b4c4d4e4f",
	    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
	    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
	    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
	    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
	    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
	    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
	    "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
	    "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
	    "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
	    "cc30c58179ec3e87c14c01d5c1f3434f1d87"},
	/* An empty salt stands for 32 zero bytes. */
	{B22, "0000000000000000000000000000000000000000000000000000000000000000",
	    "",
	    "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
	    "9d201395faa4b61a96c8"},
};

static struct str
bytes(const char *hex, uint8_t dst[static 128])
{
	size_t n;

	assert_int_equal(hex_decode(str_of(hex), dst, 128, &n), ERR_NONE);
	return (struct str){(char *)dst, n};
}

static void
rfc5869_appendix_a(void **state UNUSED)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		uint8_t b[5][128], prk_bytes[SHA256_SIZE], got[128];
		struct str ikm = bytes(v->ikm, b[0]), salt = bytes(v->salt, b[1]);
		struct str info = bytes(v->info, b[2]), prk = bytes(v->prk, b[3]);
		struct str okm = bytes(v->okm, b[4]);

		/* Extract, to know that the vector was copied rightly. */
		assert_int_equal(hmac_sha256(salt, &ikm, 1, prk_bytes),
		    ERR_NONE);
		assert_memory_equal(prk_bytes, prk.p, prk.n);
		for (size_t n = 1; n <= okm.n; n++) {
			memset(got, 0x5a, sizeof(got));
			assert_int_equal(hkdf_expand(prk, info, got, n),
			    ERR_NONE);
			assert_memory_equal(got, okm.p, n);
			assert_int_equal(got[n], 0x5a);
		}
	}
}

static void
sizes(void **state UNUSED)
{
	static uint8_t got[HKDF_MAX + 1], again[HKDF_MAX];
	struct str key = STR("0123456789abcdef0123456789abcdef");

	assert_int_equal(hkdf_expand(key, STR("x"), got, 0), ERR_RANGE);
	assert_int_equal(hkdf_expand(key, STR("x"), got, sizeof(got)),
	    ERR_RANGE);
	assert_int_equal(hkdf_expand(key, STR("x"), got, HKDF_MAX), ERR_NONE);
	assert_int_equal(hkdf_expand(key, STR("x"), again, HKDF_MAX - 1),
	    ERR_NONE);
	assert_memory_equal(got, again, HKDF_MAX - 1);
	assert_int_equal(hkdf_expand(key, STR("y"), again, 32), ERR_NONE);
	assert_memory_not_equal(got, again, 32);
	/* A key that HMAC refuses gives zeros, not what was there. */
	memset(again, 0x5a, sizeof(again));
	assert_int_equal(hkdf_expand(STR(""), STR("x"), again, 32), ERR_RANGE);
	assert_memory_equal(again, "\0\0\0\0\0\0\0\0", 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc5869_appendix_a),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "otp/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/encode.h"
#include "crypto/hmac.h"

static struct code_facts
some_facts(void)
{
	struct code_facts f = {
		.epoch = 0x01020304, .generation = 0x05060708,
		.purpose = 0x090a,
	};

	memset(f.tenant.b, 0x11, ID_BYTES);
	memset(f.challenge.b, 0x22, ID_BYTES);
	memset(f.digest, 0x33, CODE_DIGEST_SIZE);
	return f;
}

/* S4.  Codes that are on their way must not change with a new release. */
static void
message_layout(void **state UNUSED)
{
	static const char want[] =
	    "7761746368776f726420636f64652031" "01020304"
	    "11111111111111111111111111111111111111111111"
	    "22222222222222222222222222222222222222222222"
	    "05060708" "090a"
	    "3333333333333333333333333333333333333333333333333333333333333333";
	struct code_facts f = some_facts();
	uint8_t message[CODE_MESSAGE_SIZE];
	struct buf b;

	code_message(&f, message);
	buf_init(&b, 1000);
	hex_encode(&b, message, sizeof(message));
	assert_string_equal(buf_c(&b), want);
	buf_done(&b);
}

/* S46, S48: every bit of every fact is in the message, in a place of its own. */
static void
every_fact_counts(void **state UNUSED)
{
	struct code_facts base = some_facts();
	uint8_t message[CODE_MESSAGE_SIZE], other[CODE_MESSAGE_SIZE];
	static const struct { size_t at, n; } fields[] = {
		{offsetof(struct code_facts, epoch), 4},
		{offsetof(struct code_facts, tenant), ID_BYTES},
		{offsetof(struct code_facts, challenge), ID_BYTES},
		{offsetof(struct code_facts, generation), 4},
		{offsetof(struct code_facts, purpose), 2},	/* R16 */
		{offsetof(struct code_facts, digest), CODE_DIGEST_SIZE},
	};
	uint8_t touched[CODE_MESSAGE_SIZE * 8] = {0};

	code_message(&base, message);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		for (size_t bit = 0; bit < fields[i].n * 8; bit++) {
			struct code_facts f = base;
			unsigned differences = 0;

			((uint8_t *)&f)[fields[i].at + bit / 8] ^=
			    (uint8_t)(1U << bit % 8);
			code_message(&f, other);
			for (size_t k = 0; k < sizeof(touched); k++) {
				if (((message[k / 8] ^ other[k / 8]) >> k % 8 &
				    1) != 0) {
					differences++;
					touched[k]++;
				}
			}
			assert_int_equal(differences, 1);
		}
	}
	for (size_t k = 0; k < sizeof(touched); k++) {
		assert_int_equal(touched[k], k >= 16 * 8);
	}
}

/* SHA-256 of "a", "b", "c"; the codes by arbitrary-precision arithmetic. */
static void
digits_of_known_macs(void **state UNUSED)
{
	static const struct { const char *mac; const char *codes[4]; } cases[] = {
		{"ca978112ca1bbdcafac231b39a23dc4d"
		    "a786eff8147c4e72b9807785afee48bb",
		    {"5693", "295693", "65295693", "6365295693"}},
		{"3e23e8160039594a33894f6564e1b134"
		    "8bbd7a0088d42c4acb73eeaed59c009d",
		    {"9108", "909108", "04909108", "9704909108"}},
		{"2e7d2c03a9507ae265ecf5b5356885a5"
		    "3393a2029d241394997265a1a25aefc6",
		    {"1333", "391333", "44391333", "8244391333"}},
	};
	static const unsigned lengths[4] = {4, 6, 8, 10};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t mac[CODE_MAC_SIZE];
		size_t n;

		assert_int_equal(hex_decode(str_of(cases[i].mac), mac,
		    sizeof(mac), &n), ERR_NONE);
		for (int k = 0; k < 4; k++) {
			char code[CODE_SIZE];

			code_digits(mac, lengths[k], code);
			assert_string_equal(code, cases[i].codes[k]);
		}
	}
}

static void
extreme_macs(void **state UNUSED)
{
	uint8_t mac[CODE_MAC_SIZE] = {0};
	char code[CODE_SIZE];

	code_digits(mac, 10, code);
	assert_string_equal(code, "0000000000");
	mac[15] = 7;
	code_digits(mac, 4, code);
	assert_string_equal(code, "0007");
	memset(mac, 0xff, sizeof(mac));
	/* 2^128 - 1 = 340282366920938463463374607431768211455 */
	code_digits(mac, 10, code);
	assert_string_equal(code, "1768211455");
}

enum { CODES = 1000000, LENGTHS = 3 };

static const unsigned lengths[LENGTHS] = {4, 6, 10};
static unsigned digit_counts[LENGTHS][CODE_LENGTH_MAX][10];
static unsigned triple_counts[1000];
static unsigned leading_zeros;

static void
count_codes(const uint8_t mac[static CODE_MAC_SIZE])
{
	char code[CODE_SIZE];

	for (int l = 0; l < LENGTHS; l++) {
		code_digits(mac, lengths[l], code);
		for (unsigned i = 0; i < lengths[l]; i++) {
			digit_counts[l][i][code[i] - '0']++;
		}
		if (lengths[l] == 6) {
			triple_counts[(code[0] - '0') * 100 +
			    (code[1] - '0') * 10 + (code[2] - '0')]++;
			leading_zeros += code[0] == '0';
		}
	}
}

static double
chi_square(const unsigned counts[], unsigned bins)
{
	double expected = (double)CODES / bins, sum = 0;

	for (unsigned i = 0; i < bins; i++) {
		double d = counts[i] - expected;

		sum += d * d / expected;
	}
	return sum;
}

/*
 * S2: codes of a million consecutive challenges under a fixed key, so that
 * the outcome is always the same.
 */
static void
million_codes_are_uniform(void **state UNUSED)
{
	struct code_facts f = some_facts();

	for (uint32_t i = 0; i < CODES; i++) {
		uint8_t message[CODE_MESSAGE_SIZE], mac[CODE_MAC_SIZE];
		struct str part = {(char *)message, sizeof(message)};

		f.challenge.b[ID_BYTES - 1] = (uint8_t)i;
		f.challenge.b[ID_BYTES - 2] = (uint8_t)(i >> 8);
		f.challenge.b[ID_BYTES - 3] = (uint8_t)(i >> 16);
		code_message(&f, message);
		assert_int_equal(hmac_sha256(STR("a key for this test alone"),
		    &part, 1, mac), ERR_NONE);
		count_codes(mac);
	}
	/* Nine degrees of freedom: one in a thousand is over 27.88. */
	for (int l = 0; l < LENGTHS; l++) {
		for (unsigned i = 0; i < lengths[l]; i++) {
			double x = chi_square(digit_counts[l][i], 10);

			if (x > 27.88) {
				fail_msg("length %u, position %u: %f",
				    lengths[l], i, x);
			}
		}
	}
	/* 999 degrees: mean 999, standard deviation 44.7. */
	assert_true(chi_square(triple_counts, 1000) < 999 + 3 * 44.7);
	/* A tenth, 300 in standard deviation. */
	assert_in_range(leading_zeros, 100000 - 900, 100000 + 900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_layout),
		cmocka_unit_test(every_fact_counts),
		cmocka_unit_test(digits_of_known_macs),
		cmocka_unit_test(extreme_macs),
		cmocka_unit_test(million_codes_are_uniform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

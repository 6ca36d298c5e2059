#include "otp/code.h"

#include <assert.h>
#include <string.h>

/* Keeps these MACs apart from any other use of the key; 16 bytes. */
static const char label[16] = "watchword code 1";

static uint8_t *
put_be(uint8_t *p, uint32_t v, unsigned width)
{
	for (unsigned i = 0; i < width; i++) {
		p[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
	}
	return p + width;
}

static uint8_t *
put_bytes(uint8_t *p, const void *bytes, size_t n)
{
	memcpy(p, bytes, n);
	return p + n;
}

void
code_message(const struct code_facts *facts,
    uint8_t dst[static CODE_MESSAGE_SIZE])
{
	uint8_t *p = dst;

	p = put_bytes(p, label, sizeof(label));
	p = put_be(p, facts->epoch, 4);
	p = put_bytes(p, facts->tenant.b, ID_BYTES);
	p = put_bytes(p, facts->challenge.b, ID_BYTES);
	p = put_be(p, facts->generation, 4);
	p = put_be(p, facts->purpose, 2);
	p = put_bytes(p, facts->digest, CODE_DIGEST_SIZE);
	assert(p == dst + CODE_MESSAGE_SIZE);
}

/*
 * The first 128 bits as a number, modulo 10^length, 16 bits at a time: the
 * remainder is under 2^34, so nothing overflows.  Taking a uniform number
 * under 2^128 modulo m makes some remainders likelier by one part in
 * 2^128 / m, which is over 2^94 for ten digits.
 */
void
code_digits(const uint8_t mac[static CODE_MAC_SIZE], unsigned length,
    char dst[static CODE_SIZE])
{
	uint64_t modulus = 1, v = 0;

	assert(length >= CODE_LENGTH_MIN && length <= CODE_LENGTH_MAX);
	for (unsigned i = 0; i < length; i++) {
		modulus *= 10;
	}
	for (unsigned i = 0; i < 16; i += 2) {
		v = (v << 16 | (uint64_t)mac[i] << 8 | mac[i + 1]) % modulus;
	}
	dst[length] = '\0';
	for (unsigned i = length; i > 0; i--) {
		dst[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
}

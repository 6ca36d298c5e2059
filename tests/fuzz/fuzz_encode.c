/*
 * base/encode: what a decoder accepts is the one text of its bytes, and every
 * encoder's text decodes to what went in.
 */
#include <string.h>

#include "base/buf.h"
#include "base/encode.h"

#include "fuzz.h"

#define INPUT_MAX 4096

struct coding {
	const char *name;
	void (*encode)(struct buf *out, const void *p, size_t n);
	enum err (*decode)(struct str s, uint8_t *dst, size_t cap,
	    size_t *ret_n);
	/* Several texts may stand for the same bytes: case, padding, hyphens. */
	int lenient;
};

static const struct coding codings[] = {
	{"hex", hex_encode, hex_decode, 1},
	{"base64", base64_encode, base64_decode, 0},
	{"base64url", base64url_encode, base64url_decode, 0},
	{"base32", base32_encode, base32_decode, 1},
	{"crockford", crockford_encode, crockford_decode, 1},
};

/* bytes -> text -> the same bytes */
static void
there_and_back(const struct coding *c, const uint8_t *data, size_t size)
{
	uint8_t back[INPUT_MAX];
	struct buf text;
	size_t n = 0;

	buf_init(&text, (size_t)INPUT_MAX * 2 + 16);
	c->encode(&text, data, size);
	require(buf_err(&text) == ERR_NONE, "the text fits");
	require(c->decode(buf_view(&text), back, sizeof(back), &n) == ERR_NONE,
	    "an encoder's text is accepted");
	require(n == size && (n == 0 || memcmp(back, data, n) == 0),
	    "decoding gives back what was encoded");
	buf_done(&text);
}

/* text -> bytes -> the same text, or at least the same bytes again */
static void
back_and_there(const struct coding *c, struct str s)
{
	uint8_t bytes[INPUT_MAX];
	struct buf text;
	size_t n = 0;

	if (c->decode(s, bytes, sizeof(bytes), &n) != ERR_NONE) {
		return;
	}
	require(n <= s.n, "bytes are never longer than their text");
	buf_init(&text, (size_t)INPUT_MAX * 2 + 16);
	c->encode(&text, bytes, n);
	require(c->lenient || str_equal(buf_view(&text), s),
	    "only the canonical text is accepted");
	buf_done(&text);
	there_and_back(c, bytes, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = {(const char *)data, size};

	if (size > INPUT_MAX) {
		return 0;
	}
	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		there_and_back(&codings[i], data, size);
		back_and_there(&codings[i], s);
	}
	return 0;
}

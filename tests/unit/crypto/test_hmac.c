/*
 * HMAC against RFC 2202 and RFC 4231, SHA-256 against FIPS 180-4, and what
 * hmac.h promises about the memory that a key leaves behind.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/encode.h"
#include "crypto/crypto.h"
#include "crypto/hmac.h"
#include "vectors.h"

struct vector {
	enum hmac_hash hash;
	const char *key;	/* hex */
	const char *data;	/* hex, or text when it starts with '=' */
	const char *mac;	/* hex, perhaps only its beginning */
};

#define TEN(x) x x x x x x x x x x
#define A20 TEN("aa") TEN("aa")
#define A80 A20 A20 A20 A20
#define A131 A80 A20 A20 TEN("aa") "aa"
#define LONGKEY "=Test Using Larger Than Block-Size Key - Hash Key First"
#define KEY25 "0102030405060708090a0b0c0d0e0f10111213141516171819"
#define LONGDATA "=This is a test using a larger than block-size key and a " \
	"larger than block-size data. The key needs to be hashed before " \
	"being used by the HMAC algorithm."

static const struct vector vectors[] = {
	/* RFC 2202 section 3 */
	{HMAC_SHA1, TEN("0b") TEN("0b"), "=Hi There",
	    "b617318655057264e28bc0b6fb378c8ef146be00"},
	{HMAC_SHA1, "4a656665", "=what do ya want for nothing?",
	    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
	{HMAC_SHA1, A20, TEN("dd") TEN("dd") TEN("dd") TEN("dd") TEN("dd"),
	    "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
	{HMAC_SHA1, KEY25, TEN("cd") TEN("cd") TEN("cd") TEN("cd") TEN("cd"),
	    "4c9007f4026250c6bc8414f9bf50c86c2d7235da"},
	{HMAC_SHA1, TEN("0c") TEN("0c"), "=Test With Truncation",
	    "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"},
	{HMAC_SHA1, A80, LONGKEY, "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
	{HMAC_SHA1, A80, "=Test Using Larger Than Block-Size Key and Larger "
	    "Than One Block-Size Data",
	    "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"},
	/* RFC 4231 section 4 */
	{HMAC_SHA256, TEN("0b") TEN("0b"), "=Hi There",
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7"},
	{HMAC_SHA512, TEN("0b") TEN("0b"), "=Hi There",
	    "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
	    "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
	{HMAC_SHA256, "4a656665", "=what do ya want for nothing?",
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843"},
	{HMAC_SHA512, "4a656665", "=what do ya want for nothing?",
	    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
	{HMAC_SHA256, A20, TEN("dd") TEN("dd") TEN("dd") TEN("dd") TEN("dd"),
	    "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe"},
	{HMAC_SHA512, A20, TEN("dd") TEN("dd") TEN("dd") TEN("dd") TEN("dd"),
	    "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
	    "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
	{HMAC_SHA256, KEY25, TEN("cd") TEN("cd") TEN("cd") TEN("cd") TEN("cd"),
	    "82558a389a443c0ea4cc819899f2083a"
	    "85f0faa3e578f8077a2e3ff46729665b"},
	{HMAC_SHA512, KEY25, TEN("cd") TEN("cd") TEN("cd") TEN("cd") TEN("cd"),
	    "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
	    "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
	{HMAC_SHA256, TEN("0c") TEN("0c"), "=Test With Truncation",
	    "a3b6167473100ee06e0c796c2955552b"},
	{HMAC_SHA512, TEN("0c") TEN("0c"), "=Test With Truncation",
	    "415fad6271580a531d4179bc891d87a6"},
	{HMAC_SHA256, A131, LONGKEY,
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54"},
	{HMAC_SHA512, A131, LONGKEY,
	    "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
	    "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
	{HMAC_SHA256, A131, LONGDATA,
	    "9b09ffa71b942fcb27635fbcd5b0e944"
	    "bfdc63644f0713938a7f51535c3a35e2"},
	{HMAC_SHA512, A131, LONGDATA,
	    "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
	    "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"},
};

static struct str
bytes(const char *text, uint8_t dst[static 256])
{
	size_t n;

	if (text[0] == '=') {
		return str_of(text + 1);
	}
	assert_int_equal(hex_decode(str_of(text), dst, 256, &n), ERR_NONE);
	return (struct str){(char *)dst, n};
}

static void
rfc_vectors(void **state UNUSED)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		uint8_t key_bytes[256], data_bytes[256], want_bytes[256];
		struct str key = bytes(v->key, key_bytes);
		struct str data = bytes(v->data, data_bytes);
		struct str want = bytes(v->mac, want_bytes);
		uint8_t mac[HMAC_SIZE_MAX];

		/* Wherever the message is cut, the MAC is the same. */
		for (size_t cut = 0; cut <= data.n; cut++) {
			struct str parts[2] = {
				str_slice(data, 0, cut),
				str_slice(data, cut, data.n),
			};

			assert_int_equal(hmac(v->hash, key, parts, 2, mac),
			    ERR_NONE);
			assert_memory_equal(mac, want.p, want.n);
		}
	}
}

/* A message in three parts, by somebody else: Standard Webhooks 1.0.0. */
static void
standard_webhooks_example(void **state UNUSED)
{
	json_t *json = vectors_load("standard-webhooks.json");
	struct str secret = str_of(vectors_text(json, "secret"));
	uint8_t key[64], mac[SHA256_SIZE];
	char at[24];
	struct str parts[5] = {
		str_of(vectors_text(json, "id")), STR("."), {at, 0}, STR("."),
		str_of(vectors_text(json, "body")),
	};
	struct buf out;
	size_t n;

	(void)snprintf(at, sizeof(at), "%lld",
	    (long long)vectors_number(json, "timestamp"));
	parts[2] = str_of(at);
	assert_int_equal(base64_decode(str_slice(secret, strlen("whsec_"),
	    secret.n), key, sizeof(key), &n), ERR_NONE);
	assert_int_equal(hmac_sha256((struct str){(char *)key, n}, parts, 5,
	    mac), ERR_NONE);
	buf_init(&out, 100);
	buf_z(&out, "v1,");
	base64_encode(&out, mac, sizeof(mac));
	assert_string_equal(buf_c(&out), vectors_text(json, "signature"));
	buf_done(&out);
	json_decref(json);
}

static void
named_functions_agree(void **state UNUSED)
{
	struct str key = STR("Jefe"), part = STR("message");
	uint8_t any[HMAC_SIZE_MAX], named[HMAC_SIZE_MAX];

	assert_int_equal(hmac(HMAC_SHA1, key, &part, 1, any), ERR_NONE);
	assert_int_equal(hmac_sha1(key, &part, 1, named), ERR_NONE);
	assert_memory_equal(any, named, SHA1_SIZE);
	assert_int_equal(hmac(HMAC_SHA256, key, &part, 1, any), ERR_NONE);
	assert_int_equal(hmac_sha256(key, &part, 1, named), ERR_NONE);
	assert_memory_equal(any, named, SHA256_SIZE);
	assert_int_equal(hmac(HMAC_SHA512, key, &part, 1, any), ERR_NONE);
	assert_int_equal(hmac_sha512(key, &part, 1, named), ERR_NONE);
	assert_memory_equal(any, named, SHA512_SIZE);
	assert_int_equal(hmac_size(HMAC_SHA1), 20);
	assert_int_equal(hmac_size(HMAC_SHA256), 32);
	assert_int_equal(hmac_size(HMAC_SHA512), 64);
}

static void
no_parts_is_the_empty_message(void **state UNUSED)
{
	struct str empty = {NULL, 0};
	uint8_t none[SHA256_SIZE], one[SHA256_SIZE];

	assert_int_equal(hmac_sha256(STR("k"), NULL, 0, none), ERR_NONE);
	assert_int_equal(hmac_sha256(STR("k"), &empty, 1, one), ERR_NONE);
	assert_memory_equal(none, one, sizeof(one));
}

static void
key_sizes(void **state UNUSED)
{
	static char key[HMAC_KEY_MAX + 1];
	struct str part = STR("x");
	uint8_t mac[SHA256_SIZE], untouched[SHA256_SIZE];

	memset(mac, 0x5a, sizeof(mac));
	memset(untouched, 0x5a, sizeof(untouched));
	assert_int_equal(hmac_sha256((struct str){key, 0}, &part, 1, mac),
	    ERR_RANGE);
	assert_int_equal(hmac_sha256((struct str){key, sizeof(key)}, &part, 1,
	    mac), ERR_RANGE);
	assert_memory_equal(mac, untouched, sizeof(mac));
	assert_int_equal(hmac_sha256((struct str){key, HMAC_KEY_MAX}, &part, 1,
	    mac), ERR_NONE);
}

static void
result_may_lie_on_the_input(void **state UNUSED)
{
	uint8_t want[SHA256_SIZE], place[SHA256_SIZE];
	struct str self = {(char *)place, sizeof(place)};

	memset(place, 7, sizeof(place));
	assert_int_equal(hmac_sha256(self, &self, 1, want), ERR_NONE);
	assert_int_equal(hmac_sha256(self, &self, 1, place), ERR_NONE);
	assert_memory_equal(place, want, sizeof(want));
}

static void
sha256_vectors(void **state UNUSED)
{
	/* FIPS 180-4 examples: "", "abc", and the one of two blocks. */
	static const struct { struct str text; const char *digest; } cases[] = {
		{STR_INIT(""), "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855"},
		{STR_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad"},
		{STR_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmno"
		    "mnopnopq"), "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t want[256], digest[SHA256_SIZE];
		struct str text = cases[i].text;

		(void)bytes(cases[i].digest, want);
		for (size_t cut = 0; cut <= text.n; cut++) {
			struct str parts[2] = {
				str_slice(text, 0, cut),
				str_slice(text, cut, text.n),
			};

			assert_int_equal(sha256(parts, 2, digest), ERR_NONE);
			assert_memory_equal(digest, want, sizeof(digest));
		}
	}
}

/* How often needle lies in the ordinary heap, as a core dump would show it. */
static unsigned
heap_count(const uint8_t *needle, size_t n)
{
	char line[512];
	unsigned found = 0;
	FILE *maps = fopen("/proc/self/maps", "re");

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;
		char *end;
		const char *at;

		if (strstr(line, "[heap]") == NULL) {
			continue;
		}
		from = strtoul(line, &end, 16);
		to = strtoul(end + 1, NULL, 16);
		at = (const char *)(uintptr_t)from;
		while ((at = memmem(at, to - (uintptr_t)at, needle, n)) != NULL) {
			found++;
			at++;
		}
	}
	(void)fclose(maps);
	return found;
}

static void
no_key_left_in_the_heap(void **state UNUSED)
{
	uint8_t key[32], pad[64], state_after_key[32], mac[SHA256_SIZE];
	uint8_t macs[2][HMAC_SIZE_MAX];
	struct str part = STR("message");
	uint8_t *witness;
	SHA256_CTX sha;

	if (UNDER_SANITIZER) {
		skip();	/* its heap is elsewhere, and keeps what is freed */
	}
	for (size_t i = 0; i < sizeof(key); i++) {
		key[i] = (uint8_t)(0xc1 + i * 37);
	}
	memset(pad, 0x36, sizeof(pad));
	for (size_t i = 0; i < sizeof(key); i++) {
		pad[i] ^= key[i];
	}
	/* The library keeps the state as eight words in its own order. */
	SHA256_Init(&sha);
	SHA256_Update(&sha, pad, sizeof(pad));
	memcpy(state_after_key, sha.h, sizeof(state_after_key));

	/* A sanitizer's heap is not where this looks. */
	if (UNDER_SANITIZER) {
		skip();
	}
	/* The search finds what is there. */
	witness = malloc(sizeof(key));
	assert_non_null(witness);
	memcpy(witness, key, sizeof(key));
	assert_int_equal(heap_count(key, sizeof(key)), 1);
	OPENSSL_cleanse(witness, sizeof(key));
	free(witness);

	assert_int_equal(hmac_sha256((struct str){(char *)key, sizeof(key)},
	    &part, 1, mac), ERR_NONE);
	assert_int_equal(heap_count(key, sizeof(key)), 0);
	assert_int_equal(heap_count(state_after_key, 32), 0);
	assert_int_equal(hmac_each(HMAC_SHA256,
	    (struct str){(char *)key, sizeof(key)},
	    (struct str[]){part, part}, 2, macs), ERR_NONE);
	assert_int_equal(heap_count(key, sizeof(key)), 0);
	assert_int_equal(heap_count(state_after_key, 32), 0);
}

static void
key_heap_is_ready(void **state UNUSED)
{
	void *p;

	assert_int_equal(crypto_init(), ERR_NONE);
	assert_int_equal(crypto_init(), ERR_NONE);
	p = OPENSSL_secure_malloc(32);
	assert_int_equal(CRYPTO_secure_allocated(p), 1);
	OPENSSL_secure_free(p);
}

static void *
thread_body(void *arg)
{
	uint8_t mac[SHA256_SIZE];
	struct str part = STR("message");
	int *failures = arg;

	for (int i = 0; i < 2000; i++) {
		char key[2] = {(char)('a' + i % 7), 'k'};
		uint8_t again[SHA256_SIZE];

		if (hmac_sha256((struct str){key, 2}, &part, 1, mac) != 0 ||
		    hmac_sha256((struct str){key, 2}, &part, 1, again) != 0 ||
		    memcmp(mac, again, sizeof(mac)) != 0) {
			(*failures)++;
		}
	}
	return NULL;
}

static void
threads_do_not_mix(void **state UNUSED)
{
	enum { THREADS = 4 };
	pthread_t threads[THREADS];
	int failures[THREADS] = {0};

	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, thread_body,
		    &failures[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(failures[i], 0);
	}
}

/* Each is what hmac says of it alone, and the key is not left over. */
static void
several_under_one_key(void **state UNUSED)
{
	const struct str key = STR("12345678901234567890"),
	    messages[] = {STR("one"), STR(""), STR("three"), STR("one")};
	uint8_t macs[4][HMAC_SIZE_MAX], alone[HMAC_SIZE_MAX];

	for (int h = 0; h < HMAC_HASH_COUNT; h++) {
		size_t size = hmac_size((enum hmac_hash)h);

		assert_int_equal(hmac_each((enum hmac_hash)h, key, messages,
		    4, macs), ERR_NONE);
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(hmac((enum hmac_hash)h, key,
			    &messages[i], 1, alone), ERR_NONE);
			assert_memory_equal(macs[i], alone, size);
		}
	}
	assert_int_equal(hmac_each(HMAC_SHA1, STR(""), messages, 4, macs),
	    ERR_RANGE);
	assert_int_equal(hmac_each(HMAC_SHA1, key, messages, 0, macs),
	    ERR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_heap_is_ready),
		cmocka_unit_test(rfc_vectors),
		cmocka_unit_test(standard_webhooks_example),
		cmocka_unit_test(named_functions_agree),
		cmocka_unit_test(no_parts_is_the_empty_message),
		cmocka_unit_test(several_under_one_key),
		cmocka_unit_test(key_sizes),
		cmocka_unit_test(result_may_lie_on_the_input),
		cmocka_unit_test(sha256_vectors),
		cmocka_unit_test(no_key_left_in_the_heap),
		cmocka_unit_test(threads_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

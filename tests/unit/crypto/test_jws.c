/*
 * Receipts: what is written, that openssl agrees, and that nothing else than
 * what was written is taken for one.
 */
#include "ring.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/encode.h"
#include "crypto/jws.h"

#define TYP "receipt+jwt"
#define PAYLOAD "{\"iss\":\"w\",\"jti\":\"rct_1\"}"

static struct place place;
static struct rng rng;
static struct keyring *ring;

static int
setup(void **state UNUSED)
{
	place_init(&place);
	rng = place_rng(&place);
	ring = place_ring(&place);
	return 0;
}

static int
teardown(void **state UNUSED)
{
	keyring_free(ring);
	place_done(&place);
	return 0;
}

static void
rotate(void)
{
	assert_int_equal(keyring_rotate(place.path, KEY_RECEIPT, &rng, MADE_AT),
	    ERR_NONE);
	keyring_free(ring);
	assert_int_equal(keyring_load(place.path, &ring), ERR_NONE);
}

static void
sign(struct str payload, struct buf *out)
{
	buf_init(out, JWS_MAX);
	assert_int_equal(jws_sign(ring, TYP, payload, out), ERR_NONE);
}

static enum err
verify(struct str jws, struct str want)
{
	struct buf payload;
	enum err e;

	buf_init(&payload, JWS_MAX);
	buf_z(&payload, "before");
	e = jws_verify(ring, TYP, jws, &payload);
	if (e == ERR_NONE) {
		assert_true(str_equal(str_slice(buf_view(&payload), 6,
		    payload.n), want));
	} else {
		assert_string_equal(buf_c(&payload), "before");
	}
	buf_done(&payload);
	return e;
}

/* Any header over any payload text, rightly signed by the ring. */
static void
forge(const char *header, const char *payload_text, struct buf *out)
{
	uint8_t signature[KEYRING_SIGNATURE];
	uint32_t version;

	buf_init(out, 2 * JWS_MAX);
	base64url_encode(out, header, strlen(header));
	buf_char(out, '.');
	buf_z(out, payload_text);
	assert_int_equal(keyring_sign(ring, KEY_RECEIPT, buf_view(out),
	    &version, signature), ERR_NONE);
	buf_char(out, '.');
	base64url_encode(out, signature, sizeof(signature));
}

static enum err
verify_forged(const char *header)
{
	struct buf jws;
	enum err e;

	/* "e30" is {} */
	forge(header, "e30", &jws);
	e = verify(buf_view(&jws), STR("{}"));
	buf_done(&jws);
	return e;
}

static void
round_trip(void **state UNUSED)
{
	static char bytes[200];
	struct buf jws;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char)(i * 5);
	}
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		sign((struct str){bytes, n}, &jws);
		assert_int_equal(verify(buf_view(&jws),
		    (struct str){bytes, n}), ERR_NONE);
		buf_done(&jws);
	}
}

static void
exact_form(void **state UNUSED)
{
	struct buf jws, want;

	sign(STR(PAYLOAD), &jws);
	forge("{\"alg\":\"EdDSA\",\"kid\":\"r1\",\"typ\":\"receipt+jwt\"}",
	    "eyJpc3MiOiJ3IiwianRpIjoicmN0XzEifQ", &want);
	/* Ed25519 is deterministic: one text for one payload. */
	assert_string_equal(buf_c(&jws), buf_c(&want));
	buf_done(&jws);
	buf_done(&want);
}

static void
other_headers_are_refused(void **state UNUSED)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"kid\":\"r1\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"HS256\",\"kid\":\"r1\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r1\",\"typ\":\"audit+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r1\",\"typ\":\"receipt+jwt2\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r1\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"receipt+jwt\",\"kid\":\"r1\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r01\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r+1\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"1\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r4294967297\","
		    "\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r1\",\"typ\":\"receipt+jwt\","
		    "\"jwk\":{}}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r1\",\"typ\":\"receipt+jwt\"} ",
		"{ \"alg\":\"EdDSA\",\"kid\":\"r1\",\"typ\":\"receipt+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"r1",
		"{\"alg\":\"EdDSA\",\"kid\":\"r",
		"{}",
		"",
	};

	assert_int_equal(verify_forged("{\"alg\":\"EdDSA\",\"kid\":\"r1\","
	    "\"typ\":\"receipt+jwt\"}"), ERR_NONE);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		assert_int_equal(verify_forged(headers[i]), ERR_SYNTAX);
	}
	/* Our form, but a version that we do not have. */
	assert_int_equal(verify_forged("{\"alg\":\"EdDSA\",\"kid\":\"r2\","
	    "\"typ\":\"receipt+jwt\"}"), ERR_MISSING);
	assert_int_equal(verify_forged("{\"alg\":\"EdDSA\",\"kid\":\"r0\","
	    "\"typ\":\"receipt+jwt\"}"), ERR_MISSING);
	assert_int_equal(verify_forged("{\"alg\":\"EdDSA\","
	    "\"kid\":\"r4294967295\",\"typ\":\"receipt+jwt\"}"), ERR_MISSING);
}

static enum err
verify_edited(const char *before, const char *jws, const char *after)
{
	struct buf text;
	enum err e;

	buf_init(&text, 2 * JWS_MAX);
	buf_z(&text, before);
	buf_z(&text, jws);
	buf_z(&text, after);
	e = verify(buf_view(&text), STR(PAYLOAD));
	buf_done(&text);
	return e;
}

static void
other_shapes_are_refused(void **state UNUSED)
{
	static const char *const shapes[] = {
		"", ".", "..", "...", "a", "a.b", "a.b.c", "e30.e30.",
	};
	struct buf jws;
	char *dot;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		assert_int_equal(verify(str_of(shapes[i]), STR("")),
		    ERR_SYNTAX);
	}
	sign(STR(PAYLOAD), &jws);
	assert_int_equal(verify_edited("", jws.p, ""), ERR_NONE);
	assert_int_equal(verify_edited("", jws.p, "."), ERR_SYNTAX);
	assert_int_equal(verify_edited("", jws.p, "=="), ERR_SYNTAX);
	assert_int_equal(verify_edited("", jws.p, "AA"), ERR_SYNTAX);
	assert_int_equal(verify_edited("", jws.p, "\n"), ERR_SYNTAX);
	assert_int_equal(verify_edited(".", jws.p, ""), ERR_SYNTAX);
	assert_int_equal(verify_edited(" ", jws.p, ""), ERR_SYNTAX);
	/* No signature, or a part of it. */
	dot = strrchr(jws.p, '.');
	for (char *end = jws.p + jws.n; end > dot; end--) {
		*end = '\0';
		assert_int_equal(verify_edited("", jws.p, ""),
		    end == jws.p + jws.n ? ERR_NONE : ERR_SYNTAX);
	}
	buf_done(&jws);
}

/* A signature over a payload text that is not the one of its bytes. */
static void
payload_text_is_canonical(void **state UNUSED)
{
	static const char *const texts[] = {"e31", "e30=", "e3", "e", "e+0A"};
	struct buf jws;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		forge("{\"alg\":\"EdDSA\",\"kid\":\"r1\","
		    "\"typ\":\"receipt+jwt\"}", texts[i], &jws);
		assert_int_equal(verify(buf_view(&jws), STR("{}")),
		    ERR_SYNTAX);
		buf_done(&jws);
	}
}

static void
every_changed_character_is_refused(void **state UNUSED)
{
	static const char others[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
	struct buf jws;

	sign(STR("{}"), &jws);
	for (size_t at = 0; at < jws.n; at++) {
		char right = jws.p[at];

		for (const char *c = others; *c != '\0'; c++) {
			if (*c == right) {
				continue;
			}
			jws.p[at] = *c;
			assert_int_not_equal(verify(buf_view(&jws), STR("{}")),
			    ERR_NONE);
		}
		jws.p[at] = right;
	}
	assert_int_equal(verify(buf_view(&jws), STR("{}")), ERR_NONE);
	buf_done(&jws);
}

static void
after_a_rotation(void **state UNUSED)
{
	struct buf old, new;

	sign(STR(PAYLOAD), &old);
	rotate();
	sign(STR(PAYLOAD), &new);
	assert_string_not_equal(buf_c(&old), buf_c(&new));
	assert_int_equal(verify(buf_view(&old), STR(PAYLOAD)), ERR_NONE);
	assert_int_equal(verify(buf_view(&new), STR(PAYLOAD)), ERR_NONE);
	buf_done(&old);
	buf_done(&new);
}

static void
limits(void **state UNUSED)
{
	static char big[2 * JWS_MAX];
	struct buf jws, small;
	size_t n = 0;

	/* The longest payload that goes in also comes out. */
	for (;; n++) {
		enum err e;

		buf_init(&jws, 4 * JWS_MAX);
		buf_z(&jws, "before");
		e = jws_sign(ring, TYP, (struct str){big, 6000 + n}, &jws);
		if (e != ERR_NONE) {
			assert_int_equal(e, ERR_LIMIT);
			assert_string_equal(buf_c(&jws), "before");
			buf_done(&jws);
			break;
		}
		assert_true(jws.n - 6 <= JWS_MAX);
		assert_int_equal(verify(str_slice(buf_view(&jws), 6, jws.n),
		    (struct str){big, 6000 + n}), ERR_NONE);
		buf_done(&jws);
	}
	assert_in_range(n, 1, 144);
	buf_init(&jws, 4 * JWS_MAX);
	assert_int_equal(jws_sign(ring, TYP, (struct str){big, sizeof(big)},
	    &jws), ERR_LIMIT);
	assert_int_equal(verify((struct str){big, JWS_MAX + 1}, STR("")),
	    ERR_SYNTAX);

	assert_int_equal(jws_sign(ring, TYP, STR(PAYLOAD), &jws), ERR_NONE);
	for (size_t room = 0; room <= jws.n; room++) {
		buf_init(&small, room);
		assert_int_equal(jws_sign(ring, TYP, STR(PAYLOAD), &small),
		    room == jws.n ? ERR_NONE : ERR_LIMIT);
		assert_int_equal(small.n, room == jws.n ? room : 0);
		buf_done(&small);
	}
	buf_init(&small, sizeof(PAYLOAD) - 2);
	assert_int_equal(jws_verify(ring, TYP, buf_view(&jws), &small),
	    ERR_LIMIT);
	assert_int_equal(small.n, 0);
	buf_done(&small);
	buf_done(&jws);
}

static void
key_set(void **state UNUSED)
{
	struct buf set, want, small;

	rotate();
	buf_init(&want, 1024);
	buf_z(&want, "{\"keys\":[");
	for (uint32_t v = 1; v <= 2; v++) {
		uint8_t public_half[KEYRING_PUBLIC];

		assert_int_equal(keyring_public(ring, KEY_RECEIPT, v,
		    public_half), ERR_NONE);
		buf_printf(&want, "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
		    "\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"r%u\","
		    "\"x\":\"", v == 1 ? "" : ",", v);
		base64url_encode(&want, public_half, sizeof(public_half));
		buf_z(&want, "\"}");
	}
	buf_z(&want, "]}");
	buf_init(&set, 1024);
	assert_int_equal(jws_key_set(ring, &set), ERR_NONE);
	assert_string_equal(buf_c(&set), buf_c(&want));
	buf_init(&small, set.n - 1);
	assert_int_equal(jws_key_set(ring, &small), ERR_LIMIT);
	assert_int_equal(small.n, 0);
	buf_done(&small);
	buf_done(&set);
	buf_done(&want);
}

static void
write_file(const char *name, const void *p, size_t n)
{
	char path[100];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", place.folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The exit status of the program openssl with these arguments. */
static int
openssl(char *const arguments[])
{
	posix_spawn_file_actions_t quiet;
	int status = -1;
	pid_t child;

	assert_int_equal(posix_spawn_file_actions_init(&quiet), 0);
	for (int fd = 1; fd <= 2; fd++) {
		assert_int_equal(posix_spawn_file_actions_addopen(&quiet, fd,
		    "/dev/null", O_WRONLY, 0), 0);
	}
	if (posix_spawnp(&child, "openssl", &quiet, NULL, arguments,
	    environ) == 0) {
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	(void)posix_spawn_file_actions_destroy(&quiet);
	return status;
}

static int
openssl_verifies(void)
{
	char key[100], message[100], signature[100];
	char words[][12] = {"openssl", "pkeyutl", "-verify", "-rawin",
	    "-pubin", "-keyform", "DER", "-inkey", "-in", "-sigfile"};
	char *arguments[] = {words[0], words[1], words[2], words[3], words[4],
	    words[5], words[6], words[7], key, words[8], message, words[9],
	    signature, NULL};

	(void)snprintf(key, sizeof(key), "%s/public.der", place.folder);
	(void)snprintf(message, sizeof(message), "%s/message", place.folder);
	(void)snprintf(signature, sizeof(signature), "%s/signature",
	    place.folder);
	return openssl(arguments);
}

/* The parts of a JWS, checked by a program that is not ours. */
static void
openssl_agrees(void **state UNUSED)
{
	/* RFC 8410 section 4: SubjectPublicKeyInfo of an Ed25519 key. */
	static const uint8_t der_head[] = {
		0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03,
		0x21, 0x00,
	};
	uint8_t der[sizeof(der_head) + KEYRING_PUBLIC];
	uint8_t signature[KEYRING_SIGNATURE];
	char program[] = "openssl", version[] = "version";
	char *const arguments[] = {program, version, NULL};
	const char *dot;
	struct buf jws;
	size_t n;

	if (openssl(arguments) != 0) {
		skip();
	}
	sign(STR(PAYLOAD), &jws);
	dot = strrchr(jws.p, '.');
	assert_non_null(dot);
	assert_int_equal(base64url_decode(str_of(dot + 1), signature,
	    sizeof(signature), &n), ERR_NONE);
	memcpy(der, der_head, sizeof(der_head));
	assert_int_equal(keyring_public(ring, KEY_RECEIPT, 1,
	    der + sizeof(der_head)), ERR_NONE);
	write_file("public.der", der, sizeof(der));
	write_file("signature", signature, n);
	write_file("message", jws.p, (size_t)(dot - jws.p));
	assert_int_equal(openssl_verifies(), 0);
	write_file("message", jws.p, (size_t)(dot - jws.p) - 1);
	assert_int_not_equal(openssl_verifies(), 0);
	buf_done(&jws);
}

#define RING_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(round_trip),
		RING_TEST(exact_form),
		RING_TEST(other_headers_are_refused),
		RING_TEST(other_shapes_are_refused),
		RING_TEST(payload_text_is_canonical),
		RING_TEST(every_changed_character_is_refused),
		RING_TEST(after_a_rotation),
		RING_TEST(limits),
		RING_TEST(key_set),
		RING_TEST(openssl_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * crypto/jws: a text that verifies is exactly what signing its payload gives.
 * The input is tried as it is, as the header and payload of a text with a
 * right signature, and as the payload to be signed.
 *
 * The ring is the same in every run, so a seed can be a receipt of it.
 */
#include <string.h>
#include <unistd.h>

#include "base/encode.h"
#include "crypto/jws.h"

#include "fuzz.h"

#define TYP "receipt+jwt"

static enum err
count_up(void *ctx, void *p, size_t n)
{
	uint8_t *next = ctx, *bytes = p;

	for (size_t i = 0; i < n; i++) {
		bytes[i] = (*next)++;
	}
	return ERR_NONE;
}

static struct keyring *
make_ring(void)
{
	char folder[] = "/tmp/watchword-fuzz-XXXXXX", path[64];
	uint8_t next = 0;
	struct rng rng = {.fill = count_up, .ctx = &next};
	struct keyring *ring;

	require(mkdtemp(folder) != NULL, "a folder");
	(void)snprintf(path, sizeof(path), "%s/keyring", folder);
	require(keyring_create(path, &rng, (unix_ms){0}) == ERR_NONE, "a file");
	require(keyring_rotate(path, KEY_RECEIPT, &rng, (unix_ms){0}) ==
	    ERR_NONE, "a second version");
	require(keyring_load(path, &ring) == ERR_NONE, "a ring");
	require(unlink(path) == 0 && rmdir(folder) == 0, "nothing is left");
	return ring;
}

/* Whether text verifies; what it says, signed again, is text. */
static int
verify(const struct keyring *ring, struct str text)
{
	struct buf payload, again;
	int good;

	buf_init(&payload, JWS_MAX);
	buf_init(&again, JWS_MAX);
	good = jws_verify(ring, TYP, text, &payload) == ERR_NONE;
	if (!good) {
		require(payload.n == 0, "nothing is given on an error");
	} else if (str_starts(text, STR("eyJhbGciOiJFZERTQSIsImtpZCI6InIyI"))) {
		require(jws_sign(ring, TYP, buf_view(&payload), &again) ==
		    ERR_NONE, "a payload that came can go");
		require(str_equal(buf_view(&again), text),
		    "one text for one payload");
	}
	buf_done(&payload);
	buf_done(&again);
	return good;
}

static void
with_a_right_signature(const struct keyring *ring, struct str text)
{
	uint8_t signature[KEYRING_SIGNATURE];
	uint32_t version;
	struct buf jws;

	buf_init(&jws, (size_t)2 * JWS_MAX);
	buf_str(&jws, text);
	require(keyring_sign(ring, KEY_RECEIPT, text, &version, signature) ==
	    ERR_NONE, "anything can be signed");
	buf_char(&jws, '.');
	base64url_encode(&jws, signature, sizeof(signature));
	(void)verify(ring, buf_view(&jws));
	buf_done(&jws);
}

static void
as_a_payload(const struct keyring *ring, struct str payload)
{
	struct buf jws;

	buf_init(&jws, JWS_MAX);
	if (jws_sign(ring, TYP, payload, &jws) == ERR_NONE) {
		require(verify(ring, buf_view(&jws)), "what we sign verifies");
	} else {
		require(payload.n > JWS_MAX / 2, "only what is long is not");
	}
	buf_done(&jws);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keyring *ring;
	struct str text = {(const char *)data, size};

	if (ring == NULL) {
		ring = make_ring();
	}
	(void)verify(ring, text);
	if (size <= JWS_MAX) {
		with_a_right_signature(ring, text);
		as_a_payload(ring, text);
	}
	return 0;
}

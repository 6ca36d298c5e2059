/*
 * S141: the n-th allocation fails, and what crypto/ promises still holds.
 */
#include "ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "crypto/jws.h"
#include "fault_malloc.h"

static const struct cell cell = {"t", "c", STR_INIT("row")};

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

static bool
seal_and_unseal(void *ctx UNUSED)
{
	struct str plain = STR("ada@example.com");
	struct buf sealed, out;
	enum err e;

	buf_init(&sealed, 1024);
	buf_init(&out, 1024);
	e = keyring_seal(ring, &rng, &cell, plain, &sealed);
	if (e == ERR_NONE) {
		e = keyring_unseal(ring, &cell, buf_view(&sealed), &out);
	} else {
		assert_int_equal(sealed.n, 0);
	}
	if (e == ERR_NONE) {
		assert_true(str_equal(buf_view(&out), plain));
	} else {
		assert_int_equal(e, ERR_NOMEM);
		assert_int_equal(out.n, 0);
	}
	buf_done(&sealed);
	buf_done(&out);
	return e == ERR_NONE;
}

static bool
sign_and_verify(void *ctx UNUSED)
{
	struct str payload = STR("{\"iss\":\"w\"}");
	struct buf jws, out;
	enum err e;

	buf_init(&jws, JWS_MAX);
	buf_init(&out, JWS_MAX);
	e = jws_sign(ring, "receipt+jwt", payload, &jws);
	if (e == ERR_NONE) {
		e = jws_verify(ring, "receipt+jwt", buf_view(&jws), &out);
	} else {
		assert_int_equal(jws.n, 0);
	}
	if (e == ERR_NONE) {
		assert_true(str_equal(buf_view(&out), payload));
	} else {
		assert_int_equal(e, ERR_NOMEM);
		assert_int_equal(out.n, 0);
	}
	buf_done(&jws);
	buf_done(&out);
	return e == ERR_NONE;
}

static bool
publish(void *ctx UNUSED)
{
	struct buf set;
	enum err e;

	buf_init(&set, 4096);
	e = jws_key_set(ring, &set);
	assert_true(e == ERR_NONE || (e == ERR_NOMEM && set.n == 0));
	buf_done(&set);
	return e == ERR_NONE;
}

/* Their memory is the locked one: the heap is not asked at all. */
static bool
rotate_and_load(void *ctx UNUSED)
{
	struct keyring *other = NULL;
	enum err e = keyring_rotate(place.path, KEY_SEAL, &rng, MADE_AT);

	if (e == ERR_NONE) {
		e = keyring_load(place.path, &other);
	}
	keyring_free(other);
	return e == ERR_NONE;
}

static void
cells(void **state UNUSED)
{
	assert_int_not_equal(fault_malloc_each(seal_and_unseal, NULL), 0);
}

static void
receipts(void **state UNUSED)
{
	assert_int_not_equal(fault_malloc_each(sign_and_verify, NULL), 0);
	assert_int_not_equal(fault_malloc_each(publish, NULL), 0);
}

static void
files(void **state UNUSED)
{
	assert_int_equal(fault_malloc_each(rotate_and_load, NULL), 0);
}

#define RING_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		RING_TEST(cells),
		RING_TEST(receipts),
		RING_TEST(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

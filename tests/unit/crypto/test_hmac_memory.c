/*
 * S141: the n-th allocation of OpenSSL fails, for n from 1 until the call
 * succeeds.  A failed call writes nothing, and the next one is right.
 */
#include <openssl/crypto.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/hmac.h"

/* Allocations until one fails; 0: none does. */
static unsigned countdown;

static bool
fails(void)
{
	return countdown > 0 && --countdown == 0;
}

static void *
failing_malloc(size_t n, const char *file UNUSED, int line UNUSED)
{
	return fails() ? NULL : malloc(n);
}

static void *
failing_realloc(void *p, size_t n, const char *file UNUSED, int line UNUSED)
{
	return fails() ? NULL : realloc(p, n);
}

static void
plain_free(void *p, const char *file UNUSED, int line UNUSED)
{
	free(p);
}

/* RFC 4231 case 2, and FIPS 180-4 for "abc", by their first bytes. */
static const struct {
	const char *name;
	uint8_t first[4];
} calls[] = {
	{"hmac_sha1", {0xef, 0xfc, 0xdf, 0x6a}},
	{"hmac_sha256", {0x5b, 0xdc, 0xc1, 0x46}},
	{"hmac_sha512", {0x16, 0x4b, 0x7a, 0x7b}},
	{"sha256", {0xba, 0x78, 0x16, 0xbf}},
};

enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

static enum err
call(int which, uint8_t result[static HMAC_SIZE_MAX])
{
	struct str abc = STR("abc"), part = STR("what do ya want for nothing?");

	return which == 3 ? sha256(&abc, 1, result) :
	    hmac((enum hmac_hash)which, STR("Jefe"), &part, 1, result);
}

/* Runs in a thread of its own, whose contexts are still to be made. */
static void *
fail_each_allocation(void *arg)
{
	int which = *(int *)arg;
	unsigned faults = 0;

	for (unsigned n = 1;; n++) {
		uint8_t result[HMAC_SIZE_MAX] = {0}, zeros[HMAC_SIZE_MAX] = {0};
		enum err e;

		countdown = n;
		e = call(which, result);
		if (countdown > 0) {
			countdown = 0;
			break;
		}
		faults++;
		/* It may have been able to do without, as when wiping. */
		if (memcmp(result, e == ERR_NONE ? calls[which].first : zeros,
		    4) != 0) {
			return "a failed call left a result, or a wrong one";
		}
		if (call(which, result) != ERR_NONE ||
		    memcmp(result, calls[which].first, 4) != 0) {
			return "the call after a failure is wrong";
		}
	}
	return faults > 0 ? NULL : "nothing was made to fail";
}

static void
each_allocation_fails(void **state UNUSED)
{
	uint8_t result[HMAC_SIZE_MAX];

	/* What the process fetches once. */
	assert_int_equal(call(3, result), ERR_NONE);
	for (int which = 0; which < CALLS; which++) {
		/* Once in a new thread, where contexts are made, and again
		 * in the next, so that nothing is left from the first. */
		for (int i = 0; i < 2; i++) {
			pthread_t thread;
			void *complaint;

			assert_int_equal(pthread_create(&thread, NULL,
			    fail_each_allocation, &which), 0);
			assert_int_equal(pthread_join(thread, &complaint), 0);
			if (complaint != NULL) {
				fail_msg("%s: %s", calls[which].name,
				    (const char *)complaint);
			}
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_fails),
	};

	/* Before OpenSSL has allocated anything. */
	if (CRYPTO_set_mem_functions(failing_malloc, failing_realloc,
	    plain_free) != 1) {
		return 2;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

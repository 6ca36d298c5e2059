/*
 * What a signer does with keys and messages that are not right.  That what it
 * makes is right is shown by check_dkim.py.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

#include "channel/dkim.h"
#include "channel/email.h"
#include "crypto/dkim_pair.h"
#include "fixture.h"

#define MESSAGE STR("From: <a@shop.example>\r\nTo: b@example.com\r\n" \
    "Subject: x\r\n\r\nbody\r\n")

static struct buf rsa, ed25519, public_key, out;

static int
setup(void **state)
{
	(void)state;
	buf_init(&rsa, DKIM_PAIR_PEM_MAX);
	buf_init(&ed25519, DKIM_PAIR_PEM_MAX);
	buf_init(&public_key, 2 * DKIM_KEY_PUBLIC_MAX);
	buf_init(&out, DKIM_HEADER_MAX);
	assert_int_equal(dkim_pair_rsa(&rsa, &public_key), ERR_NONE);
	assert_int_equal(dkim_pair_ed25519(&ed25519, &public_key), ERR_NONE);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	buf_done(&rsa);
	buf_done(&ed25519);
	buf_done(&public_key);
	buf_done(&out);
	return 0;
}

static enum err
sign(enum dkim_key_algorithm algorithm, const char *pem, struct str message)
{
	const struct dkim_key key = {
		algorithm, "shop.example", "s1", pem,
	};

	buf_clear(&out);
	return dkim_sign(&key, message, FIXTURE_NOW, &out);
}

static void
test_signs(void **state)
{
	(void)state;
	assert_int_equal(sign(DKIM_KEY_RSA, buf_c(&rsa), MESSAGE), ERR_NONE);
	assert_true(str_starts(buf_view(&out), STR("DKIM-Signature: v=1; ")));
	assert_true(str_ends(buf_view(&out), STR("\r\n")));
	assert_int_equal(sign(DKIM_KEY_ED25519, buf_c(&ed25519), MESSAGE),
	    ERR_NONE);
	/* S86: the message has no Reply-To, and keeps none. */
	assert_non_null(strstr(buf_c(&out), "eply-"));
}

static void
test_wrong_key(void **state)
{
	static const char *const pems[] = {
		"", "x", "-----BEGIN PRIVATE KEY-----\n",
		("-----BEGIN PRIVATE KEY-----\nAAAA\n"
		    "-----END PRIVATE KEY-----\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pems) / sizeof(pems[0]); i++) {
		assert_int_equal(sign(DKIM_KEY_RSA, pems[i], MESSAGE),
		    ERR_CRYPTO);
		assert_int_equal(sign(DKIM_KEY_ED25519, pems[i], MESSAGE),
		    ERR_CRYPTO);
		assert_int_equal(out.n, 0);
	}
	assert_int_equal(sign(DKIM_KEY_RSA, buf_c(&ed25519), MESSAGE),
	    ERR_CRYPTO);
	assert_int_equal(sign(DKIM_KEY_ED25519, buf_c(&rsa), MESSAGE),
	    ERR_CRYPTO);
	/* And the next one is signed. */
	assert_int_equal(sign(DKIM_KEY_RSA, buf_c(&rsa), MESSAGE), ERR_NONE);
}

static void
test_not_a_message(void **state)
{
	const struct str broken[] = {
		STR(""), STR("\r"), STR("\n"), STR("From: a@b.example"),
		STR("From: a@b.example\r\n"), STR("From: a@b.example\r\n\r"),
		STR("no field\r\n\r\n"), STR("\r\n\r\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_not_equal(sign(DKIM_KEY_RSA, buf_c(&rsa),
		    broken[i]), ERR_NONE);
		assert_int_equal(out.n, 0);
	}
}

/*
 * libopendkim kept the private key of every Ed25519 signature: after two
 * thousand OpenSSL's heap for keys was full, and no key could be used.
 */
static void
test_keys_do_not_pile_up(void **state)
{
	(void)state;
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(sign(DKIM_KEY_ED25519, buf_c(&ed25519),
		    MESSAGE), ERR_NONE);
	}
}

/* A message that should be signed does not go out without (R78). */
static void
test_no_signature_no_mail(void **state)
{
	struct email_carrier_options o = {
		.peer = smtp_peer_default(), .limits = {1, 1, 1},
		.clock = clock_system(),
	};
	const struct dkim_key key = {
		DKIM_KEY_RSA, "shop.example", "s1", "not a key",
	};
	struct carrier carrier;
	struct fixture f;

	(void)state;
	o.peer.host = "127.0.0.1";
	o.peer.port = 9;
	o.peer.helo = "shop.example";
	fixture_init(&f, 1);
	f.m.keys = &key;
	f.m.n_keys = 1;
	assert_int_equal(email_carrier_new(&o, &carrier), ERR_NONE);
	assert_int_equal(carrier_submit(carrier, &f.m, FIXTURE_NOW, NULL,
	    NULL), ERR_CRYPTO);
	assert_int_equal(carrier_pending(carrier), 0);
	carrier_free(carrier);
	fixture_done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_wrong_key),
		cmocka_unit_test(test_not_a_message),
		cmocka_unit_test(test_keys_do_not_pile_up),
		cmocka_unit_test(test_no_signature_no_mail),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

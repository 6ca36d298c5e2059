/*
 * R24: the vault's text.  What is written opens again with its passphrase
 * only, and every changed byte is noticed.
 */
#include "format/vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define PASS STR("four random words here")

static struct arena *arena;
static struct rng rng;

static int
setup(void **state UNUSED)
{
	rng = rng_system();
	arena = arena_new(VAULT_ARENA_MAX);
	return arena == NULL ? -1 : 0;
}

static int
teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct otpauth
account(const char *issuer)
{
	struct otpauth o = {.type = OTPAUTH_TOTP, .hash = HMAC_SHA256,
		.digits = 7, .period_s = 86400};

	assert_true(str_copy(str_of(issuer), o.issuer, sizeof(o.issuer)));
	secret_set(&o.secret, "12345678901234567890", 20);
	return o;
}

static void
test_comes_back(void **state UNUSED)
{
	enum vault_verdict verdict = VAULT_DAMAGED;
	struct buf CLEANUP(buf_done) text = {0}, again = {0};
	struct otpauth first = account("Ärzte & \"Co\""), o;
	struct vault v, back;
	bool fresh;

	buf_init(&text, VAULT_TEXT_MAX);
	buf_init(&again, VAULT_TEXT_MAX);
	assert_int_equal(vault_new(&v, arena, &rng, PASS), ERR_NONE);
	assert_int_equal(vault_add(&v, &rng, &first, &fresh), ERR_NONE);
	assert_true(fresh);
	assert_int_equal(vault_add(&v, &rng, &first, &fresh), ERR_NONE);
	assert_false(fresh);
	assert_int_equal(vault_write(&v, &rng, &text), ERR_NONE);
	assert_true(vault_is(buf_view(&text)));
	assert_null(memmem(text.p, text.n, "rzte", 4));
	assert_int_equal(vault_open(&back, arena, buf_view(&text), PASS,
	    &verdict), ERR_NONE);
	assert_int_equal(verdict, VAULT_OPEN);
	assert_int_equal(back.n, 1);
	o = back.v[0].otp;
	assert_string_equal(o.issuer, first.issuer);
	assert_int_equal(o.period_s, 86400);
	assert_memory_equal(o.secret.b, first.secret.b, 20);
	/* Twice the same is never the same text. */
	assert_int_equal(vault_write(&v, &rng, &again), ERR_NONE);
	assert_int_equal(again.n, text.n);
	assert_memory_not_equal(again.p, text.p, text.n);
	assert_int_equal(vault_open(&back, arena, buf_view(&text),
	    STR("four random words herf"), &verdict), ERR_NONE);
	assert_int_equal(verdict, VAULT_WRONG);
}

/* One account, by Python's cryptography, with the least cost that is taken. */
static const char cheap[] =
    "{\"format\":\"watchword-vault\",\"version\":1,\"slots\":[{\"kind\""
    ":\"passphrase\",\"kdf\":\"scrypt\",\"n\":16384,\"r\":8,\"p\":1,\"s"
    "alt\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"nonce\":\""
    "AAAAAAAAAAAAAAAA\",\"key\":\"URBs+OK8/Bo5ATqZ3P96s7HYEyTiogABCQjaw"
    "4Cb/okTsASUz5lQbxAd3KKe9xex\"}],\"nonce\":\"AQEBAQEBAQEBAQEB\",\"b"
    "ox\":\"DOGAWxz3AQOndl04Qxxwsa9MtfuzsjTw0/lzle1s3AuM9BYgkuZ4H3gAnqx"
    "B0OsCqd9oLx2X7mnfWgQcpkHosH8BNJq/BesMgVxiegjJVtOf0+XkRfV9B6oFgf2+b"
    "BLL1pMMxP/t2/m8va6ECkJ3RXEJuK2FHSUjwFDA8BF5VDvwhehCTjFhl9srqdcajFK"
    "wp+Hr//iv2420ewto+FjRdDNp/GGR+3XRCnmrG0nFAitDgT5ZDKS+nOVI/a6z/+44Q"
    "B9573x1QcJk/xbN8g2CZvF4H1i0gfxarew=\"}";

static void
test_made_elsewhere(void **state UNUSED)
{
	enum vault_verdict verdict = VAULT_DAMAGED;
	struct vault v;

	assert_int_equal(vault_open(&v, arena, str_of(cheap), PASS, &verdict),
	    ERR_NONE);
	assert_int_equal(verdict, VAULT_OPEN);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.v[0].otp.issuer, "Shop");
}

/* A character of the box, the slot or the format is another. */
static void
test_changed(void **state UNUSED)
{
	static const struct { const char *at; size_t behind; } places[] = {
		{"\"box\":\"", 20}, {"\"nonce\":\"", 10}, {"\"salt\":\"", 12},
		{"\"key\":\"", 12}, {"watchword-vault", 3}, {"\"n\":16384", 4},
		{"\"version\":1", 10}, {"scrypt", 1},
	};
	struct buf CLEANUP(buf_done) text = {0};
	struct vault back;

	buf_init(&text, VAULT_TEXT_MAX);
	buf_z(&text, cheap);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		enum vault_verdict verdict = VAULT_OPEN;
		char *at = memmem(text.p, text.n, places[i].at,
		    strlen(places[i].at));
		char before;

		assert_non_null(at);
		at += places[i].behind;
		before = *at;
		*at = before == 'x' ? 'y' : before >= '0' && before <= '9'
		    ? (char)('0' + ('9' - before)) : 'x';
		assert_int_equal(vault_open(&back, arena, buf_view(&text),
		    PASS, &verdict), ERR_NONE);
		assert_int_not_equal(verdict, VAULT_OPEN);
		*at = before;
	}
}

static void
test_not_one(void **state UNUSED)
{
	static const char *const texts[] = {
		"", "{", "{}", "[]", "{\"format\":\"watchword-vault\"}",
		"{\"format\":\"watchword-vault\",\"version\":1,\"slots\":[],"
		"\"nonce\":\"\",\"box\":\"\"}",
		"{\"format\":\"watchword-vault\",\"version\":1,\"slots\":"
		"[{\"kind\":\"passphrase\",\"kdf\":\"scrypt\",\"n\":4294967296,"
		"\"r\":8,\"p\":1,\"salt\":\"\",\"nonce\":\"\",\"key\":\"\"}],"
		"\"nonce\":\"AAAA\",\"box\":\"AAAA\"}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum vault_verdict verdict = VAULT_OPEN;
		struct vault v;

		assert_int_equal(vault_open(&v, arena, str_of(texts[i]), PASS,
		    &verdict), ERR_NONE);
		assert_int_not_equal(verdict, VAULT_OPEN);
	}
}

static void
test_full(void **state UNUSED)
{
	struct vault v;
	bool fresh;

	assert_int_equal(vault_new(&v, arena, &rng, PASS), ERR_NONE);
	for (unsigned i = 0; i < VAULT_ENTRIES_MAX; i++) {
		struct otpauth o = account("x");

		o.secret.b[0] = (uint8_t)i;
		o.secret.b[1] = (uint8_t)(i >> 8);
		assert_int_equal(vault_add(&v, &rng, &o, &fresh), ERR_NONE);
	}
	struct otpauth more = account("one more"), nameless = account("");

	assert_int_equal(vault_add(&v, &rng, &more, &fresh), ERR_LIMIT);
	vault_remove(&v, 0);
	assert_int_equal(vault_add(&v, &rng, &nameless, &fresh), ERR_SYNTAX);
	assert_int_equal(vault_add(&v, &rng, &more, &fresh), ERR_NONE);
	assert_string_equal(v.v[VAULT_ENTRIES_MAX - 1].otp.issuer, "one more");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_comes_back, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_made_elsewhere, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "import_fixture.h"

struct tokens t;

static struct arena *arena;

int
import_setup(void **state UNUSED)
{
	arena = arena_new(TOKENS_ARENA_MAX);
	return arena == NULL ? -1 : 0;
}

int
import_teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

void
read_as(enum import_format f, struct str text, struct str key,
    struct str passphrase)
{
	const struct import_key k = {key, passphrase};

	arena_reset(arena);
	tokens_init(&t, arena);
	import_read(f, text, &k, &t);
}

void
read_text(enum import_format f, const char *text)
{
	read_as(f, str_of(text), STR(""), STR(""));
}

void
is_refused(size_t place, const char *why)
{
	if (t.n != 0 || t.flaws == 0 || t.flaw[0].place != place ||
	    strstr(t.flaw[0].why, why) == NULL) {
		fail_msg("%zu taken, %zu flaws, first %zu: %s; not %zu: %s",
		    t.n, t.flaws, t.flaws > 0 ? t.flaw[0].place : 0,
		    t.flaws > 0 ? t.flaw[0].why : "", place, why);
	}
}

void
refused(enum import_format f, const char *text, size_t place, const char *why)
{
	read_text(f, text);
	is_refused(place, why);
}

void
same(size_t i, enum otpauth_type type, enum hmac_hash hash, unsigned digits,
    unsigned period, uint64_t counter)
{
	const struct otpauth *o = &t.v[i].otp;

	assert_true(i < t.n);
	assert_int_equal(o->type, type);
	assert_int_equal(o->hash, hash);
	assert_int_equal(o->digits, digits);
	assert_int_equal(o->period_s, period);
	assert_int_equal(o->counter, counter);
	assert_int_equal(o->secret.n, 20);
	assert_memory_equal(o->secret.b, "12345678901234567890", 20);
}

void
named(size_t i, const char *issuer, const char *account)
{
	assert_true(i < t.n);
	assert_string_equal(t.v[i].otp.issuer, issuer);
	assert_string_equal(t.v[i].otp.account, account);
}

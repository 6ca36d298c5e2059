/* Argon2id: a known answer, and what is not a hash of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/crypto.h"
#include "crypto/password.h"

#define CHEAP ((struct password_cost){64, 1})

static void
test_round(void **state)
{
	const struct rng rng = rng_system();
	char a[PASSWORD_HASH_SIZE], b[PASSWORD_HASH_SIZE];
	bool right = false;

	(void)state;
	assert_int_equal(ERR_NONE, password_hash(&rng, CHEAP,
	    STR("seven wet umbrellas"), a));
	assert_int_equal(ERR_NONE, password_hash(&rng, CHEAP,
	    STR("seven wet umbrellas"), b));
	assert_string_not_equal(a, b);
	assert_true(str_starts(str_of(a), STR("$argon2id$v=19$m=64,t=1,p=1$")));
	assert_int_equal(ERR_NONE, password_verify(str_of(a),
	    STR("seven wet umbrellas"), &right));
	assert_true(right);
	assert_int_equal(ERR_NONE, password_verify(str_of(a),
	    STR("seven wet umbrella"), &right));
	assert_false(right);
}

/*
 * Against libargon2, by "echo -n password | argon2 somesaltsomesalt -id -v 13
 * -k 64 -t 2 -p 1 -l 32 -e": what others make opens here.
 */
static void
test_vector(void **state)
{
	static const struct str hash = STR_INIT("$argon2id$v=19$m=64,t=2,"
	    "p=1$c29tZXNhbHRzb21lc2FsdA$"
	    "Gpj7qOY5RCXJvcMzqcdQqvgR3wcPX7SleI4c9NtXk6E");
	bool right = false;

	(void)state;
	assert_int_equal(ERR_NONE, password_verify(hash, STR("password"),
	    &right));
	assert_true(right);
}

static void
test_not_ours(void **state)
{
	static const char *const bad[] = {
		"", "$argon2i$v=19$m=64,t=1,p=1$", "$argon2id$v=16$m=64,t=1,p=1$",
		"$argon2id$v=19$m=0,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
		"$argon2id$v=19$m=99999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA",
		"$argon2id$v=19$m=64,t=1,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
		"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
	};
	bool right;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ERR_SYNTAX, password_verify(str_of(bad[i]),
		    STR("x"), &right));
		assert_true(password_is_weak(str_of(bad[i]), CHEAP));
	}
}

/* It grows with the parameters. */
static void
test_weak(void **state)
{
	const struct rng rng = rng_system();
	char hash[PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(ERR_NONE, password_hash(&rng, CHEAP, STR("x"), hash));
	assert_false(password_is_weak(str_of(hash), CHEAP));
	assert_true(password_is_weak(str_of(hash),
	    (struct password_cost){128, 1}));
	assert_true(password_is_weak(str_of(hash),
	    (struct password_cost){64, 2}));
	assert_false(password_is_weak(str_of(hash),
	    (struct password_cost){32, 1}));
}

static int
setup(void **state)
{
	(void)state;
	return crypto_init() == ERR_NONE ? 0 : -1;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round), cmocka_unit_test(test_vector),
		cmocka_unit_test(test_not_ours), cmocka_unit_test(test_weak),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

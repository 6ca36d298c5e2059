/* S110: what a key may do. */
#include "domain/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void
words(void **state UNUSED)
{
	static const struct { const char *text; uint32_t scopes; } good[] = {
		{"challenges", 1}, {"accounts", 2}, {"shipments", 4},
		{"agents", 8}, {"audit", 16}, {"admin", 32}, {"all", 63},
		{"challenges,admin", 33}, {" audit , agents ", 24},
		{"all,audit", 63}, {"audit,audit", 16},
		{"challenges,accounts,shipments,agents,audit,admin", 63},
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint32_t scopes = 0;

		assert_true(scopes_parse(str_of(good[i].text), &scopes));
		assert_int_equal(scopes, good[i].scopes);
	}
}

static void
no_scope_is_guessed(void **state UNUSED)
{
	static const char *const bad[] = {"", " ", ",", "audit,", ",audit",
	    "Audit", "audit admin", "audit;admin", "none", "al", "alls",
	    "audit,,admin", "1"};
	uint32_t scopes = 5;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(scopes_parse(str_of(bad[i]), &scopes));
	}
	assert_false(scopes_parse((struct str){NULL, 0}, &scopes));
	assert_false(scopes_parse(STR("audit\0"), &scopes));
	assert_int_equal(scopes, 5);
}

static void
there_and_back(void **state UNUSED)
{
	for (uint32_t scopes = 1; scopes <= SCOPES_ALL; scopes++) {
		uint32_t back = 0;
		struct buf out;

		buf_init(&out, 100);
		scopes_print(scopes, &out);
		assert_int_equal(buf_err(&out), ERR_NONE);
		assert_true(scopes_parse(buf_view(&out), &back));
		assert_int_equal(back, scopes);
		buf_done(&out);
	}
}

static void
printed(void **state UNUSED)
{
	struct buf out;

	buf_init(&out, 100);
	scopes_print(SCOPE_CHALLENGES | SCOPE_AUDIT, &out);
	assert_string_equal(buf_c(&out), "challenges,audit");
	buf_clear(&out);
	scopes_print(SCOPES_ALL, &out);
	assert_string_equal(buf_c(&out), "all");
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(no_scope_is_guessed),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

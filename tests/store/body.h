/*
 * A test whose body is one use case: it runs on the store's thread, so it
 * uses assert and not cmocka's.
 */
#ifndef TESTS_STORE_BODY_H
#define TESTS_STORE_BODY_H

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rows.h"
#include "store_fixture.h"

/* What is done is also looked at: assert stays in every build. */
#ifdef NDEBUG
#error "these tests are made of assert"
#endif

#define OK(call) do { \
	enum err ok_err = (call); \
	assert(ok_err == ERR_NONE); \
} while (0)

#define REFUSED(want, call) do { \
	enum err refused_err = (call); \
	assert(refused_err == (want)); \
} while (0)

static const char *engine;
static struct store_fixture *fixture;
static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	fixture = store_fixture_new(engine, NULL);
	arena = arena_new(1 << 20);
	return arena == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	store_fixture_free(fixture);
	arena_free(arena);
	return 0;
}

static void
run(use_case *body)
{
	assert_int_equal(ERR_NONE, store_do(store_fixture_store(fixture),
	    STORE_CHECK, body, NULL));
}

#define BODY_TEST(body) \
	static void test_##body(void **state) { (void)state; run(body); }

#define ENTRY(body) \
	cmocka_unit_test_setup_teardown(test_##body, setup, teardown)

#endif

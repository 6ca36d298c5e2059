/*
 * The circuit breaker: every state with every event, the pauses, and clocks
 * that are put back (S31).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "domain/breaker.h"

static const unix_ms start = {INT64_C(1795000000000)};

static unix_ms
after(int64_t s)
{
	return unix_ms_add(start, SECONDS(s));
}

static struct breaker
opened(void)
{
	struct breaker b = {0};

	for (int i = 0; i < BREAKER_FAILURES; i++) {
		assert_int_equal(BREAKER_CLOSED, b.state);
		assert_int_equal(BREAKER_ALL, breaker_ask(&b, start));
		breaker_sent(&b);
		breaker_result(&b, false, start);
	}
	assert_int_equal(BREAKER_OPEN, b.state);
	return b;
}

/* Only failures in a row open it. */
static void
test_closed(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 100; i++) {
		breaker_result(&b, i % BREAKER_FAILURES == 0, start);
		assert_int_equal(BREAKER_CLOSED, b.state);
	}
}

static void
test_open_and_back(void **state)
{
	struct breaker b = opened();

	(void)state;
	assert_int_equal(BREAKER_NONE, breaker_ask(&b, after(9)));
	/* What was under way when it opened changes nothing. */
	breaker_result(&b, false, after(9));
	assert_int_equal(BREAKER_ONE, breaker_ask(&b, after(10)));
	assert_int_equal(BREAKER_HALF_OPEN, b.state);
	/* One, and not a second before its result. */
	breaker_sent(&b);
	assert_int_equal(BREAKER_NONE, breaker_ask(&b, after(1000)));
	breaker_result(&b, true, after(11));
	assert_int_equal(BREAKER_CLOSED, b.state);
	assert_int_equal(BREAKER_ALL, breaker_ask(&b, after(11)));
}

/* 10, 20, 40, 80, 160, 300, 300 s. */
static void
test_pauses(void **state)
{
	static const int64_t pauses[] = {10, 20, 40, 80, 160, 300, 300};
	struct breaker b = opened();
	int64_t now = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		assert_int_equal(BREAKER_NONE, breaker_ask(&b,
		    after(now + pauses[i] - 1)));
		now += pauses[i];
		assert_int_equal(BREAKER_ONE, breaker_ask(&b, after(now)));
		breaker_sent(&b);
		breaker_result(&b, false, after(now));
		assert_int_equal(BREAKER_OPEN, b.state);
	}
	/* Once it has answered, the first pause is short again. */
	assert_int_equal(BREAKER_ONE, breaker_ask(&b, after(now + 300)));
	breaker_result(&b, true, after(now + 300));
	for (int i = 0; i < BREAKER_FAILURES; i++) {
		breaker_result(&b, false, after(now + 300));
	}
	assert_int_equal(BREAKER_ONE, breaker_ask(&b, after(now + 310)));
}

/* S31: a pause that was read off a wrong clock is over. */
static void
test_clock_put_back(void **state)
{
	struct breaker b = opened();

	(void)state;
	assert_int_equal(BREAKER_NONE, breaker_ask(&b, after(-280)));
	assert_int_equal(BREAKER_ONE, breaker_ask(&b, after(-3600)));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_open_and_back),
		cmocka_unit_test(test_pauses),
		cmocka_unit_test(test_clock_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

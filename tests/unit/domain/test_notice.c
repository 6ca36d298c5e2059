#include "domain/notice.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct notice_policy usual = {5, 3};

/* S22: after 5 failures, and at each multiple; nothing between. */
static void
test_failures(void **state)
{
	(void)state;
	for (int64_t n = 0; n <= 100; n++) {
		assert_int_equal(n > 0 && n % 5 == 0 ? MESSAGE_NOTICE_FAILURES
		    : MESSAGE_CODE, notice_due(&usual, false, n));
	}
	assert_int_equal(MESSAGE_NOTICE_FAILURES,
	    notice_due(&(struct notice_policy){1, 1}, false, 1));
}

/* S22: after a success that follows 3 failures or more. */
static void
test_late_success(void **state)
{
	(void)state;
	for (int64_t n = 0; n <= 100; n++) {
		assert_int_equal(n >= 3 ? MESSAGE_NOTICE_LATE_SUCCESS
		    : MESSAGE_CODE, notice_due(&usual, true, n));
	}
}

static void
test_names(void **state)
{
	(void)state;
	assert_false(message_is_notice(MESSAGE_CODE));
	assert_string_equal("code", message_kind_name(MESSAGE_CODE));
	assert_string_equal("notice",
	    message_kind_name(MESSAGE_NOTICE_FAILURES));
	assert_string_equal("notice",
	    message_kind_name(MESSAGE_NOTICE_LATE_SUCCESS));
	assert_string_equal("failures", notice_reason(MESSAGE_NOTICE_FAILURES));
	assert_string_equal("late_success",
	    notice_reason(MESSAGE_NOTICE_LATE_SUCCESS));
	assert_int_not_equal(notice_counter(MESSAGE_NOTICE_FAILURES),
	    notice_counter(MESSAGE_NOTICE_LATE_SUCCESS));
}

/* Once an hour, three times a day. */
static void
test_wait(void **state)
{
	static const unix_ms start = {INT64_C(1795000000000)};
	struct counter c = {0};
	unix_ms now = start;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(0, notice_wait(&c, now).v);
		counter_add(&c, now);
		assert_int_equal(HOURS(i < 2 ? 1 : 22).v,
		    notice_wait(&c, now).v);
		now = unix_ms_add(now, HOURS(1));
	}
	assert_int_equal(HOURS(21).v, notice_wait(&c, now).v);
	assert_int_equal(1, notice_wait(&c,
	    unix_ms_add(start, (duration_ms){HOURS(24).v - 1})).v);
	assert_int_equal(0, notice_wait(&c,
	    unix_ms_add(start, HOURS(24))).v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_late_success),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

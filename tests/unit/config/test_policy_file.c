#include "config/policy_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"
#include "fault_malloc.h"

static bool
parse(const char *text, struct policy *p, struct buf *reason)
{
	buf_init(reason, CONFIG_REASON_MAX);
	*p = policy_default();
	return policy_file_parse("p.ini", str_of(text), p, reason);
}

static void
settings(void **state UNUSED)
{
	struct buf reason;
	struct policy p;

	assert_true(parse("[delivery]\nlength = 4\nattempts = 3\n"
	    "[limits]\nfree_failures = 4\n", &p, &reason));
	assert_string_equal(buf_c(&reason), "");
	assert_int_equal(p.purpose[PURPOSE_DELIVERY].length, 4);
	assert_int_equal(p.purpose[PURPOSE_DELIVERY].attempts, 3);
	assert_int_equal(p.purpose[PURPOSE_SIGN_IN].attempts, 5);
	assert_int_equal(p.throttle.free_failures, 4);
	buf_done(&reason);
}

static void
every_problem(void **state UNUSED)
{
	const struct policy before = policy_default();
	struct buf reason;
	struct policy p;

	assert_false(parse(
	    "[sign_in]\n"
	    "length = 4\n"
	    "attempts = 3\n"
	    "attempts = 3\n"
	    "tries = 3\n"
	    "[delivery]\n"
	    "length = 4\n"
	    "[return_pickup]\n"
	    "length = 4\n"
	    "[deliveries]\n"
	    "[limits]\n"
	    "failures_in_a_row = 10\n", &p, &reason));
	assert_string_equal(buf_c(&reason),
	    "p.ini:2: sign_in.length must be from 6 to 10\n"
	    "p.ini:4: sign_in.attempts is given twice\n"
	    "p.ini:5: there is no setting sign_in.tries\n"
	    "p.ini:10: there is no section [deliveries]\n"
	    "p.ini: delivery: 4 digits with 5 tries would be guessed once in "
	    "2000 challenges; at least 3333 is asked\n"
	    "p.ini: return_pickup: 4 digits with 5 tries would be guessed "
	    "once in 2000 challenges; at least 3333 is asked\n"
	    "p.ini: limits: failures_per_day must not be above "
	    "failures_in_a_row\n");
	assert_memory_equal(&p, &before, sizeof(p));
	buf_done(&reason);
}

static void
no_file(void **state UNUSED)
{
	struct policy p = policy_default();
	struct buf reason;

	buf_init(&reason, CONFIG_REASON_MAX);
	assert_false(policy_file_load("/nowhere/p.ini", &p, &reason));
	assert_string_equal(buf_c(&reason),
	    "/nowhere/p.ini: No such file or directory\n");
	buf_done(&reason);
}

/* S141: without memory a problem must not pass for none. */
static bool
refuse_or_take(void *text)
{
	struct buf reason;
	struct policy p;
	bool taken = parse(text, &p, &reason);

	buf_done(&reason);
	if (taken) {
		assert_int_equal(p.purpose[PURPOSE_DELIVERY].length, 4);
		assert_int_equal(p.purpose[PURPOSE_DELIVERY].attempts, 3);
	}
	return taken;
}

static void
without_memory(void **state UNUSED)
{
	static char text[] = "[delivery]\nlength = 4\nattempts = 3\n";

	assert_true(fault_malloc_each(refuse_or_take, text) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings),
		cmocka_unit_test(every_problem),
		cmocka_unit_test(no_file),
		cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

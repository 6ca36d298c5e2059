/*
 * The shipment's machine: every state and event (R9, R27, R28, R33, R35), the
 * visits and the wrong codes that it counts (S13).
 */
#include "domain/shipment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* A row for each state: a letter for where each event leads, '.' is nowhere. */
static const char letters[] = "soDdaHrcx";	/* by enum shipment_status */

/*
 * Events: DISPATCH RECALL ARRIVE WRONG HAND_OVER PART ABSENT REFUSED BLOCK
 * DAY_ENDS RESCHEDULE OVERRIDE RELEASE SETTLE CONTRADICT RESOLVE CANCEL.
 * 'D' is at the door, 'd' delivered, 'H' held, 'x' disputed.
 */
static const char *const matrix[SHIPMENT_STATUS_COUNT] = {
	[SHIPMENT_SCHEDULED] =        "o.........s..d..c",
	[SHIPMENT_OUT_FOR_DELIVERY] = "osD......a...d..c",
	[SHIPMENT_AT_DOOR] =          "..DDdaarHa.d.d..c",
	[SHIPMENT_DELIVERED] =        "..............x..",
	[SHIPMENT_ATTEMPTED] =        "..........s..d..c",
	[SHIPMENT_HELD] =             ".......r...ds...c",
	[SHIPMENT_RETURNING] =        ".............d...",
	[SHIPMENT_CANCELLED] =        ".................",
	[SHIPMENT_DISPUTED] =         "..............xd.",
};

static void
test_matrix(void **state)
{
	(void)state;
	for (int from = 0; from < SHIPMENT_STATUS_COUNT; from++) {
		assert_int_equal(SHIPMENT_EVENT_COUNT, strlen(matrix[from]));
		for (int e = 0; e < SHIPMENT_EVENT_COUNT; e++) {
			struct shipment s = shipment_make(3, 5);
			enum shipment_step step;

			s.status = (enum shipment_status)from;
			step = shipment_step(&s, (enum shipment_event)e);
			if (matrix[from][e] == '.') {
				assert_int_equal(SHIPMENT_NOT_NOW, step);
				assert_int_equal(from, s.status);
			} else {
				assert_int_equal(SHIPMENT_DONE, step);
				assert_int_equal(matrix[from][e],
				    letters[s.status]);
			}
		}
	}
}

static void
must(struct shipment *s, enum shipment_event e, enum shipment_status want)
{
	assert_int_equal(SHIPMENT_DONE, shipment_step(s, e));
	assert_int_equal(want, s->status);
}

/* R33: a new attempt, and another; the third that fails goes back. */
static void
test_three_visits(void **state)
{
	static const enum shipment_event fails[] = {
		SHIPMENT_ABSENT, SHIPMENT_DAY_ENDS, SHIPMENT_ABSENT,
	};
	struct shipment s = shipment_make(3, 5);

	(void)state;
	for (int i = 0; i < 3; i++) {
		must(&s, SHIPMENT_DISPATCH, SHIPMENT_OUT_FOR_DELIVERY);
		must(&s, SHIPMENT_ARRIVE, SHIPMENT_AT_DOOR);
		must(&s, fails[i], i < 2 ? SHIPMENT_ATTEMPTED
		    : SHIPMENT_RETURNING);
		if (i < 2) {
			must(&s, SHIPMENT_RESCHEDULE, SHIPMENT_SCHEDULED);
		}
	}
	assert_true(shipment_is_final(s.status));
	assert_int_equal(SHIPMENT_NOT_NOW,
	    shipment_step(&s, SHIPMENT_DISPATCH));
}

/* S13: wrong codes are counted across days, agents and codes. */
static void
test_failures_stay(void **state)
{
	struct shipment s = shipment_make(3, 5);

	(void)state;
	must(&s, SHIPMENT_DISPATCH, SHIPMENT_OUT_FOR_DELIVERY);
	must(&s, SHIPMENT_ARRIVE, SHIPMENT_AT_DOOR);
	for (int i = 0; i < 3; i++) {
		must(&s, SHIPMENT_WRONG, SHIPMENT_AT_DOOR);
	}
	must(&s, SHIPMENT_ABSENT, SHIPMENT_ATTEMPTED);
	must(&s, SHIPMENT_RESCHEDULE, SHIPMENT_SCHEDULED);
	must(&s, SHIPMENT_DISPATCH, SHIPMENT_OUT_FOR_DELIVERY);
	must(&s, SHIPMENT_ARRIVE, SHIPMENT_AT_DOOR);
	must(&s, SHIPMENT_WRONG, SHIPMENT_AT_DOOR);
	must(&s, SHIPMENT_WRONG, SHIPMENT_HELD);
	assert_int_equal(SHIPMENT_NOT_NOW,
	    shipment_step(&s, SHIPMENT_HAND_OVER));
	assert_int_equal(SHIPMENT_NOT_NOW, shipment_step(&s, SHIPMENT_SETTLE));
	must(&s, SHIPMENT_RELEASE, SHIPMENT_SCHEDULED);
	assert_int_equal(0, s.failures);
	assert_int_equal(1, s.visits);
}

static void
test_names(void **state)
{
	(void)state;
	for (int i = 0; i < SHIPMENT_STATUS_COUNT; i++) {
		enum shipment_status s;

		assert_true(shipment_status_parse(
		    str_of(shipment_status_name((enum shipment_status)i)),
		    &s));
		assert_int_equal(i, s);
	}
	assert_true(tracking_ok(STR("JD-0142")));
	assert_false(tracking_ok(STR("")));
	assert_false(tracking_ok(STR("a b")));
	assert_false(tracking_ok(STR("123456789012345678901234567890123")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_three_visits),
		cmocka_unit_test(test_failures_stay),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What was done without coverage and is told later: once, of the visit that
 * it was, whatever has become of the shipment since (R29).
 */
#include "doors.h"

static struct handover
late(struct doors *d, struct str pass, unix_ms at)
{
	(void)d;
	return (struct handover){.late = true, .pass = pass, .at = at,
	    .arrived_at = at};
}

static struct door_attempt
late_word(enum visit_outcome outcome, unix_ms at)
{
	return (struct door_attempt){.late = true, .outcome = outcome,
	    .at = at, .arrived_at = at};
}

static struct id
on_the_way(struct doors *d, unsigned parcels)
{
	struct id s = doors_ship(d, (struct parcel_ask){.parcels = parcels});

	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	return s;
}

/* A pass at the door without coverage; synced twice, settled once. */
static void
test_twice(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 1);
	struct str pass = doors_pass(d, s);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));
	struct handover h;

	world_advance(d->w, HOURS(2));
	h = doors_give(d, s, 0, late(d, pass, at));
	assert_int_equal(DOOR_DONE, h.verdict);
	assert_false(h.again);
	assert_int_equal(at.v, doors_visit(d, s).ended_at.v);
	assert_int_equal(PROOF_PASS, doors_visit(d, s).proof);
	world_restart(d->w);
	h = doors_give(d, s, 0, late(d, pass, at));
	assert_int_equal(DOOR_DONE, h.verdict);
	assert_true(h.again);
	assert_int_equal(1, doors_handed_over(d));
	assert_int_equal(SHIPMENT_DELIVERED, doors_row(d, s).state.status);
}

/* The day has ended since, and it is out again with somebody else. */
static void
test_after_the_day(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 1);
	struct id first = doors_visit(d, s).id;
	struct str pass = doors_pass(d, s);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));
	struct visit_row visits[16];
	char code[CODE_SIZE];

	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 1));
	doors_code(d, s, code);
	assert_int_equal(DOOR_DONE, doors_give(d, s, 0, late(d, pass, at))
	    .verdict);
	assert_int_equal(2, doors_visits(d, s, visits));
	assert_int_equal(VISIT_RECALLED, visits[0].outcome);
	assert_int_equal(VISIT_DELIVERED, visits[1].outcome);
	assert_true(id_equal(&first, &visits[1].id));
	assert_int_equal(SHIPMENT_DELIVERED, doors_row(d, s).state.status);
	assert_int_equal(DOOR_NOT_NOW, doors_type(d, s, 1, code));
}

/* Another visit delivered it since: a case and an alert, once (S118). */
static void
test_delivered_by_another(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 1);
	struct str pass = doors_pass(d, s);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));
	char code[CODE_SIZE];

	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 1));
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 1));
	doors_code(d, s, code);
	assert_int_equal(DOOR_DONE, doors_type(d, s, 1, code));
	for (int told = 0; told < 2; told++) {
		assert_int_equal(DOOR_PARCELS, doors_give(d, s, 0,
		    late(d, pass, at)).verdict);
		assert_int_equal(1, doors_alerts(d, "contradiction"));
		assert_int_equal(1, doors_events(d, "case.opened",
		    "parcel_again"));
	}
	assert_int_equal(SHIPMENT_DELIVERED, doors_row(d, s).state.status);
	assert_int_equal(1, doors_handed_over(d));
}

/* A pass is good on its day, by the device's clock, and for its agent. */
static void
test_not_good(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 1);
	struct visit_row visit = doors_visit(d, s);
	struct str pass = doors_pass(d, s);
	unix_ms now = world_now(d->w);

	assert_int_equal(DOOR_WRONG, doors_give(d, s, 1, late(d, pass, now))
	    .verdict);
	assert_int_equal(1, doors_alerts(d, "pass"));
	assert_int_equal(DOOR_WRONG, doors_give(d, s, 0, late(d,
	    STR("eyJ.e30.AA"), now)).verdict);
	assert_int_equal(DOOR_EXPIRED, doors_give(d, s, 0, late(d, pass,
	    visit.valid_until)).verdict);
	assert_int_equal(DOOR_EXPIRED, doors_give(d, s, 0, late(d, pass,
	    unix_ms_sub(visit.dispatched_at, MINUTES(1)))).verdict);
	assert_int_equal(DOOR_EXPIRED, doors_give(d, s, 0, late(d, pass,
	    unix_ms_add(now, HOURS(1)))).verdict);
	assert_int_equal(0, doors_handed_over(d));
}

static struct handover
two_of_three(struct doors *d, struct str pass, unix_ms at)
{
	struct handover h = late(d, pass, at);

	h.tracking[0] = STR("P0");
	h.tracking[1] = STR("P1");
	h.n = 2;
	return h;
}

/*
 * Some of the parcels, told on the same day: the visit is over, so the rest
 * comes on another day; it does not stay on a route that nobody drives.
 */
static void
test_part(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 3);
	struct str pass = doors_pass(d, s);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));
	struct shipment_row row;
	char code[CODE_SIZE];

	world_advance(d->w, HOURS(1));
	assert_int_equal(DOOR_PARTIAL, doors_give(d, s, 0, two_of_three(d,
	    pass, at)).verdict);
	row = doors_row(d, s);
	assert_int_equal(SHIPMENT_ATTEMPTED, row.state.status);
	assert_int_equal(0, row.ended_at.v);
	assert_true(doors_give(d, s, 0, two_of_three(d, pass, at)).again);
	doors_tomorrow(d, s);
	assert_int_equal(SHIPMENT_SCHEDULED, doors_row(d, s).state.status);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 0));
	doors_code(d, s, code);
	assert_int_equal(DOOR_DONE, doors_type(d, s, 0, code));
}

/* Some of them, told when the rest is out again: that visit goes on. */
static void
test_part_after_the_day(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 3);
	struct str pass = doors_pass(d, s);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));
	struct parcel_row parcels[PARCELS_MAX];
	char code[CODE_SIZE];

	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 1));
	assert_int_equal(DOOR_PARTIAL, doors_give(d, s, 0, two_of_three(d,
	    pass, at)).verdict);
	assert_int_equal(SHIPMENT_OUT_FOR_DELIVERY,
	    doors_row(d, s).state.status);
	assert_int_equal(VISIT_OPEN, doors_visit(d, s).outcome);
	assert_int_equal(DOOR_DONE, doors_arrive(d, s, 1));
	doors_code(d, s, code);
	assert_int_equal(DOOR_DONE, doors_type(d, s, 1, code));
	assert_int_equal(3, doors_parcels(d, s, parcels));
	assert_int_equal(PARCEL_DELIVERED, parcels[2].state);
}

/* Nobody there, told late: once, and of that day's visit. */
static void
test_absent(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 1);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));
	struct visit_row visits[16];

	world_advance(d->w, HOURS(1));
	assert_int_equal(DOOR_DONE, doors_attempt(d, s, 0,
	    late_word(VISIT_ABSENT, at)).verdict);
	assert_int_equal(1, doors_row(d, s).state.visits);
	assert_true(doors_attempt(d, s, 0, late_word(VISIT_ABSENT, at))
	    .again);
	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 0));
	/* The phone never heard the answer, and says it once more. */
	assert_true(doors_attempt(d, s, 0, late_word(VISIT_ABSENT, at))
	    .again);
	assert_int_equal(2, doors_visits(d, s, visits));
	assert_int_equal(VISIT_OPEN, visits[0].outcome);
	assert_int_equal(1, doors_row(d, s).state.visits);
	assert_int_equal(SHIPMENT_OUT_FOR_DELIVERY,
	    doors_row(d, s).state.status);
}

/* Told when the day is over and was counted: it says nothing of today. */
static void
test_absent_after_the_day(void **state)
{
	struct doors *d = *state;
	struct id s = on_the_way(d, 1);
	unix_ms at = unix_ms_add(world_now(d->w), MINUTES(10));

	doors_tomorrow(d, s);
	assert_int_equal(DISPATCH_DONE, doors_dispatch(d, s, 1));
	assert_int_equal(DOOR_EXPIRED, doors_attempt(d, s, 0,
	    late_word(VISIT_ABSENT, at)).verdict);
	assert_int_equal(VISIT_OPEN, doors_visit(d, s).outcome);
	assert_int_equal(1, doors_row(d, s).state.visits);
	/* It was his stop: no alert, and no guess. */
	assert_int_equal(0, doors_alerts(d, "not_yours"));
	/* A stop that never was is another matter. */
	assert_int_equal(DOOR_NOT_YOURS, doors_attempt(d, doors_ship(d,
	    (struct parcel_ask){0}), 0, late_word(VISIT_ABSENT, at))
	    .verdict);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		DOORS_TEST(test_twice),
		DOORS_TEST(test_after_the_day),
		DOORS_TEST(test_delivered_by_another),
		DOORS_TEST(test_not_good),
		DOORS_TEST(test_part),
		DOORS_TEST(test_part_after_the_day),
		DOORS_TEST(test_absent),
		DOORS_TEST(test_absent_after_the_day),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, doors_open, doors_close);
}

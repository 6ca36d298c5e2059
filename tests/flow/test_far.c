/*
 * Far from the stop: a code, a pass or an outcome that comes from elsewhere is
 * told to people, once, and changes nothing (S118).
 */
#include "doors.h"

#include <string.h>

#include "flow/case.h"
#include "flow/far.h"
#include "flow/keep.h"

static const struct spot door = {true, 5252001, 1340495};
/* 556 metres to the north of it; 500 are the usual limit. */
static const struct door_place here = {true, 5252010, 1340495, 10},
    there = {true, 5252501, 1340495, 10},
    perhaps = {true, 5252501, 1340495, 100};

static int64_t
cases(struct doors *d, struct id shipment, struct str *ret_words)
{
	struct case_page page = {.flow = &d->w->flow, .arena = d->w->arena,
	    .tenant = d->w->tenant.id, .max = CASE_PAGE_MAX};
	int64_t n = 0;

	world_read(d->w, case_page_run, &page);
	for (unsigned i = 0; i < page.n; i++) {
		if (id_equal(&page.rows[i].shipment, &shipment) &&
		    str_equal(page.rows[i].kind, STR(FAR_CASE))) {
			*ret_words = page.words[i];
			n++;
		}
	}
	return n;
}

static void
expect(struct doors *d, struct id shipment, int64_t n)
{
	struct str words = STR("");

	assert_int_equal(n, doors_alerts(d, "far"));
	assert_int_equal(n, cases(d, shipment, &words));
	assert_true(n == 0 || str_equal(words, STR("The agent's device was "
	    "556 m away from the address (give or take 10 m).")));
}

static enum door_verdict
type_at(struct doors *d, struct id s, struct door_place place, bool right)
{
	struct id challenge = doors_visit(d, s).challenge;
	char code[CODE_SIZE];

	if (right) {
		world_code(d->w, challenge, code);
	} else {
		world_wrong(d->w, challenge, 1, code);
	}
	return doors_give(d, s, 0, (struct handover){.code = str_of(code),
	    .place = place}).verdict;
}

/* The right code opens all the same. */
static void
test_right_code(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});

	assert_int_equal(DOOR_DONE, type_at(d, s, there, true));
	expect(d, s, 1);
}

static void
test_near(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});

	assert_int_equal(DOOR_WRONG, type_at(d, s, here, false));
	assert_int_equal(DOOR_WRONG, type_at(d, s, perhaps, false));
	assert_int_equal(DOOR_DONE, type_at(d, s, (struct door_place){0},
	    true));
	expect(d, s, 0);
}

/* Wrong codes from far away count as from near, and are told once. */
static void
test_guesses(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});

	for (int i = 0; i < 4; i++) {
		assert_int_equal(DOOR_WRONG, type_at(d, s, there, false));
	}
	assert_int_equal(DOOR_LOCKED, type_at(d, s, there, false));
	expect(d, s, 1);
	assert_int_equal(SHIPMENT_HELD, doors_row(d, s).state.status);
}

/* What the shop did not say where, or does not want looked at. */
static void
test_not_looked_at(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){0});

	assert_int_equal(DOOR_DONE, type_at(d, s, there, true));
	assert_int_equal(0, doors_row(d, s).geo.n);
	expect(d, s, 0);
	s = doors_at_door(d, (struct parcel_ask){.spot = door});
	d->w->tenant.policy.delivery_distance = 0;
	assert_int_equal(DOOR_DONE, type_at(d, s, there, true));
	expect(d, s, 0);
}

/* "Nobody home", said from five streets away. */
static void
test_absent(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});

	assert_int_equal(DOOR_DONE, doors_attempt(d, s, 0,
	    (struct door_attempt){.outcome = VISIT_ABSENT, .place = there})
	    .verdict);
	expect(d, s, 1);
	assert_int_equal(SHIPMENT_ATTEMPTED, doors_row(d, s).state.status);
}

/* Proved without coverage, told later: once, however often. */
static void
test_late_pass(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});
	struct handover late = {.pass = doors_pass(d, s), .late = true,
	    .at = world_now(d->w), .place = there};

	assert_int_equal(DOOR_DONE, doors_give(d, s, 0, late).verdict);
	assert_true(doors_give(d, s, 0, late).again);
	expect(d, s, 1);
}

/* Not let so far: nothing was typed that could be judged. */
static void
test_other_agent(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});
	char code[CODE_SIZE];

	doors_code(d, s, code);
	assert_int_equal(DOOR_NOT_YOURS, doors_give(d, s, 1,
	    (struct handover){.code = str_of(code), .place = there}).verdict);
	expect(d, s, 0);
}

/* S127: with the address. */
static void
test_forgotten(void **state)
{
	struct doors *d = *state;
	struct id s = doors_at_door(d, (struct parcel_ask){.spot = door});
	struct keep k = {.flow = &d->w->flow, .arena = d->w->arena};
	struct shipment_row row;
	struct spot spot;

	row = doors_row(d, s);
	assert_true(row.geo.n > 0 &&
	    memmem(row.geo.p, row.geo.n, "5252001", 7) == NULL);
	OK(far_open(&d->w->flow, d->w->arena, &row, &spot));
	assert_int_equal(door.lat_e5, spot.lat_e5);
	assert_int_equal(door.lon_e5, spot.lon_e5);
	assert_int_equal(DOOR_DONE, type_at(d, s, here, true));
	world_advance(d->w, RETENTION_DELIVERY);
	world_advance(d->w, HOURS(1));
	k.now = world_now(d->w);
	world_do(d->w, keep_forget_run, &k);
	row = doors_row(d, s);
	assert_int_equal(0, row.geo.n);
	OK(far_open(&d->w->flow, d->w->arena, &row, &spot));
	assert_false(spot.given);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		DOORS_TEST(test_right_code),
		DOORS_TEST(test_near),
		DOORS_TEST(test_guesses),
		DOORS_TEST(test_not_looked_at),
		DOORS_TEST(test_absent),
		DOORS_TEST(test_late_pass),
		DOORS_TEST(test_other_agent),
		DOORS_TEST(test_forgotten),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, doors_open, doors_close);
}

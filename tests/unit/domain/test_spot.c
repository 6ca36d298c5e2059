#include "domain/spot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct spot
    /* The test line of the Geocentric Datum of Australia's manual. */
    flinders_peak = {true, -3795103, 14442487},
    buninyong = {true, -3765282, 14392650},
    /* A door in Berlin, and what is around it. */
    door = {true, 5252001, 1340495},
    next_door = {true, 5252010, 1340495},
    five_streets = {true, 5252501, 1340495};

static void
known_distances(void **state UNUSED)
{
	const struct spot null = {true, 0, 0}, degree = {true, 0, 100000},
	    mile = {true, 4501667, 0},
	    north = {true, 4500000, 0}, east = {true, 0, 17999900},
	    west = {true, 0, -17999900};

	/* 54972.271 m on the ellipsoid; half a percent is 275 m. */
	assert_in_range(spot_metres(&flinders_peak, &buninyong), 54698, 55247);
	/* A degree of a great circle of 6371008.8 m. */
	assert_int_equal(111195, spot_metres(&null, &degree));
	/* A minute of arc is a nautical mile, 1852 m. */
	assert_in_range(spot_metres(&north, &mile), 1843, 1861);
	assert_int_equal(222, spot_metres(&east, &west));
	assert_int_equal(0, spot_metres(&door, &door));
	assert_int_equal(10, spot_metres(&door, &next_door));
	assert_int_equal(556, spot_metres(&five_streets, &door));
}

/* The device's accuracy is in its favour. */
static void
far_or_not(void **state UNUSED)
{
	assert_false(spot_far(&door, 0, &door, 0));
	assert_false(spot_far(&next_door, 0, &door, 10));
	assert_true(spot_far(&next_door, 0, &door, 9));
	assert_true(spot_far(&five_streets, 55, &door, 500));
	assert_false(spot_far(&five_streets, 56, &door, 500));
	assert_true(spot_far(&buninyong, 1000000, &door, 100000));
}

static void
degrees(void **state UNUSED)
{
	static const struct { const char *text; int64_t e5; } good[] = {
		{"52.52001", 5252001}, {"-33.9", -3390000}, {"0", 0},
		{"90", 9000000}, {"-90.00000", -9000000}, {"7.", 700000},
		{"52.5200199", 5252001}, {"0.00001", 1},
	};
	static const char *const bad[] = {"", "-", "+1", ".5", "90.00001",
	    "91", "1e1", "5 2", "52,5", "52.5200x", "52.52001junk", "--1",
	    "99999999999999999999999"};
	int64_t e5 = 42;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(spot_degrees(str_of(good[i].text), SPOT_LAT_MAX,
		    &e5));
		assert_int_equal(good[i].e5, e5);
	}
	e5 = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(spot_degrees(str_of(bad[i]), SPOT_LAT_MAX, &e5));
		assert_int_equal(42, e5);
	}
	assert_true(spot_degrees(STR("179.99999"), SPOT_LON_MAX, &e5));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_distances),
		cmocka_unit_test(far_or_not),
		cmocka_unit_test(degrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

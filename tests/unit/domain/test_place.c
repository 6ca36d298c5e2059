#include "domain/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct place
    berlin = {"DE", "BE", true, 52.52, 13.405},
    potsdam = {"DE", "BB", true, 52.39, 13.06},
    munich = {"DE", "BY", true, 48.14, 11.58},
    tokyo = {"JP", "", true, 35.68, 139.69},
    germany = {"DE", "", false, 0, 0},
    japan = {"JP", "", false, 0, 0},
    nowhere = {"", "", false, 0, 0};

static const unix_ms now = {1795000000000};

/* Known distances, to a per mille. */
static void
distances(void **state UNUSED)
{
	static const struct place quito = {"EC", "", true, 0, -78.5},
	    across = {"ID", "", true, 0, 101.5}, north = {"", "", true, 90, 0},
	    south = {"", "", true, -90, 77}, east = {"", "", true, 0, 179.9},
	    west = {"", "", true, 0, -179.9};
	static const struct { const struct place *a, *b; double km; } rows[] = {
		{&berlin, &munich, 504}, {&berlin, &tokyo, 8918},
		{&quito, &across, 20015}, {&north, &south, 20015},
		{&east, &west, 22.2},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double km = place_km(rows[i].a, rows[i].b);

		assert_true(km > rows[i].km * 0.998 &&
		    km < rows[i].km * 1.002);
		assert_true(km - place_km(rows[i].b, rows[i].a) < 0.001);
	}
	assert_true(place_km(&tokyo, &tokyo) < 0.001);
}

static void
speed(void **state UNUSED)
{
	assert_int_equal(place_kmh(&berlin, &potsdam, SECONDS(1)), 0);
	assert_in_range(place_kmh(&berlin, &tokyo, HOURS(10)), 880, 883);
	/* a clock that went back is no journey in no time */
	assert_int_equal(place_kmh(&berlin, &tokyo, (duration_ms){-5}),
	    place_kmh(&berlin, &tokyo, MINUTES(1)));
	assert_int_equal(place_kmh(&berlin, &japan, HOURS(1)), -1);
}

static void
same(void **state UNUSED)
{
	assert_true(place_same(&berlin, &potsdam));
	assert_false(place_same(&berlin, &munich));
	assert_true(place_same(&berlin, &germany));
	assert_true(place_same(&germany, &germany));
	assert_false(place_same(&germany, &japan));
	assert_false(place_same(&nowhere, &nowhere));
}

static struct signals
at(const struct places *p, const struct place *here, duration_ms later)
{
	struct signals s = {0};

	places_signals(p, here, unix_ms_add(now, later), &s);
	return s;
}

static void
signals_of_places(void **state UNUSED)
{
	struct places p = {0};
	struct signals s = at(&p, &berlin, SECONDS(0));

	assert_string_equal(s.country, "DE");
	assert_string_equal(s.region, "BE");
	assert_false(s.known_place || s.new_place || s.has_travel_kmh);
	places_note(&p, &berlin, now);
	s = at(&p, &potsdam, HOURS(1));
	assert_true(s.known_place && !s.new_place);
	assert_true(s.has_travel_kmh && s.travel_kmh == 0);
	s = at(&p, &tokyo, HOURS(1));
	assert_true(s.new_place && !s.known_place);
	assert_in_range(s.travel_kmh, 8700, 8900);
	/* a file without points says nothing of speed */
	s = at(&p, &japan, HOURS(1));
	assert_true(s.new_place && !s.has_travel_kmh);
	/* nor does one that does not know the address */
	s = at(&p, &nowhere, HOURS(1));
	assert_false(s.known_place || s.new_place || s.has_travel_kmh);
	assert_string_equal(s.country, "");
}

/* The last is first; the oldest of more than eight gives way. */
static void
memory(void **state UNUSED)
{
	struct places p = {0};

	places_note(&p, &nowhere, now);
	assert_int_equal(p.n, 0);
	for (int i = 0; i < 10; i++) {
		struct place q = {"AA", "", false, 0, 0};

		q.country[1] = (char)('A' + i);
		places_note(&p, &q, unix_ms_add(now, SECONDS(i)));
	}
	assert_int_equal(p.n, PLACES_MAX);
	assert_string_equal(p.place[0].country, "AJ");
	assert_string_equal(p.place[7].country, "AC");
	places_note(&p, &p.place[7], unix_ms_add(now, SECONDS(20)));
	assert_int_equal(p.n, PLACES_MAX);
	assert_string_equal(p.place[0].country, "AC");
	assert_string_equal(p.place[7].country, "AD");
}

static void
kept_and_coarse(void **state UNUSED)
{
	struct places p = {0}, again;
	char bytes[PLACES_BYTES + 1], same[PLACES_BYTES];
	struct buf b, c;

	places_note(&p, &tokyo, now);
	places_note(&p, &munich, unix_ms_add(now, HOURS(30)));
	places_note(&p, &(struct place){"AU", "NSW", true, -33.87, 151.21},
	    unix_ms_add(now, HOURS(60)));
	buf_fixed(&b, bytes, sizeof(bytes));
	places_encode(&p, &b);
	assert_int_equal(buf_err(&b), ERR_NONE);
	assert_true(places_decode(buf_view(&b), &again));
	assert_true(again.place[0].latitude == -33.9);
	buf_fixed(&c, same, sizeof(same));
	places_encode(&again, &c);
	assert_int_equal(buf_err(&c), ERR_NONE);
	assert_int_equal(c.n, b.n);
	assert_memory_equal(same, bytes, b.n);
	assert_false(places_decode(str_slice(buf_view(&b), 0, b.n - 1),
	    &again));
	assert_false(places_decode(STR(""), &again));
	bytes[0] = PLACES_MAX + 1;
	assert_false(places_decode(buf_view(&b), &again));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances),
		cmocka_unit_test(speed),
		cmocka_unit_test(same),
		cmocka_unit_test(signals_of_places),
		cmocka_unit_test(memory),
		cmocka_unit_test(kept_and_coarse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

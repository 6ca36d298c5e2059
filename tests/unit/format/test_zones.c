/*
 * The end of the local day, in zones whose days have 23 to 25 hours, begin at
 * 01:00, or are left out (R14): vectors/end-of-local-day.json.
 */
#include "format/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vectors.h"

static struct zones_cache *cache;

static int
setup(void **state)
{
	(void)state;
	cache = zones_cache_new();
	return cache != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	zones_cache_free(cache);
	return 0;
}

static void
test_vectors(void **state)
{
	json_t *json = vectors_load("end-of-local-day.json");
	json_t *cases = json_object_get(json, "cases"), *one;
	size_t i;

	(void)state;
	assert_true(json_array_size(cases) >= 14);
	json_array_foreach(cases, i, one) {
		unix_ms want, length;
		civil_day day;
		struct zone z;

		assert_true(day_parse(str_of(vectors_text(one, "local_date")),
		    &day));
		assert_int_equal(ERR_NONE, unix_ms_parse(
		    str_of(vectors_text(one, "valid_until")), &want));
		assert_int_equal(ERR_NONE, zones_cache_get(cache,
		    str_of(vectors_text(one, "time_zone")), want, &z));
		assert_int_equal(want.v, zone_day_end(&z, day).v);
		/* The day before it ends where it begins. */
		length = zone_day_end(&z, (civil_day){day.v - 1});
		assert_int_equal((int64_t)vectors_number(one, "day_length_s") *
		    1000, want.v - length.v);
		assert_int_equal(day.v, zone_day(&z, length).v);
		assert_int_equal(day.v, zone_day(&z,
		    (unix_ms){want.v - 1}).v);
		assert_true(zone_day(&z, want).v > day.v);
	}
	json_decref(json);
}

static void
test_names(void **state)
{
	struct zone z;

	(void)state;
	assert_int_equal(ERR_MISSING, zones_cache_get(cache,
	    STR("Europe/Atlantis"), (unix_ms){0}, &z));
	assert_int_equal(ERR_MISSING, zones_cache_get(cache,
	    STR("../../etc/passwd"), (unix_ms){0}, &z));
	assert_int_equal(ERR_NONE, zones_cache_get(cache, STR("UTC"),
	    (unix_ms){INT64_C(1795000000000)}, &z));
	assert_int_equal(1, z.n);
	assert_int_equal(0, z.steps[0].offset_s);
	assert_string_not_equal("unknown", zones_version(cache));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

/*
 * The spraying alarm (S20): more than 200 wrong codes in ten minutes, and more
 * than 60 % of what was tried.
 */
#include "flow/alarm.h"
#include "world.h"

static void
count_n(struct world *w, struct alarm *a, unsigned n, bool wrong,
    unsigned *ret_began)
{
	for (unsigned i = 0; i < n; i++) {
		*ret_began += alarm_count(a, &w->tenant, wrong,
		    flow_now(&w->flow)) ? 1 : 0;
	}
}

static void
test_begins_once_and_ends(void **state)
{
	struct world *w = *state;
	struct alarm *a = alarm_new();
	unsigned began = 0;

	assert_non_null(a);
	count_n(w, a, 200, true, &began);
	assert_int_equal(began, 0);
	count_n(w, a, 1, true, &began);
	assert_int_equal(began, 1);
	count_n(w, a, 50, true, &began);
	assert_int_equal(began, 1);
	assert_int_equal(alarm_count_on(a), 1);
	/* Ten minutes later the wrong ones have left the window. */
	w->now += 10 * 60 * 1000;
	count_n(w, a, 1, false, &began);
	assert_int_equal(alarm_count_on(a), 0);
	count_n(w, a, 201, true, &began);
	assert_int_equal(began, 2);
	alarm_free(a);
}

/* A busy shop has many wrong codes among far more right ones. */
static void
test_needs_the_ratio(void **state)
{
	struct world *w = *state;
	struct alarm *a = alarm_new();
	unsigned began = 0;

	assert_non_null(a);
	count_n(w, a, 400, false, &began);
	count_n(w, a, 600, true, &began);
	assert_int_equal(began, 0);
	count_n(w, a, 1, true, &began);
	assert_int_equal(began, 1);
	alarm_free(a);
}

static void
test_tenants_are_apart(void **state)
{
	struct world *w = *state;
	struct alarm *a = alarm_new();
	unsigned began = 0;

	assert_non_null(a);
	count_n(w, a, 150, true, &began);
	for (unsigned i = 0; i < 150; i++) {
		assert_false(alarm_count(a, &w->other, true,
		    flow_now(&w->flow)));
	}
	assert_int_equal(began, 0);
	assert_int_equal(alarm_count_on(a), 0);
	alarm_free(a);
}

/* A clock that is put back neither keeps an alarm on nor drops its counts. */
static void
test_clock_put_back(void **state)
{
	struct world *w = *state;
	struct alarm *a = alarm_new();
	unsigned began = 0;

	assert_non_null(a);
	count_n(w, a, 100, true, &began);
	w->now -= 3600 * 1000;
	count_n(w, a, 201, true, &began);
	assert_int_equal(began, 1);
	alarm_free(a);
}

static void
test_is_an_event(void **state)
{
	struct world *w = *state;
	struct alarm_event event = {&w->flow, w->tenant.id};

	OK(store_do(w->flow.store, STORE_BACKGROUND, alarm_run, &event));
	assert_int_equal(world_events(w, AUDIT_TENANT_SPRAYED, NULL), 1);
}

int
main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		WORLD_TEST(test_begins_once_and_ends),
		WORLD_TEST(test_needs_the_ratio),
		WORLD_TEST(test_tenants_are_apart),
		WORLD_TEST(test_clock_put_back),
		WORLD_TEST(test_is_an_event),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

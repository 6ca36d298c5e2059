/*
 * The helper that other tests trust: it fails what it should, and sees leaks.
 */
#include "fault_malloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/compiler.h"

static void
every_way_to_allocate_fails(void **state UNUSED)
{
	void *volatile p = malloc(10);
	void *volatile q;

	assert_non_null(p);
	fault_malloc_arm(1, FAULT_ONWARDS);
	q = malloc(1);
	assert_null(q);
	q = calloc(1, 1);
	assert_null(q);
	q = realloc(p, 100);
	assert_null(q);
	q = reallocarray(p, 10, 10);
	assert_null(q);
	q = strdup("x");
	assert_null(q);
	q = strndup("x", 1);
	assert_null(q);
	assert_int_equal(fault_malloc_failed(), 6);
	fault_malloc_disarm();
	q = realloc(p, 100);
	assert_non_null(q);
	free(q);
}

static void
only_the_nth_fails(void **state UNUSED)
{
	void *volatile p[4];

	fault_malloc_arm(3, FAULT_ONCE);
	for (int i = 0; i < 4; i++) {
		p[i] = malloc(16);
	}
	fault_malloc_disarm();
	assert_int_equal(fault_malloc_count(), 4);
	assert_int_equal(fault_malloc_failed(), 1);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(p[i] == NULL, i == 2);
		free(p[i]);
	}
}

static void
leaks_are_counted(void **state UNUSED)
{
	/* Volatile: the compiler may not leave an allocation out. */
	void *volatile before = malloc(10);
	void *volatile a, *volatile b, *volatile c;

	assert_non_null(before);
	fault_malloc_arm(0, FAULT_ONCE);
	free(before);		/* not of ours */
	assert_int_equal(fault_malloc_live(), 0);
	a = malloc(10);
	b = strdup("x");
	assert_int_equal(fault_malloc_live(), 2);
	c = realloc(a, 5000);
	assert_int_equal(fault_malloc_live(), 2);
	free(b);
	free(NULL);
	assert_int_equal(fault_malloc_live(), 1);
	free(c);
	assert_int_equal(fault_malloc_live(), 0);
	fault_malloc_disarm();
}

/* More addresses than the table has slots, one after the other. */
static void
table_does_not_fill_up(void **state UNUSED)
{
	void *volatile kept[100];

	fault_malloc_arm(0, FAULT_ONCE);
	for (size_t i = 0; i < 100000; i++) {
		void *volatile p = malloc(16 + i % 997 * 16);

		assert_non_null(p);
		if (i < 100) {
			kept[i] = p;
		} else {
			free(p);
		}
	}
	assert_int_equal(fault_malloc_live(), 100);
	for (size_t i = 0; i < 100; i++) {
		free(kept[i]);
	}
	assert_int_equal(fault_malloc_live(), 0);
	fault_malloc_disarm();
}

static bool
allocate_three(void *ctx)
{
	void *volatile p[3];
	bool ok = true;

	for (int i = 0; i < 3; i++) {
		p[i] = malloc(8);
		ok = ok && p[i] != NULL;
	}
	for (int i = 0; i < 3; i++) {
		free(p[i]);
	}
	(*(int *)ctx)++;
	return ok;
}

static void
each_runs_until_it_succeeds(void **state UNUSED)
{
	int runs = 0;

	assert_int_equal(fault_malloc_each(allocate_three, &runs), 6);
	assert_int_equal(runs, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_allocate_fails),
		cmocka_unit_test(only_the_nth_fails),
		cmocka_unit_test(leaks_are_counted),
		cmocka_unit_test(table_does_not_fill_up),
		cmocka_unit_test(each_runs_until_it_succeeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

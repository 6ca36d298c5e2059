/*
 * base/secret.h, base/ct.h, base/wipealloc.h: what is done to secrets.
 */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/ct.h"
#include "base/wipealloc.h"
#include "fault_malloc.h"

/* S7 */
static void
ct_equal_sees_every_bit(void **state UNUSED)
{
	uint8_t a[40] = {1, 2, 3}, b[40];

	memcpy(b, a, sizeof(b));
	assert_true(ct_equal(a, b, sizeof(a)));
	assert_true(ct_equal(a, b, 0));
	for (size_t i = 0; i < sizeof(a) * 8; i++) {
		b[i / 8] ^= (uint8_t)(1U << i % 8);
		assert_false(ct_equal(a, b, sizeof(a)));
		assert_true(ct_equal(a, b, i / 8));
		b[i / 8] ^= (uint8_t)(1U << i % 8);
	}
}

static void
secret_is_wiped_whole(void **state UNUSED)
{
	static const struct secret zero;
	struct secret s = {0};
	char full[SECRET_MAX];

	memset(full, 'k', sizeof(full));
	secret_set(&s, full, sizeof(full));
	assert_int_equal(s.n, SECRET_MAX);
	assert_memory_equal(s.b, full, SECRET_MAX);
	secret_set(&s, "abc", 3);
	assert_int_equal(s.n, 3);
	secret_wipe(&s);
	assert_memory_equal(&s, &zero, sizeof(s));
}

/* Looks at a secret when the scope of both ends. */
struct witness {
	const struct secret *of;
	struct secret *copy;
};

static void
look(struct witness *w)
{
	*w->copy = *w->of;
}

/* Cleanups run in reverse: the secret's before that of its witness. */
static void
secret_leaves_its_scope(void **state UNUSED)
{
	static const struct secret zero;
	struct secret copy;

	if (UNDER_SANITIZER) {	/* which wants nobody to look there */
		skip();
	}
	memset(&copy, 'x', sizeof(copy));
	{
		struct witness CLEANUP(look) w = {NULL, &copy};
		struct secret CLEANUP(secret_wipe) s = {0};

		w.of = &s;
		secret_set(&s, "abc", 3);
		assert_int_equal(s.n, 3);
	}
	assert_memory_equal(&copy, &zero, sizeof(copy));
}

static void
wipealloc_keeps_content(void **state UNUSED)
{
	char *p = wipe_strdup("123456"), *q;

	assert_non_null(p);
	q = wipe_realloc(p, 5000);
	assert_non_null(q);
	assert_string_equal(q, "123456");
	p = wipe_realloc(q, 3);
	assert_non_null(p);
	assert_memory_equal(p, "123", 3);
	wipe_free(p);
	wipe_free(NULL);
	p = wipe_realloc(NULL, 10);
	assert_non_null(p);
	wipe_free(p);
	p = wipe_calloc(3, 5);
	assert_non_null(p);
	for (int i = 0; i < 15; i++) {
		assert_int_equal(p[i], 0);
	}
	wipe_free(p);
	if (!UNDER_SANITIZER) {	/* which ends the program instead */
		assert_null(wipe_calloc(SIZE_MAX / 2, 3));
	}
}

static bool
grow(void *ctx UNUSED)
{
	char *p = wipe_strdup("123456"), *q;
	bool ok = p != NULL;

	if (ok) {
		q = wipe_realloc(p, 4000);
		ok = q != NULL;
		p = ok ? q : p;
		/* A failed realloc leaves the old memory. */
		assert_string_equal(p, "123456");
	}
	wipe_free(p);
	return ok;
}

static void
wipealloc_fails_well(void **state UNUSED)
{
	assert_int_equal(fault_malloc_each(grow, NULL), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ct_equal_sees_every_bit),
		cmocka_unit_test(secret_is_wiped_whole),
		cmocka_unit_test(secret_leaves_its_scope),
		cmocka_unit_test(wipealloc_keeps_content),
		cmocka_unit_test(wipealloc_fails_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * S102: what a body may be.
 */
#include "http/jsonr.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static int
set_up(void **state UNUSED)
{
	arena = arena_new((size_t)64 * 1024);
	return arena == NULL;
}

static int
tear_down(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

/* All flaws as "field: reason" lines. */
static const char *
told(const struct jsonr *r)
{
	static char z[4096];
	const struct jsonr_flaws *f = jsonr_flaws(r);
	size_t n = 0;

	z[0] = '\0';
	for (size_t i = 0; i < f->n; i++) {
		n += (size_t)snprintf(z + n, sizeof(z) - n, "%s%.*s: %.*s",
		    i > 0 ? "; " : "", STR_ARG(f->v[i].field),
		    STR_ARG(f->v[i].reason));
		assert_true(n < sizeof(z));
	}
	return z;
}

static void
test_not_json(void **state UNUSED)
{
	static const struct {
		struct str body;
		const char *want;
	} rows[] = {
		{STR_INIT(""), ": is missing"},
		{STR_INIT("[]"), ": is not an object"},
		{STR_INIT("\"a\""), ": is not JSON at line 1, column 3"},
		{STR_INIT("{"), ": is not JSON at line 1, column 1"},
		{STR_INIT("{}{}"), ": is not JSON at line 1, column 3"},
		{STR_INIT("{\"a\":1,}"), ": is not JSON at line 1, column 8"},
		{STR_INIT("{'a':1}"), ": is not JSON at line 1, column 2"},
		{STR_INIT("{\"a\":01}"), ": is not JSON at line 1, column 6"},
		{STR_INIT("{\"a\":NaN}"), ": is not JSON at line 1, column 8"},
		{STR_INIT("{\"a\":\"\x01\"}"), ": is not JSON at line 1, column 6"},
		{STR_INIT("\xef\xbb\xbf{}"), ": is not JSON at line 1, column 1"},
		{STR_INIT("{} // b"), ": is not JSON at line 1, column 4"},
		/* RFC 8259 section 4: names are unique. */
		{STR_INIT("{\"a\":1,\n\"a\":1}"),
		    ": has a member twice, at line 2, column 3"},
		{STR_INIT("{\"a\":{\"b\":1,\"\\u0062\":1}}"),
		    ": has a member twice, at line 1, column 20"},
		/* RFC 7493: UTF-8, no surrogates, no NUL. */
		{STR_INIT("{\"a\":\"\xff\"}"), ": is not UTF-8"},
		{STR_INIT("{\"a\":\"\xc0\xaf\"}"), ": is not UTF-8"},
		{STR_INIT("{\"a\":\"\xed\xa0\x80\"}"), ": is not UTF-8"},
		{STR_INIT("{\"a\":\"\\ud800\"}"),
		    ": is not JSON at line 1, column 13"},
		{STR_INIT("{\"a\":\"\\u0000\"}"), ": has a NUL character"},
		{STR_INIT("{\"\\u0000\":1}"), ": has a NUL character"},
		{STR_INIT("{\"a\":\0}"), ": has a NUL character"},
		/* Found by the fuzzer: the library lets this one pass. */
		{STR_INIT("{\"a\":1\0}"), ": has a NUL character"},
		/* RFC 7493 section 2.2. */
		{STR_INIT("{\"a\":9223372036854775808}"),
		    ": has a number out of range at line 1, column 24"},
		{STR_INIT("{\"a\":1e999}"),
		    ": has a number out of range at line 1, column 10"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct jsonr CLEANUP(jsonr_done) r = {0};
		struct jsonr_object o;

		assert_false(jsonr_open(&r, arena, rows[i].body, &o));
		assert_false(jsonr_ok(&r));
		assert_string_equal(told(&r), rows[i].want);
	}
}

static void
test_depth(void **state UNUSED)
{
	for (int depth = 16; depth <= 17; depth++) {
		struct jsonr CLEANUP(jsonr_done) r = {0};
		struct jsonr_object o;
		char z[128];
		int n = snprintf(z, sizeof(z), "{\"a\":\"[[[\\\"[[[\",\"b\":%.*s"
		    "%.*s}", depth - 1, "[[[[[[[[[[[[[[[[[[[[", depth - 1,
		    "]]]]]]]]]]]]]]]]]]]]");

		assert_int_equal(jsonr_open(&r, arena,
		    (struct str){z, (size_t)n}, &o), depth == 16);
		assert_string_equal(told(&r),
		    depth == 16 ? "" : ": is nested too deeply");
	}
}

static void
test_reads(void **state UNUSED)
{
	const struct str body = STR("{\"s\":\"\xc3\xa9\\n\",\"i\":-5,\"b\":true,"
	    "\"o\":{\"x\":\"y\"},\"a\":[\"p\",\"q\"],\"n\":null,"
	    "\"any\":{\"z\":1,\"a\":[true, 2]}}");
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, o;
	struct jsonr_array a;
	struct str s, x, q, any, none = STR("untouched");
	int64_t i;
	bool b;

	assert_true(jsonr_open(&r, arena, body, &root));
	assert_true(jsonr_str(&root, "s", JSONR_REQUIRED, 1, 3, &s));
	assert_true(jsonr_i64(&root, "i", JSONR_REQUIRED, -5, -5, &i));
	assert_true(jsonr_bool(&root, "b", JSONR_REQUIRED, &b));
	assert_true(jsonr_object(&root, "o", JSONR_REQUIRED, &o));
	assert_true(jsonr_str(&o, "x", 0, 0, 1, &x));
	jsonr_close(&o);
	assert_true(jsonr_array(&root, "a", 0, 2, &a));
	assert_int_equal(a.n, 2);
	assert_true(jsonr_at_str(&a, 1, 1, 1, &q));
	assert_false(jsonr_str(&root, "n", JSONR_NULL, 0, 9, &none));
	assert_false(jsonr_str(&root, "absent", 0, 0, 9, &none));
	assert_true(jsonr_any(&root, "any", 0, 64, &any));
	assert_true(jsonr_has(&root, "n"));
	assert_false(jsonr_has(&root, "absent"));
	jsonr_close(&root);
	assert_true(jsonr_ok(&r));
	/* What was read outlives the tree. */
	jsonr_done(&r);
	assert_true(str_equal(s, STR("\xc3\xa9\n")));
	assert_true(i == -5 && b);
	assert_true(str_equal(x, STR("y")) && str_equal(q, STR("q")));
	assert_true(str_equal(any, STR("{\"a\":[true,2],\"z\":1}")));
	assert_true(str_equal(none, STR("untouched")));
}

/* One answer names every flaw. */
static void
test_all_flaws_at_once(void **state UNUSED)
{
	const struct str body = STR("{\"code\":123456,\"ttl\":1.0,\"big\":11,"
	    "\"flag\":\"yes\",\"to\":{\"email\":\"\",\"phone\":\"+123456\","
	    "\"fax\":1},\"list\":[\"a\",2,{}],\"many\":[1,2,3],\"nul\":null,"
	    "\"what\":[],\"extra\":{}}");
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object root, to;
	struct jsonr_array list;
	struct str s = STR("");
	int64_t i = 0;
	bool b = false;

	assert_true(jsonr_open(&r, arena, body, &root));
	assert_false(jsonr_str(&root, "purpose", JSONR_REQUIRED, 1, 9, &s));
	/* S102: code must be a string. */
	assert_false(jsonr_str(&root, "code", JSONR_REQUIRED, 1, 9, &s));
	assert_false(jsonr_i64(&root, "ttl", 0, 1, 10, &i));
	assert_false(jsonr_i64(&root, "big", 0, 1, 10, &i));
	assert_false(jsonr_bool(&root, "flag", 0, &b));
	assert_true(jsonr_object(&root, "to", 0, &to));
	assert_false(jsonr_str(&to, "email", 0, 3, 254, &s));
	assert_false(jsonr_str(&to, "phone", 0, 1, 5, &s));
	jsonr_flaw(&to, "phone", "is not a telephone number");
	jsonr_flaw(&to, NULL, "needs one of email and phone");
	jsonr_close(&to);
	assert_true(jsonr_array(&root, "list", 0, 3, &list));
	assert_false(jsonr_at_str(&list, 1, 1, 9, &s));
	assert_false(jsonr_at_object(&list, 0, &to));
	assert_true(jsonr_at_object(&list, 2, &to));
	assert_false(jsonr_str(&to, "tracking", JSONR_REQUIRED, 1, 9, &s));
	assert_false(jsonr_array(&root, "many", 0, 2, &list));
	assert_false(jsonr_str(&root, "nul", 0, 1, 9, &s));
	assert_false(jsonr_object(&root, "what", 0, &to));
	jsonr_close(&root);
	assert_false(jsonr_ok(&r));
	assert_string_equal(told(&r),
	    "purpose: is required; "
	    "code: must be a string; "
	    "ttl: must be a whole number; "
	    "big: must be from 1 to 10; "
	    "flag: must be true or false; "
	    "to.email: must not be empty; "
	    "to.phone: must have at most 5 bytes; "
	    "to.phone: is not a telephone number; "
	    "to: needs one of email and phone; "
	    "to.fax: is not known; "
	    "list[1]: must be a string; "
	    "list[0]: must be an object; "
	    "list[2].tracking: is required; "
	    "many: must have at most 2 elements; "
	    "nul: must be a string; "
	    "what: must be an object; "
	    "extra: is not known");
	assert_int_equal(s.n, 0);
	assert_true(i == 0 && !b);
}

static const struct jsonr_limits three = {.pairs = 3, .name = 4, .value = 5};

static void
test_pairs(void **state UNUSED)
{
	static const struct {
		struct str body;
		const char *want;
	} rows[] = {
		{STR_INIT("{\"b\":{\"b\":\"2\",\"a\":\"1\",\"ab\":\"\"}}"), ""},
		{STR_INIT("{\"b\":{}}"), ""},
		{STR_INIT("{\"b\":[]}"), "b: must be an object"},
		{STR_INIT("{\"b\":{\"a\":1}}"), "b.a: must be a string"},
		{STR_INIT("{\"b\":{\"\":\"1\"}}"),
		    "b: has a name that is not of 1 to 4 bytes"},
		{STR_INIT("{\"b\":{\"abcde\":\"1\"}}"),
		    "b: has a name that is not of 1 to 4 bytes"},
		{STR_INIT("{\"b\":{\"a\":\"123456\"}}"),
		    "b.a: must have at most 5 bytes"},
		{STR_INIT("{\"b\":{\"a\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\"}}"),
		    "b: must have at most 3 members"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct jsonr CLEANUP(jsonr_done) r = {0};
		struct jsonr_object o;
		struct jsonr_pair *pairs = NULL;
		size_t n = 99;

		assert_true(jsonr_open(&r, arena, rows[i].body, &o));
		assert_int_equal(jsonr_pairs(&o, "b", 0, three, &pairs, &n),
		    rows[i].want[0] == '\0');
		assert_string_equal(told(&r), rows[i].want);
		if (i == 0) {
			assert_int_equal(n, 3);
			assert_true(str_equal(pairs[0].name, STR("a")));
			assert_true(str_equal(pairs[1].name, STR("ab")));
			assert_true(str_equal(pairs[2].value, STR("2")));
		}
	}
}

/* A client cannot make the answer large. */
static void
test_flaws_are_capped(void **state UNUSED)
{
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object o;
	char z[4096];
	size_t n = 1;

	z[0] = '{';
	for (int i = 0; i < 40; i++) {
		n += (size_t)snprintf(z + n, sizeof(z) - n, "%s\"m%d%0*d\":0",
		    i > 0 ? "," : "", i, 80, 0);
	}
	z[n++] = '}';
	assert_true(jsonr_open(&r, arena, (struct str){z, n}, &o));
	jsonr_close(&o);
	assert_int_equal(jsonr_flaws(&r)->n, JSONR_FLAWS_MAX);
	assert_int_equal(jsonr_flaws(&r)->more, 8);
	for (size_t i = 0; i < JSONR_FLAWS_MAX; i++) {
		assert_true(jsonr_flaws(&r)->v[i].field.n <= 64);
	}
}

/* Without room for what is read, nothing is believed. */
static void
test_no_memory(void **state UNUSED)
{
	struct arena *small = arena_new(32);
	struct jsonr CLEANUP(jsonr_done) r = {0};
	struct jsonr_object o;
	struct str s;

	assert_non_null(small);
	assert_true(jsonr_open(&r, small, STR("{\"a\":\"0123456789012345678901234"
	    "5678901234567890\"}"), &o));
	assert_false(jsonr_str(&o, "a", 0, 0, 99, &s));
	assert_true(r.no_memory);
	assert_false(jsonr_ok(&r));
	arena_free(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_not_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_all_flaws_at_once, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_pairs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flaws_are_capped, set_up,
		    tear_down),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

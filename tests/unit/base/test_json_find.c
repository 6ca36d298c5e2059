#include "base/json_find.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void
finds(const char *text, const char *pointer, const char *wanted)
{
	struct buf out;
	bool found;

	buf_init(&out, 256);
	buf_z(&out, ">");
	found = json_find(str_of(text), str_of(pointer), &out);
	if (wanted == NULL) {
		assert_false(found);
		assert_string_equal(buf_c(&out), ">");
	} else {
		assert_true(found);
		assert_string_equal(buf_c(&out) + 1, wanted);
	}
	buf_done(&out);
}

/* RFC 6901 section 5 */
static void
test_pointers(void **state)
{
	static const char doc[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,"
	    "\"a/b\":1,\"c%d\":2,\"m~n\":8,\" \":7,\"k\\\"l\":6}";

	(void)state;
	finds(doc, "/foo/0", "bar");
	finds(doc, "/foo/1", "baz");
	finds(doc, "/", "0");
	finds(doc, "/a~1b", "1");
	finds(doc, "/c%d", "2");
	finds(doc, "/m~0n", "8");
	finds(doc, "/ ", "7");
	finds(doc, "/k\"l", "6");
	finds(doc, "/foo", NULL);
	finds(doc, "/foo/2", NULL);
	finds(doc, "/foo/00", NULL);
	finds(doc, "/foo/-", NULL);
	finds(doc, "/fo", NULL);
	finds(doc, "/food", NULL);
	finds(doc, "", NULL);
	finds("\"x\"", "", "x");
	finds("{\"a~2\":1}", "/a~2", NULL);
}

static void
test_values(void **state)
{
	(void)state;
	finds(" { \"a\" : { \"b\" : -1.5e+3 } } ", "/a/b", "-1.5e+3");
	finds("{\"a\":true,\"b\":null}", "/a", "true");
	finds("{\"a\":true,\"b\":null}", "/b", NULL);
	finds("{\"a\":1,\"a\":2}", "/a", "1");
	finds("[[],{},[7]]", "/2/0", "7");
	finds("\"\\u00fc\\ud83d\\ude00\\n\"", "", "\xc3\xbc\xf0\x9f\x98\x80\n");
}

/* RFC 8259: what is not JSON has nothing in it, wherever the flaw is. */
static void
test_not_json(void **state)
{
	static const char *const flawed[] = {
		"", "{", "{\"a\":1", "{\"a\":1}x", "{\"a\":1,}", "{a:1}",
		"{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":\"\x01\"}",
		"{\"a\":1,\"b\":\"\\x\"}", "{\"a\":1,\"b\":\"\\ud800\"}",
		"{\"a\":1,\"b\":\"\\udc00\\ud800\"}", "{\"a\":1 \"b\":2}",
		"{\"a\":1,\"b\":tru}", "{\"a\":1,\"b\":[1,]}", "{\"a\":\"\xff\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(flawed) / sizeof(flawed[0]); i++) {
		finds(flawed[i], "/a", NULL);
	}
}

static void
test_depth(void **state)
{
	(void)state;
	finds("[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
	    "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0", "1");
	finds("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
	    "/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0", NULL);
}

static void
test_too_long(void **state)
{
	char small[4];
	struct buf out;

	(void)state;
	buf_fixed(&out, small, sizeof(small));
	assert_false(json_find(STR("[\"abcdef\"]"), STR("/0"), &out));
	assert_int_equal(out.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_not_json),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

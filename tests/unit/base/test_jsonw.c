#include "base/jsonw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

static struct buf out;
static struct jsonw w;

static int
begin(void **state UNUSED)
{
	buf_init(&out, 100000);
	jsonw_init(&w, &out);
	return 0;
}

static int
end(void **state UNUSED)
{
	buf_done(&out);
	return 0;
}

static void
commas_and_nesting(void **state UNUSED)
{
	const struct id id = {{0}};

	jsonw_object(&w);
	jsonw_member_i64(&w, "n", INT64_MIN);
	jsonw_key(&w, "list");
	jsonw_array(&w);
	jsonw_array(&w);
	jsonw_array_end(&w);
	jsonw_object(&w);
	jsonw_object_end(&w);
	jsonw_null(&w);
	jsonw_bool(&w, false);
	jsonw_raw(&w, STR("{\"r\":1}"));
	jsonw_hex(&w, "\x00\xff", 2);
	jsonw_array_end(&w);
	jsonw_member_bool(&w, "b", true);
	jsonw_member_time(&w, "t", (unix_ms){0});
	jsonw_member_id(&w, "id", ID_TENANT, &id);
	jsonw_member_z(&w, "z", NULL);
	jsonw_member_str(&w, "s", STR("x"));
	jsonw_object_end(&w);
	assert_string_equal(buf_c(&out), "{\"n\":-9223372036854775808,"
	    "\"list\":[[],{},null,false,{\"r\":1},\"00ff\"],\"b\":true,"
	    "\"t\":\"1970-01-01T00:00:00.000Z\","
	    "\"id\":\"ten_000000000000000000000000000000000000\","
	    "\"z\":\"\",\"s\":\"x\"}");
}

static void
expect(struct str s, const char *json)
{
	buf_clear(&out);
	jsonw_init(&w, &out);
	jsonw_str(&w, s);
	assert_string_equal(buf_c(&out), json);
}

/* S126 */
static void
escapes(void **state UNUSED)
{
	expect(STR("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
	expect(STR("\n\r\t\b\0\x1f\x7f"),
	    "\"\\n\\r\\t\\u0008\\u0000\\u001f\\u007f\"");
	expect(STR("\xc3\xa4\xf0\x9f\x94\x91"), "\"\xc3\xa4\xf0\x9f\x94\x91\"");
	expect(STR("a\xffz"), "\"a\xef\xbf\xbdz\"");
	expect(STR("\xc3"), "\"\xef\xbf\xbd\"");
	expect(STR("\xc3\n"), "\"\xef\xbf\xbd\\n\"");
	expect(STR("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	expect((struct str){NULL, 0}, "\"\"");
}

/* Whatever three bytes come in, strict UTF-8 JSON on one line goes out. */
static void
always_valid(void **state UNUSED)
{
	static const unsigned char picks[] = {
		0, 9, 10, 13, 31, ' ', '"', '\\', '/', 'a', 0x7f, 0x80, 0xbf,
		0xc0, 0xc2, 0xdf, 0xe0, 0xa0, 0xed, 0x9f, 0xef, 0xf0, 0x90,
		0xf4, 0x8f, 0xf5, 0xff,
	};
	const size_t n = sizeof(picks);

	for (size_t i = 0; i < n * n * n; i++) {
		char bytes[3] = {
			(char)picks[i % n], (char)picks[i / n % n],
			(char)picks[i / n / n],
		};
		json_t *json;

		buf_clear(&out);
		jsonw_init(&w, &out);
		jsonw_array(&w);
		jsonw_str(&w, (struct str){bytes, 3});
		jsonw_array_end(&w);
		json = json_loadb(out.p, out.n, JSON_ALLOW_NUL, NULL);
		assert_non_null(json);
		assert_null(strpbrk(buf_c(&out), "\r\n"));
		json_decref(json);
	}
}

static void
depth_is_bounded(void **state UNUSED)
{
	for (int i = 0; i < 16; i++) {
		jsonw_array(&w);
	}
	assert_int_equal(buf_err(&out), ERR_NONE);
	jsonw_array(&w);
	assert_int_equal(buf_err(&out), ERR_LIMIT);
	for (int i = 0; i < 40; i++) {
		jsonw_array_end(&w);
	}
	assert_int_equal(buf_err(&out), ERR_LIMIT);
}

static void
first_failure_stays(void **state UNUSED)
{
	out.err = ERR_NOMEM;
	for (int i = 0; i < 40; i++) {
		jsonw_array(&w);
	}
	assert_int_equal(buf_err(&out), ERR_NOMEM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(commas_and_nesting, begin, end),
		cmocka_unit_test_setup_teardown(escapes, begin, end),
		cmocka_unit_test_setup_teardown(always_valid, begin, end),
		cmocka_unit_test_setup_teardown(depth_is_bounded, begin, end),
		cmocka_unit_test_setup_teardown(first_failure_stays, begin,
		    end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

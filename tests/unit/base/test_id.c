#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static enum err
counting_fill(void *ctx, void *p, size_t n)
{
	uint8_t *bytes = p;
	unsigned *fail = ctx;

	for (size_t i = 0; i < n; i++) {
		bytes[i] = (uint8_t)(i * 17 + 3);
	}
	return *fail > 0 ? ERR_IO : ERR_NONE;
}

/* S8: 128 bits behind the time. */
static void
made_of_time_and_chance(void **state UNUSED)
{
	unsigned fail = 0;
	struct rng rng = {counting_fill, &fail};
	struct id id, same;
	unix_ms now = {1795338414120};

	assert_int_equal(id_new(&rng, now, &id), ERR_NONE);
	assert_true(id_time(&id).v == now.v);
	assert_int_equal(id.b[6], 3);
	assert_int_equal(id.b[ID_BYTES - 1], 15 * 17 + 3 - 256);
	same = id;
	fail = 1;
	assert_int_equal(id_new(&rng, (unix_ms){0}, &id), ERR_IO);
	assert_true(id_equal(&id, &same));
}

static void
text_there_and_back(void **state UNUSED)
{
	for (int type = 0; type < ID_TYPE_COUNT; type++) {
		struct rng rng = rng_system();
		struct id id, back;
		char text[ID_TEXT_MAX];
		struct buf b;

		assert_int_equal(id_new(&rng, (unix_ms){UNIX_MS_MAX}, &id),
		    ERR_NONE);
		id_text((enum id_type)type, &id, text);
		buf_init(&b, 100);
		id_print((enum id_type)type, &id, &b);
		assert_string_equal(buf_c(&b), text);
		assert_int_equal(strlen(text), 40);
		assert_int_equal(id_parse((enum id_type)type, str_of(text),
		    &back), ERR_NONE);
		assert_true(id_equal(&id, &back));
		assert_int_equal(id_parse((enum id_type)((type + 1) %
		    ID_TYPE_COUNT), str_of(text), &back), ERR_SYNTAX);
		buf_done(&b);
	}
}

/* Rule 5: one spelling, so that no limit counts an identifier twice. */
static void
one_spelling(void **state UNUSED)
{
	static const char *const bad[] = {
		"", "chl_", "chl_000000000000000000000000000000000000x",
		"chl_00000000000000000000000000000000000",
		"chl_0000000000000000000000000000000000o0",
		"chl_00000000000000000000000000000000000O",
		"chl_0000000000000000000000000000000000A0",
		"chl_000000000000000000000000000000000001",
		"chl_-00000000000000000000000000000000000",
		"chl_0000000000000000000000000000000000 0",
		"CHL_000000000000000000000000000000000000",
		"chl-000000000000000000000000000000000000",
	};
	struct id id = {{7}};

	assert_int_equal(id_parse(ID_CHALLENGE,
	    STR("chl_000000000000000000000000000000000000"), &id), ERR_NONE);
	assert_int_equal(id.b[0], 0);
	id.b[0] = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (id_parse(ID_CHALLENGE, str_of(bad[i]), &id) != ERR_SYNTAX) {
			fail_msg("\"%s\" was not refused", bad[i]);
		}
		assert_int_equal(id.b[0], 7);
	}
}

static void
order_is_time(void **state UNUSED)
{
	struct rng rng = rng_system();
	struct id early, late, floor;
	char a[ID_TEXT_MAX], b[ID_TEXT_MAX];

	assert_int_equal(id_new(&rng, (unix_ms){1000}, &early), ERR_NONE);
	assert_int_equal(id_new(&rng, (unix_ms){1001}, &late), ERR_NONE);
	floor = id_floor((unix_ms){1001});
	assert_true(memcmp(early.b, floor.b, ID_BYTES) < 0);
	assert_true(memcmp(floor.b, late.b, ID_BYTES) <= 0);
	assert_true(id_time(&floor).v == 1001);
	id_text(ID_EVENT, &early, a);
	id_text(ID_EVENT, &late, b);
	assert_true(strcmp(a, b) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_of_time_and_chance),
		cmocka_unit_test(text_there_and_back),
		cmocka_unit_test(one_spelling),
		cmocka_unit_test(order_is_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

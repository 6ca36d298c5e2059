/*
 * The sentences of told/: every language has every one, and fills the same
 * places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "domain/told.h"

static const char *const places[] = {"{to}", "{brand}", "{seconds}"};

#define EACH(l, t) \
	for (int l = 0; l < LOCALE_COUNT; l++) \
		for (int t = 0; t < TOLD_COUNT; t++)

static void
test_complete(void **state)
{
	(void)state;
	EACH(l, t) {
		const char *text = told_text((enum told)t, (enum locale)l);

		if (text == NULL || strlen(text) < 8) {
			fail_msg("%s: %d lacks", locale_name((enum locale)l), t);
		}
		if (l != LOCALE_EN) {
			assert_string_not_equal(text,
			    told_text((enum told)t, LOCALE_EN));
		}
	}
}

/* A place of English that another language forgets, or one of its own. */
static void
test_places(void **state)
{
	(void)state;
	EACH(l, t) {
		const char *text = told_text((enum told)t, (enum locale)l);
		const char *english = told_text((enum told)t, LOCALE_EN);

		for (size_t i = 0; i < 3; i++) {
			if ((strstr(text, places[i]) != NULL) !=
			    (strstr(english, places[i]) != NULL)) {
				fail_msg("%s: %s: %s",
				    locale_name((enum locale)l),
				    told_name((enum told)t), places[i]);
			}
		}
	}
}

static void
test_filled(void **state)
{
	const struct told_values v = {STR("+•••42"), STR("Ada & Co."), 28};
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	EACH(l, t) {
		buf_clear(&out);
		told_write((enum told)t, (enum locale)l, &v, &out);
		assert_int_equal(buf_err(&out), ERR_NONE);
		assert_null(memchr(out.p, '{', out.n));
		assert_null(memchr(out.p, '}', out.n));
	}
	buf_clear(&out);
	told_write(TOLD_WAIT, LOCALE_EN, &v, &out);
	assert_true(str_equal(buf_view(&out),
	    STR("The message can be sent again in 28 s.")));
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

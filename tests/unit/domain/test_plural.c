#include "domain/plural.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "domain/wording_table.h"

#define ONE PLURAL_ONE
#define FEW PLURAL_FEW
#define MANY PLURAL_OTHER

static const uint64_t numbers[] = {
	0, 1, 2, 3, 4, 5, 11, 12, 14, 21, 22, 25, 101, 102, 112, 122,
};

/* One row a language, one column a number; after CLDR's plural rules. */
static const enum plural forms[LOCALE_COUNT][16] = {
#define GERMANIC {MANY, ONE, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, \
	MANY, MANY, MANY, MANY, MANY, MANY}
#define FRENCH {ONE, ONE, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, \
	MANY, MANY, MANY, MANY, MANY, MANY}
	[LOCALE_EN] = GERMANIC,
	[LOCALE_DE] = GERMANIC,
	[LOCALE_FR] = FRENCH,
	[LOCALE_ES] = GERMANIC,
	[LOCALE_IT] = GERMANIC,
	[LOCALE_PT] = FRENCH,
	[LOCALE_NL] = GERMANIC,
	[LOCALE_PL] = {MANY, ONE, FEW, FEW, FEW, MANY, MANY, MANY, MANY, MANY,
	    FEW, MANY, MANY, FEW, MANY, FEW},
	[LOCALE_HI] = FRENCH,
	[LOCALE_JA] = {MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY,
	    MANY, MANY, MANY, MANY, MANY, MANY, MANY},
};

static void
test_forms(void **state)
{
	(void)state;
	for (int l = 0; l < LOCALE_COUNT; l++) {
		for (size_t i = 0; i < 16; i++) {
			enum plural got = plural_of((enum locale)l,
			    numbers[i]);

			if (got != forms[l][i]) {
				fail_msg("%s %u: %d", locale_name(
				    (enum locale)l), (unsigned)numbers[i],
				    (int)got);
			}
			assert_true(plural_used((enum locale)l, got));
		}
	}
}

/* A form that no number takes is not asked of a translator. */
static void
test_used(void **state)
{
	(void)state;
	for (int l = 0; l < LOCALE_COUNT; l++) {
		for (int p = 0; p < PLURAL_COUNT; p++) {
			bool seen = false;

			for (uint64_t n = 1; n < 200; n++) {
				seen = seen || plural_of((enum locale)l, n) ==
				    (enum plural)p;
			}
			assert_int_equal(plural_used((enum locale)l,
			    (enum plural)p), seen);
		}
	}
}

/* R71 */
static void
test_words(void **state)
{
	static const struct { enum locale l; uint64_t n; const char *z; } cases[] = {
		{LOCALE_PL, 1, "1 minutę"}, {LOCALE_PL, 2, "} minuty"},
		{LOCALE_PL, 5, "} minut "}, {LOCALE_PL, 12, "} minut "},
		{LOCALE_PL, 22, "} minuty"}, {LOCALE_PL, 25, "} minut "},
		{LOCALE_FR, 1, "une minute"}, {LOCALE_FR, 2, "minutes"},
		{LOCALE_ES, 1, "un minuto"}, {LOCALE_ES, 25, "minutos"},
		{LOCALE_IT, 1, "un minuto"}, {LOCALE_IT, 12, "minuti"},
		{LOCALE_PT, 1, "um minuto"}, {LOCALE_PT, 5, "minutos"},
		{LOCALE_NL, 1, "één minuut"}, {LOCALE_NL, 22, "minuten"},
		{LOCALE_HI, 1, "एक मिनट"}, {LOCALE_HI, 5, "} मिनट"},
		{LOCALE_JA, 1, "{minutes}分間"}, {LOCALE_JA, 5, "{minutes}分間"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_non_null(strstr(wording_counted(cases[i].l,
		    COUNTED_VALID_MINUTES, cases[i].n), cases[i].z));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_used),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

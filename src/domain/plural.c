#include "domain/plural.h"

#include <assert.h>

static enum plural
plural_polish(uint64_t n)
{
	if (n == 1) {
		return PLURAL_ONE;
	}
	return n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14)
	    ? PLURAL_FEW : PLURAL_OTHER;
}

enum plural
plural_of(enum locale l, uint64_t n)
{
	switch (l) {
	case LOCALE_EN:
	case LOCALE_DE:
	case LOCALE_ES:
	case LOCALE_IT:
	case LOCALE_NL:
		return n == 1 ? PLURAL_ONE : PLURAL_OTHER;
	case LOCALE_FR:
	case LOCALE_PT:
	case LOCALE_HI:
		return n <= 1 ? PLURAL_ONE : PLURAL_OTHER;
	case LOCALE_PL:
		return plural_polish(n);
	case LOCALE_JA:
		return PLURAL_OTHER;
	case LOCALE_COUNT:
	default:
		assert(!"a language without a rule");
		return PLURAL_OTHER;
	}
}

bool
plural_used(enum locale l, enum plural p)
{
	assert(p < PLURAL_COUNT);
	switch (p) {
	case PLURAL_ONE:
		return l != LOCALE_JA;
	case PLURAL_FEW:
		return l == LOCALE_PL;
	case PLURAL_OTHER:
	case PLURAL_COUNT:
	default:
		return true;
	}
}

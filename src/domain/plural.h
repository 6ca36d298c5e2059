/*
 * Which form a word takes behind a number.  The forms are those of Unicode
 * CLDR's plural rules for whole numbers, under its names; what it calls
 * "many" in Polish is OTHER here, because whole numbers have no "other" there.
 */
#ifndef DOMAIN_PLURAL_H
#define DOMAIN_PLURAL_H

#include "domain/wording.h"

enum plural { PLURAL_ONE, PLURAL_FEW, PLURAL_OTHER, PLURAL_COUNT };

/* plural_of(l, n): 1 minuta, 2 minuty, 5 minut, 22 minuty. */
enum plural plural_of(enum locale l, uint64_t n);

/* plural_used(l, p): there is a number that takes p. */
bool plural_used(enum locale l, enum plural p);

#endif

/*
 * What an import could not take, for people.
 */
#ifndef CLI_IMPORT_SAY_H
#define CLI_IMPORT_SAY_H

#include "format/tokens.h"

/* import_say_flaws(t): a line for each on standard error, place first. */
void import_say_flaws(const struct tokens *t) NONNULL;

#endif

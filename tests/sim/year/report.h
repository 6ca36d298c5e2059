#ifndef TESTS_SIM_REPORT_H
#define TESTS_SIM_REPORT_H

#include "year.h"

/* report_print(y, seconds): what the year was, on standard output. */
void report_print(const struct year *y, int64_t seconds);

/* report_odds(y): how often guessers are right, computed beforehand. */
double report_odds(const struct year *y);

#endif

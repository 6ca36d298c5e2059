/*
 * The system's time zones, as the flows ask for them.
 */
#ifndef APP_TZDATA_H
#define APP_TZDATA_H

#include "flow/flow.h"

struct zones_cache;

struct tzdata {
	struct zones_cache *cache;
	struct zones zones;
};

/*
 * tzdata_open(t, flow): gives flow its zones, from t; without memory there is
 * none to be had.
 * tzdata_close(t): also of one that is all zero.
 */
void tzdata_open(struct tzdata *t, struct flow *flow) NONNULL;
void tzdata_close(struct tzdata *t) NONNULL;

#endif

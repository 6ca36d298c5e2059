/*
 * Spots: points as people and devices tell them, for how far two are apart.
 */
#ifndef DOMAIN_SPOT_H
#define DOMAIN_SPOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/str.h"

/* In hundred-thousandths of a degree (WGS 84): at most 1.12 metres. */
struct spot {
	bool given;
	int64_t lat_e5, lon_e5;
};

#define SPOT_LAT_MAX 90
#define SPOT_LON_MAX 180

/*
 * spot_degrees(s, max, ret_e5): "-52.52001"; what is behind the fifth decimal
 * is cut off.  False: it is no such number, or beyond max degrees.
 */
bool spot_degrees(struct str s, int64_t max, int64_t *ret_e5) MUST_CHECK
    NONNULL;

/*
 * spot_metres(a, b): along the great circle of a sphere of the earth's mean
 * radius: off by half a percent at most.  Both are given.
 */
int64_t spot_metres(const struct spot *a, const struct spot *b) NONNULL;

/*
 * spot_far(here, accuracy_m, there, limit_m): a device that is here, give or
 * take its accuracy, cannot be within limit_m of there.
 */
bool spot_far(const struct spot *here, int64_t accuracy_m,
    const struct spot *there, int64_t limit_m) NONNULL;

#endif

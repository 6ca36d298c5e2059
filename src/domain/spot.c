#include "domain/spot.h"

#include <assert.h>

#include "base/parse.h"
#include "domain/place.h"

enum { DECIMALS = 5, E5 = 100000, KM = 1000 };

bool
spot_degrees(struct str s, int64_t max, int64_t *ret_e5)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	struct str plain = str_slice(s, negative ? 1 : 0, s.n);
	size_t point = str_find(plain, '.');
	struct str part = str_slice(plain, point + 1, plain.n);
	uint64_t whole, fraction = 0;
	int64_t v;

	if (!parse_u64(str_slice(plain, 0, point), &whole) ||
	    whole > (uint64_t)max ||
	    (part.n > 0 && !parse_u64(part, &fraction))) {
		return false;
	}
	fraction = 0;
	for (size_t i = 0; i < DECIMALS; i++) {
		fraction = fraction * 10 +
		    (i < part.n ? (uint64_t)(part.p[i] - '0') : 0);
	}
	v = (int64_t)(whole * E5 + fraction);
	if (v > max * E5) {
		return false;
	}
	*ret_e5 = negative ? -v : v;
	return true;
}

static struct place
place_of(const struct spot *s)
{
	assert(s->given);
	return (struct place){
		.has_point = true,
		.latitude = (double)s->lat_e5 / E5,
		.longitude = (double)s->lon_e5 / E5,
	};
}

int64_t
spot_metres(const struct spot *a, const struct spot *b)
{
	struct place from = place_of(a), to = place_of(b);

	return (int64_t)(place_km(&from, &to) * KM + 0.5);
}

bool
spot_far(const struct spot *here, int64_t accuracy_m,
    const struct spot *there, int64_t limit_m)
{
	return spot_metres(here, there) - accuracy_m > limit_m;
}

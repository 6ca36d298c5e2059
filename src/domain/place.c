#include "domain/place.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Of a place in PLACES_BYTES: country, region, point or not, point, time. */
enum { COUNTRY = 2, REGION = 16, ENTRY = COUNTRY + REGION + 1 + 2 + 2 + 8 };
_Static_assert(PLACES_BYTES == 1 + PLACES_MAX * ENTRY, "as the header says");

/* The mean radius of the earth. */
static const double earth_km = 6371.0088;
static const double radians = 0.017453292519943295;

/* The haversine formula: exact enough near zero and at the antipode. */
double
place_km(const struct place *a, const struct place *b)
{
	double north = sin((b->latitude - a->latitude) * radians / 2);
	double east = sin((b->longitude - a->longitude) * radians / 2);
	double h = north * north + cos(a->latitude * radians) *
	    cos(b->latitude * radians) * east * east;

	assert(a->has_point && b->has_point);
	return 2 * earth_km * asin(sqrt(h > 1 ? 1 : h));
}

bool
place_same(const struct place *a, const struct place *b)
{
	if (a->has_point && b->has_point) {
		return place_km(a, b) <= PLACE_NEAR_KM;
	}
	return a->country[0] != '\0' && strcmp(a->country, b->country) == 0;
}

int64_t
place_kmh(const struct place *a, const struct place *b, duration_ms between)
{
	enum { MINUTE = 60000, HOUR = 60 * MINUTE };
	int64_t ms = between.v < MINUTE ? MINUTE : between.v;
	double km;

	if (!a->has_point || !b->has_point) {
		return -1;
	}
	km = place_km(a, b) - PLACE_NEAR_KM;
	return km <= 0 ? 0 : (int64_t)(km * HOUR / (double)ms);
}

void
places_signals(const struct places *p, const struct place *here, unix_ms now,
    struct signals *signals)
{
	int64_t kmh;

	if (here->country[0] != '\0') {
		memcpy(signals->country, here->country,
		    sizeof(signals->country));
		memcpy(signals->region, here->region,
		    sizeof(signals->region));
	}
	if (p->n == 0 || (here->country[0] == '\0' && !here->has_point)) {
		return;
	}
	for (unsigned i = 0; i < p->n; i++) {
		signals->known_place = signals->known_place ||
		    place_same(&p->place[i], here);
	}
	signals->new_place = !signals->known_place;
	kmh = place_kmh(&p->place[0], here, unix_ms_since(now, p->seen[0]));
	if (kmh >= 0) {
		signals->has_travel_kmh = true;
		signals->travel_kmh = kmh;
	}
}

/* A tenth of a degree: eleven kilometres at most. */
static int
tenths(double degrees)
{
	return (int)(degrees * 10 + (degrees < 0 ? -0.5 : 0.5));
}

static struct place
coarse(const struct place *p)
{
	struct place c = *p;

	if (c.has_point) {
		c.latitude = tenths(c.latitude) / 10.0;
		c.longitude = tenths(c.longitude) / 10.0;
	}
	return c;
}

void
places_note(struct places *p, const struct place *here, unix_ms now)
{
	const struct place kept = coarse(here);	/* here may lie in p */
	unsigned at = 0;

	if (here->country[0] == '\0' && !here->has_point) {
		return;
	}
	while (at < p->n && !place_same(&p->place[at], here)) {
		at++;
	}
	if (at == p->n && p->n < PLACES_MAX) {
		p->n++;
	} else if (at == p->n) {
		at--;
	}
	memmove(&p->place[1], &p->place[0], at * sizeof(p->place[0]));
	memmove(&p->seen[1], &p->seen[0], at * sizeof(p->seen[0]));
	p->place[0] = kept;
	p->seen[0] = now;
}

void
places_encode(const struct places *p, struct buf *out)
{
	buf_char(out, (char)p->n);
	for (unsigned i = 0; i < p->n; i++) {
		const struct place *q = &p->place[i];

		buf_put(out, q->country, COUNTRY);
		buf_put(out, q->region, REGION);
		buf_char(out, q->has_point ? 1 : 0);
		buf_be16(out, (uint16_t)tenths(q->latitude));
		buf_be16(out, (uint16_t)tenths(q->longitude));
		buf_be64(out, (uint64_t)p->seen[i].v);
	}
}

static uint64_t
be(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		v = v << 8 | (unsigned char)p[i];
	}
	return v;
}

bool
places_decode(struct str bytes, struct places *ret_places)
{
	struct places p = {0};

	if (bytes.n < 1 || (unsigned char)bytes.p[0] > PLACES_MAX ||
	    bytes.n != 1 + (size_t)bytes.p[0] * ENTRY) {
		return false;
	}
	p.n = (unsigned char)bytes.p[0];
	for (unsigned i = 0; i < p.n; i++) {
		const char *at = bytes.p + 1 + (size_t)i * ENTRY;
		struct place *q = &p.place[i];

		memcpy(q->country, at, COUNTRY);
		memcpy(q->region, at + COUNTRY, REGION);
		at += COUNTRY + REGION;
		q->has_point = at[0] != 0;
		q->latitude = (int16_t)be(at + 1, 2) / 10.0;
		q->longitude = (int16_t)be(at + 3, 2) / 10.0;
		p.seen[i] = (unix_ms){(int64_t)be(at + 5, 8)};
	}
	*ret_places = p;
	return true;
}

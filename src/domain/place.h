/*
 * Places: where somebody is, as a network address tells it, and where he was
 * before.  Coarse on purpose: what is kept is a country and, where it is
 * known, a point rounded to a tenth of a degree.
 */
#ifndef DOMAIN_PLACE_H
#define DOMAIN_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/str.h"
#include "domain/signals.h"

struct place {
	char country[3];	/* ISO 3166-1; "": not known */
	char region[17];	/* "" where the file has none */
	bool has_point;
	double latitude, longitude;	/* degrees */
};

/* Two points so near are one place: addresses are not located better. */
#define PLACE_NEAR_KM 100

/* place_km(a, b): along the great circle; both have points. */
double place_km(const struct place *a, const struct place *b) NONNULL;

/* place_same(a, b): near each other, or of one country where no point is. */
bool place_same(const struct place *a, const struct place *b) NONNULL;

/*
 * place_kmh(a, b, between): how fast one must have travelled, what lies within
 * PLACE_NEAR_KM not counted; times under a minute are a minute.  -1 where a
 * point is not known.
 */
int64_t place_kmh(const struct place *a, const struct place *b,
    duration_ms between) NONNULL;

/* Where an account was seen, the last place first. */
#define PLACES_MAX 8

struct places {
	unsigned n;
	struct place place[PLACES_MAX];
	unix_ms seen[PLACES_MAX];
};

/*
 * places_signals(p, here, now, signals): country, region, known_place or
 * new_place, and travel_kmh, as far as they are known.  An account that was
 * seen nowhere yet has neither a known nor a new place.
 */
void places_signals(const struct places *p, const struct place *here,
    unix_ms now, struct signals *signals) NONNULL;

/* places_note(p, here, now): he was let in here; the oldest gives way. */
void places_note(struct places *p, const struct place *here, unix_ms now)
    NONNULL;

#define PLACES_BYTES (1 + PLACES_MAX * 31)

/* places_encode(p, out); places_decode: false: it is none of ours. */
void places_encode(const struct places *p, struct buf *out) NONNULL;
bool places_decode(struct str bytes, struct places *ret_places) MUST_CHECK
    NONNULL;

#endif

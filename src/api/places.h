/*
 * Where the person is who asks, as far as his network address tells.
 */
#ifndef API_PLACES_H
#define API_PLACES_H

#include "api/api.h"
#include "base/ip.h"
#include "domain/place.h"

/*
 * api_place(api, ip, arena): where an address is, in the arena; NULL where
 * there is no file of places, or it does not know: flow/places.h takes that.
 */
const struct place *api_place(const struct api *api, const struct ip *ip,
    struct arena *arena) MUST_CHECK NONNULL;

#endif

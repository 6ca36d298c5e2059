/*
 * Where the person is who asks, as far as his network address tells.
 */
#ifndef API_PLACES_H
#define API_PLACES_H

#include "api/api.h"
#include "domain/place.h"

/*
 * api_place(api, ip, ret_place): ip is text as in context.ip.  False: there is
 * no file of places, or it does not know; pass NULL on to flow/places.h then.
 */
bool api_place(const struct api *api, struct str ip,
    struct place *ret_place) MUST_CHECK NONNULL;

#endif

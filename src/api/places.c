#include "api/places.h"

#include "format/mmdb.h"

const struct place *
api_place(const struct api *api, const struct ip *ip, struct arena *arena)
{
	struct place found, *kept;

	if (api->places == NULL || !mmdb_find(api->places, ip, &found)) {
		return NULL;
	}
	kept = arena_get(arena, sizeof(*kept));
	if (kept != NULL) {
		*kept = found;
	}
	return kept;
}

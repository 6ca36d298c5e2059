#include "api/places.h"

#include "format/mmdb.h"

bool
api_place(const struct api *api, struct str ip, struct place *ret_place)
{
	struct ip address;

	return api->places != NULL && ip_parse(ip, &address) &&
	    mmdb_find(api->places, &address, ret_place);
}

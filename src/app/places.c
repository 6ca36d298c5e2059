#include "app/places.h"

#include "base/log.h"

enum err
places_open(const struct config *config, struct buf *reason,
    struct mmdb **ret_places)
{
	const char *file = config->places_file;
	enum err e;

	*ret_places = NULL;
	if (file[0] == '\0') {
		log_event(LOG_INFO, "places.off", "why", "no places.file", NULL);
		return ERR_NONE;
	}
	e = mmdb_open(file, ret_places);
	if (e != ERR_NONE) {
		buf_printf(reason, "places.file: %s %s", file,
		    e == ERR_SYNTAX ? "is no database of places (mmdb)"
		    : "cannot be read");
		return e;
	}
	log_event(LOG_INFO, "places.on", "file", file, NULL);
	return ERR_NONE;
}

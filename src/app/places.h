/*
 * The file that says where network addresses are, if there is one.
 */
#ifndef APP_PLACES_H
#define APP_PLACES_H

#include "config/config.h"
#include "format/mmdb.h"

/*
 * places_open(config, reason, ret): *ret is NULL when no file is set; the log
 * says whether the signals of places are on.  A file that is set and cannot be
 * used is an error with its reason.
 */
enum err places_open(const struct config *config, struct buf *reason,
    struct mmdb **ret_places) MUST_CHECK NONNULL;

#endif

/*
 * The system's time zones (tzdata, read by libical) as plain data.
 *
 * What is read is kept, under a lock: any thread may call.
 */
#ifndef FORMAT_ZONES_H
#define FORMAT_ZONES_H

#include "base/err.h"
#include "domain/zone.h"

struct zones_cache;

/* zones_cache_new(): NULL when there is no memory. */
struct zones_cache *zones_cache_new(void);
void zones_cache_free(struct zones_cache *c);

/*
 * zones_cache_get(c, name, near, ret_zone): the offsets of a zone from some
 * weeks before near to a year behind it.  ERR_MISSING: no such zone.
 */
enum err zones_cache_get(struct zones_cache *c, struct str name, unix_ms near,
    struct zone *ret_zone) MUST_CHECK NONNULL;

/* zones_version(): of the system's tzdata, "2025b"; "unknown". */
const char *zones_version(struct zones_cache *c) NONNULL;

#endif

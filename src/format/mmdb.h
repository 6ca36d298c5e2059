/*
 * Where a network address is: place databases in MaxMind's format (mmdb), by
 * libmaxminddb.  Whoever publishes them names things in his own way: read are
 * the names of GeoLite2 and GeoIP2 and those of ip-location-db.
 *
 * A database is read-only and may be asked from any thread.
 */
#ifndef FORMAT_MMDB_H
#define FORMAT_MMDB_H

#include "base/err.h"
#include "base/ip.h"
#include "domain/place.h"

struct mmdb;

/*
 * mmdb_open(path, ret): maps the file; mmdb_close(NULL) is fine.  ERR_MISSING:
 * no such file, or it may not be read; ERR_SYNTAX: it is no such database;
 * ERR_NOMEM; ERR_IO.
 */
enum err mmdb_open(const char *path, struct mmdb **ret_mmdb) MUST_CHECK
    NONNULL;
void mmdb_close(struct mmdb *m);

/* mmdb_find(m, ip, ret_place): false: the file does not say. */
bool mmdb_find(const struct mmdb *m, const struct ip *ip,
    struct place *ret_place) MUST_CHECK NONNULL;

/* mmdb_made_at(m): when the file was made. */
unix_ms mmdb_made_at(const struct mmdb *m) NONNULL;

#endif

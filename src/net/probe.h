/*
 * Is somebody there?  For the doctor.
 */
#ifndef NET_PROBE_H
#define NET_PROBE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"

/*
 * net_probe(host, port, patience, banner): connects, and appends the first
 * line that the peer says of itself.  ERR_MISSING: no such name; ERR_DENIED:
 * nobody listens; ERR_TIMEOUT: no connection, or nothing said, in time.
 */
enum err net_probe(const char *host, uint16_t port, duration_ms patience,
    struct buf *banner) MUST_CHECK NONNULL;

#endif

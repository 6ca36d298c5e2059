/*
 * One HTTP request that waits for its answer; for commands, not for servers.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct fetch {
	const char *method;
	const char *url;
	const char *bearer;	/* NULL: none */
	struct str body;	/* JSON; empty: none */
	duration_ms patience;
};

/*
 * net_fetch(f, ret_status, answer): appends the answer's body.  Redirects are
 * not followed.  ERR_TIMEOUT; ERR_LIMIT: the answer is larger than answer may
 * be; ERR_IO: no connection, or it broke; ERR_NOMEM.
 */
enum err net_fetch(const struct fetch *f, int *ret_status,
    struct buf *answer) MUST_CHECK NONNULL;

#endif

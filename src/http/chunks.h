/*
 * Chunked bodies (RFC 9112 section 7.1), looked at before evhttp reads them:
 * evhttp takes signs, "0x", missing line ends and trailers.  Here a size is
 * 1 to 8 hexadecimal digits, each line ends in CR LF, and there are neither
 * extensions nor trailers.
 */
#ifndef HTTP_CHUNKS_H
#define HTTP_CHUNKS_H

#include <stddef.h>

#include "base/compiler.h"

struct evbuffer;

enum chunks_verdict {
	CHUNKS_WHOLE,
	CHUNKS_PARTIAL,
	CHUNKS_MALFORMED,
	CHUNKS_LARGE,
};

struct chunks {
	size_t at;	/* offset of the next size line */
	size_t body;	/* bytes of body in the chunks before it */
	size_t count;
};

/* chunks_init(c, at): the body begins at offset at. */
void chunks_init(struct chunks *c, size_t at) NONNULL;

/*
 * chunks_check(c, input, max): go on as far as input reaches, which must
 * still begin where it began.  CHUNKS_WHOLE: the body ends at c->at.
 * CHUNKS_LARGE: more than max bytes of body, or chunks of a few bytes only.
 */
enum chunks_verdict chunks_check(struct chunks *c, struct evbuffer *input,
    size_t max) MUST_CHECK NONNULL;

#endif

/*
 * Chunked bodies (RFC 9112 section 7.1), looked at before evhttp reads them:
 * evhttp takes signs, "0x", missing line ends and trailers.  Here a size is
 * 1 to 8 hexadecimal digits, each line ends in CR LF, and there are neither
 * extensions nor trailers.
 */
#ifndef HTTP_CHUNKS_H
#define HTTP_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* A body in chunks that is taken as it comes; {0} before its first byte. */
struct chunks_flow {
	bool inside;	/* of a chunk, or before the end behind it */
	bool last;	/* that chunk is the empty one */
	size_t left;	/* bytes of it */
	size_t count;
	uint64_t body;
};

/*
 * chunks_move(f, input, to, max): move bytes of body from the front of input
 * to the end of to, until that has max bytes or a little more.  CHUNKS_WHOLE:
 * the body has ended; CHUNKS_LARGE: chunks of a few bytes only.
 */
enum chunks_verdict chunks_move(struct chunks_flow *f, struct evbuffer *input,
    struct evbuffer *to, size_t max) MUST_CHECK NONNULL;

#endif

/*
 * A body as lines, taken out of a connection's input while it still comes.
 * What is held is bounded, however long the body is: about LINES_HELD bytes
 * of text, or one line.
 */
#ifndef HTTP_LINES_H
#define HTTP_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "http/chunks.h"
#include "http/head.h"
#include "http/stream.h"

#define LINES_HELD ((size_t)128 * 1024)

struct evbuffer;

struct lines {
	struct evbuffer *text;	/* NULL: not in use */
	size_t line_max;
	size_t looked;		/* bytes of text without a newline */
	bool too_long;		/* the line that comes; its start is dropped */
	bool chunked;
	bool ended;		/* text has all that will come */
	bool broken;		/* the framing is not to be understood */
	uint64_t left;		/* of a body of known length */
	struct chunks_flow flow;	/* of one in chunks */
};

/* lines_init(l, head, max): for the body of head; false: no memory. */
bool lines_init(struct lines *l, const struct head *head, size_t line_max)
    MUST_CHECK NONNULL;
void lines_done(struct lines *l) NONNULL;

/* lines_feed(l, input): take what there is room for. */
void lines_feed(struct lines *l, struct evbuffer *input) NONNULL;

/* lines_ready(l): lines_next would not say HTTP_LINE_NONE. */
bool lines_ready(struct lines *l) MUST_CHECK NONNULL;

/*
 * lines_next(l, arena, ret_line): the next line, copied, without its end.  The
 * last one needs no end.  HTTP_LINE_GONE: broken, or no room in the arena.
 */
enum http_line lines_next(struct lines *l, struct arena *arena,
    struct str *ret_line) MUST_CHECK NONNULL;

#endif

/*
 * Bodies and answers of any length: the handler of a route with a line_max
 * runs as soon as the head is good, takes the body line by line as it comes,
 * and writes its answer while more comes.
 *
 *	http_stream_wait(x, next, arg)
 *	next: while (http_stream_line(…) == HTTP_LINE) …; http_stream_put(…);
 *	    http_stream_wait again, or http_stream_end.
 *
 * As for every exchange: on its loop's thread only, and it stays valid until
 * it is answered, whatever the client does.  A handler that does not like the
 * head answers with http_reply instead.
 */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/str.h"
#include "http/exchange.h"

enum http_line {
	HTTP_LINE,
	HTTP_LINE_LONG,		/* a line above the maximum; it is dropped */
	HTTP_LINE_NONE,		/* not now: http_stream_wait */
	HTTP_LINE_END,		/* that was the whole body */
	/* The client has gone or is malformed, or the server stops. */
	HTTP_LINE_GONE
};

/* http_stream_line(x, arena, ret_line): the next line, copied, without LF. */
enum http_line http_stream_line(struct http_exchange *x, struct arena *arena,
    struct str *ret_line) MUST_CHECK NONNULL;

/*
 * http_stream_wait(x, fn, arg): run fn(x, arg) when there is something to say
 * about the next line, and the client has taken most of what was put.  Each
 * wait is cut off by the server's body_time or write_time, with
 * HTTP_LINE_GONE.
 */
void http_stream_wait(struct http_exchange *x, http_resumed *fn, void *arg)
    __attribute__((nonnull(1, 2)));

/* http_stream_begin(x, status, type): the answer's head; once. */
void http_stream_begin(struct http_exchange *x, int status, const char *type)
    NONNULL;

/* http_stream_put(x, bytes): more of the answer; copied. */
void http_stream_put(struct http_exchange *x, struct str bytes) NONNULL;

/*
 * http_stream_end(x): that was the answer.  Unless the body was read to its
 * end, the connection is closed without the mark of a whole answer, so that
 * the client knows that there is more to ask.
 */
void http_stream_end(struct http_exchange *x) NONNULL;

#endif
